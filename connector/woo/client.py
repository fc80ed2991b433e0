"""Talking to a WooCommerce shop: signing, patience, and answers turned into data or a clear sentence.

Why not the official client (3.0.0): over http it mis-signs lists, empty values and "/", it opens a connection per
call, waits 5 s at most and cannot retry. Signatures here are oauthlib's, connections are requests'.
"""

import re
import time
from http.cookiejar import DefaultCookiePolicy
from typing import Any, Literal, Self
from urllib.parse import urlencode, urlsplit

import requests
import stamina
import urllib3.exceptions
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, SIGNATURE_TYPE_QUERY, Client
from requests.auth import HTTPBasicAuth

from connector.errors import StoreRefused, StoreUnavailable
from connector.woo.answers import Answer, read
from core.errors import BadInput
from core.languages import Text

Access = Literal["basic", "oauth", "query"]
API = "/wp-json/wc/v3/"
PER_PAGE = 100  # The most that WooCommerce gives.
CONNECT_SECONDS = 10
# Pages of 100 orders weigh some 350 KB; a hundred times that is no shop's answer.
LARGEST_ANSWER_BYTES = 32 * 1024 * 1024
CHUNK_BYTES = 64 * 1024


def site_address(text: str) -> str:
    """The address of a shop as an owner may paste it, without its REST or admin parts. Raises BadInput."""
    address = text.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        usable = (
            parts.scheme in ("http", "https") and parts.hostname and not parts.username and not parts.password
        )
        usable = usable and (parts.port is None or parts.port > 0)
    except ValueError:  # A bracket or port that is none.
        usable = False
    if not usable or re.search(r"[\s\\]", address):
        raise BadInput(
            Text(
                "“%(address)s” is no address of a shop. It looks like https://shop.example.",
                address=text[:100],
            )
        )
    path = parts.path
    for inside in ("/wp-json", "/wp-admin", "/wp-login.php", "/index.php"):
        path = path.split(inside, 1)[0]
    return f"{parts.scheme}://{parts.netloc.lower()}{path.rstrip('/')}"


