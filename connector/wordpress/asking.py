"""Asking a website over http: one connection, patience with limits, and every fault as a sentence."""

import json
import time
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Self

import requests
import stamina
import urllib3.exceptions
from requests.auth import AuthBase, HTTPBasicAuth

from connector.websites import SiteUnavailable
from core.languages import Text

CONNECT_SECONDS = 10
LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
PASSING = (408, 425, 429, 500, 502, 503, 504)


class Reply:
    """Status, headers and whole body of an answer."""

    def __init__(self, status: int, headers: Any, content: bytes) -> None:
        self.status, self.headers, self.content = status, headers, content

    def data(self) -> Any:
        """The decoded JSON; None when it is none."""
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None


class _Nobody(AuthBase):
    """Says that no header is wanted; without it requests would look for a password in a .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class Line:
    """Connections to one website. Never follows a redirect: it could lead anywhere."""

    def __init__(self, address: str, user: str, password: str, *, timeout_seconds: float) -> None:
        self.address = address
        self.timeout_seconds = timeout_seconds
        self._auth = HTTPBasicAuth(user.encode(), password.encode())
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "Aftercart"
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._session.close()

    def get(
        self, url: str, *, signed: bool = True, largest: int = LARGEST_ANSWER_BYTES, **given: Any
    ) -> Reply:
        """GET, tried three times when the failure may pass."""
        for attempt in stamina.retry_context(
            on=_may_pass, attempts=3, wait_initial=0.5, wait_max=5, timeout=120
        ):
            with attempt:
                reply = self.once("GET", url, signed=signed, largest=largest, params=given or None)
                if reply.status in PASSING:
                    raise SiteUnavailable(
                        Text(
                            "%(address)s answered with an error (%(status)s).",
                            address=self.address,
                            status=reply.status,
                        )
                    )
                return reply
        raise AssertionError("stamina either returns or raises")

    def once(
        self, method: str, url: str, *, signed: bool = True, largest: int = LARGEST_ANSWER_BYTES, **more: Any
    ) -> Reply:
        """One request, never repeated by itself."""
        try:
            with self._session.request(
                method,
                url,
                auth=self._auth if signed else _Nobody(),
                timeout=(CONNECT_SECONDS, self.timeout_seconds),
                allow_redirects=False,
                stream=True,
                **more,
            ) as response:
                return Reply(response.status_code, response.headers, self._content(response, largest))
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as problem:
            # Not "from problem": its text may hold the whole request.
            raise SiteUnavailable(_transport(self.address, problem)) from None

    def _content(self, response: requests.Response, largest: int) -> bytes:
        content = bytearray()
        deadline = time.monotonic() + 2 * self.timeout_seconds
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            content += chunk
            if len(content) > largest:
                raise SiteUnavailable(
                    Text(
                        "An answer of %(address)s is larger than %(most)s MB.",
                        address=self.address,
                        most=largest // 1024**2,
                    ),
                    permanent=True,
                )
            if time.monotonic() > deadline:
                raise urllib3.exceptions.TimeoutError
        return bytes(content)


def _transport(address: str, problem: Exception) -> Text:
    if isinstance(problem, requests.exceptions.SSLError):
        return Text(
            "The certificate of %(address)s is not valid. Renew it, or correct the address.", address=address
        )
    if isinstance(problem, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)):
        return Text("%(address)s did not answer in time.", address=address)
    return Text("%(address)s could not be reached. Is the address right and the site up?", address=address)


def _may_pass(problem: Exception) -> bool:
    return isinstance(problem, SiteUnavailable) and not problem.permanent