class WooClient:
    """One shop's REST interface. A second thread may fetch a page ahead; more would only slow the shop down."""

    def __init__(
        self, address: str, key: str, secret: str, access: Access, *, timeout_seconds: float = 45
    ) -> None:
        self.address = address
        self.access = access
        self.timeout_seconds = timeout_seconds
        self._key = key
        self._secret = secret
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "Aftercart"
        # A cookie of some plugin would tie our requests together into one PHP session.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def get(self, path: str, **parameters: Any) -> Answer:
        """GET a resource of wc/v3; tried three times, each signed anew, when the failure may pass.

        Raises StoreUnavailable, StoreRefused or GoneInStore.
        """
        return self._patiently(API + path, parameters)

    def all(self, path: str, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a short list, page by page."""
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            rows = self.get(path, per_page=PER_PAGE, page=page, **parameters).rows
            found += rows
            if len(rows) < PER_PAGE:
                return found
            page += 1

    def index(self) -> dict[str, Any]:
        """What the site says of itself to anybody: name, home address, zone, interfaces."""
        try:
            found = self._patiently("/wp-json/", {}, signed=False).body
        except StoreRefused as problem:
            if problem.details.get("code") in ("401", "403"):
                raise
            raise StoreUnavailable(
                Text(
                    "This site hides its REST interface from visitors, usually by a security plugin. Let /wp-json/ answer."
                ),
                permanent=True,
            ) from None
        if "wc/v3" not in (found.get("namespaces") or []):
            raise StoreUnavailable(
                Text(
                    "This site is a WordPress without WooCommerce's REST interface. Is WooCommerce active there?"
                )
                if "namespaces" in found
                else Text("%(address)s is no WordPress site.", address=self.address),
                permanent=True,
            )
        return found

    def post(self, path: str, body: dict[str, Any]) -> Answer:
        """Create something; never retried, since the shop may have done it before the connection broke."""
        return self._ask("POST", API + path, {}, body=body)

    def put(self, path: str, body: dict[str, Any]) -> Answer:
        """Change something."""
        return self._ask("PUT", API + path, {}, body=body)

    def delete(self, path: str, **parameters: Any) -> Answer:
        """Remove something."""
        return self._ask("DELETE", API + path, parameters)

    def _patiently(self, path: str, parameters: dict[str, Any], *, signed: bool = True) -> Answer:
        for attempt in stamina.retry_context(
            on=_may_pass, attempts=3, wait_initial=0.5, wait_max=5, timeout=120
        ):
            with attempt:
                return self._ask("GET", path, parameters, signed=signed)
        raise AssertionError("stamina either returns or raises")

    def _ask(
        self,
        method: str,
        path: str,
        parameters: dict[str, Any],
        *,
        body: dict[str, Any] | None = None,
        signed: bool = True,
    ) -> Answer:
        url, auth = self._prepared(method, self.address + path, plain(parameters), signed=signed)
        try:
            with self._session.request(
                method,
                url,
                json=body,
                auth=auth,
                timeout=(CONNECT_SECONDS, self.timeout_seconds),
                allow_redirects=False,
                stream=True,
            ) as response:
                content = self._content(response)
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as problem:
            # Not "from problem": its text repeats the whole address, in which the key may stand.
            raise StoreUnavailable(_transport(self.address, problem)) from None
        return read(self.address, response, content)

    def _content(self, response: requests.Response) -> bytes:
        """The whole body. A shop that drips bytes for ever, or sends without end, is cut off."""
        content = bytearray()
        deadline = time.monotonic() + 2 * self.timeout_seconds
        # What has come so far, not a full chunk: otherwise dripping bytes would be waited for in there.
        while chunk := response.raw.read1(CHUNK_BYTES, decode_content=True):
            content += chunk
            if len(content) > LARGEST_ANSWER_BYTES:
                raise StoreUnavailable(
                    Text("The answer of %(address)s is too large to be a shop's.", address=self.address),
                    permanent=True,
                )
            if time.monotonic() > deadline:
                raise urllib3.exceptions.TimeoutError
        return bytes(content)

    def _prepared(
        self, method: str, url: str, parameters: dict[str, str], *, signed: bool
    ) -> tuple[str, requests.auth.AuthBase]:
        if signed and self.access == "query":
            parameters = {**parameters, "consumer_key": self._key, "consumer_secret": self._secret}
        if parameters:
            url = f"{url}?{urlencode(parameters)}"
        if signed and self.access == "oauth":
            signer = Client(
                self._key,
                client_secret=self._secret,
                signature_method=SIGNATURE_HMAC_SHA256,
                signature_type=SIGNATURE_TYPE_QUERY,
            )
            url = signer.sign(url, http_method=method)[0]
        basic = signed and self.access == "basic"
        return url, HTTPBasicAuth(self._key, self._secret) if basic else _Unchanged()


class _Unchanged(requests.auth.AuthBase):
    """Says that no header is wanted; without it requests would look for a password in a .netrc file."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def plain(parameters: dict[str, Any]) -> dict[str, str]:
    """The parameters as texts. Lists are comma-joined and empty values left out: signatures break on both (FACTS §1)."""
    return {
        name: ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
        for name, value in parameters.items()
        if value not in (None, "", [], ())
    }


def _transport(address: str, problem: Exception) -> Text:
    if isinstance(problem, requests.exceptions.SSLError):
        return Text(
            "The certificate of %(address)s is not valid. Renew it, or correct the address.", address=address
        )
    if isinstance(problem, (requests.exceptions.Timeout, urllib3.exceptions.TimeoutError, TimeoutError)):
        return Text("%(address)s did not answer in time.", address=address)
    if isinstance(problem, (urllib3.exceptions.ProtocolError, requests.exceptions.ChunkedEncodingError)):
        return Text("%(address)s broke the connection off in the middle of an answer.", address=address)
    return Text("%(address)s could not be reached. Is the address right and the site up?", address=address)


def _may_pass(problem: Exception) -> bool:
    return isinstance(problem, StoreUnavailable) and not problem.permanent
