"""The shop under test, spoken to as plainly as can be: no retries, no session, every request signed on the spot."""

import base64
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import oauthlib.oauth1
import requests

Json = Any
Params = Mapping[str, str | int]


@dataclass(frozen=True)
class Key:
    """A REST key: `ck_…` and `cs_…`."""

    key: str
    secret: str


@dataclass(frozen=True)
class Answer:
    """One response: status, parsed body, headers."""

    status: int
    body: Json
    headers: Mapping[str, str]

    @property
    def code(self) -> str:
        """The `code` of an error body."""
        return str(self.body["code"])

    @property
    def total(self) -> int:
        return int(self.headers["X-WP-Total"])


@dataclass(frozen=True)
class Shop:
    """A shop's address and keys. `name` tells in reports which one was asked."""

    name: str
    url: str
    key: Key
    read_key: Key | None = None
    https_url: str | None = None
    verify: str | bool = True
    timeout: float = 60

    pass_time: Callable[[], None] = lambda: time.sleep(1.1)
    """Lets the shop's clock, which counts whole seconds, move on."""

    def get(self, path: str, **params: str | int) -> Answer:
        return self.call("GET", path, params)

    def head(self, path: str, **params: str | int) -> Answer:
        return self.call("HEAD", path, params)

    def post(self, path: str, body: Json) -> Answer:
        return self.call("POST", path, body=body)

    def put(self, path: str, body: Json) -> Answer:
        return self.call("PUT", path, body=body)

    def delete(self, path: str, **params: str | int) -> Answer:
        return self.call("DELETE", path, params)

    def call(self, method: str, path: str, params: Params | None = None, body: Json = None) -> Answer:
        """One request under `wc/v3`, authenticated as the address asks: signed over http, basic over https."""
        address = self.address(path, params)
        if self.url.startswith("https"):
            return self.send(method, address, body, auth=(self.key.key, self.key.secret))
        return self.send(method, self.signed(method, address), body)

    def address(self, path: str, params: Params | None = None, base: str | None = None) -> str:
        """The unsigned address of a `wc/v3` path; a path that starts with a slash is taken from `wp-json`."""
        rest = path if path.startswith("/") else f"/wc/v3/{path}"
        query = f"?{urlencode(params)}" if params else ""
        return f"{base or self.url}/wp-json{rest}{query}"

    def signed(
        self, method: str, address: str, *, key: Key | None = None, age: float = 0, nonce: str | None = None
    ) -> str:
        """The address with an OAuth 1.0a signature (RFC 5849, HMAC-SHA256, no token), `age` seconds old."""
        used = key or self.key
        client = oauthlib.oauth1.Client(
            used.key,
            client_secret=used.secret,
            signature_method=oauthlib.oauth1.SIGNATURE_HMAC_SHA256,
            signature_type=oauthlib.oauth1.SIGNATURE_TYPE_QUERY,
            timestamp=str(int(time.time() - age)),
            nonce=nonce,
        )
        signed, _, _ = client.sign(address, http_method=method)
        return str(signed)

    def send(
        self,
        method: str,
        address: str,
        body: Json = None,
        *,
        raw: str | None = None,
        auth: tuple[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a finished address with a JSON body, or with `raw` in its place."""
        asked = {"Authorization": basic(*auth)} if auth else {}
        response = requests.request(
            method,
            address,
            json=body,
            data=raw,
            headers={**asked, **(headers or {})},
            timeout=self.timeout,
            verify=self.verify,
            allow_redirects=False,
        )
        text = response.text
        return Answer(response.status_code, response.json() if text else None, response.headers)

    def run_jobs(self) -> None:
        """Ask for one run of the shop's job queue, as its system cron would."""
        requests.get(f"{self.url}/wp-cron.php", timeout=self.timeout, verify=self.verify)


def basic(key: str, secret: str) -> str:
    """The value of an `Authorization` header."""
    return "Basic " + base64.b64encode(f"{key}:{secret}".encode()).decode()


def moment(text: str) -> datetime:
    """A `*_gmt` value as the aware time it means."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def shifted(text: str, seconds: int, mark: str = "Z") -> str:
    """A `*_gmt` value moved by whole seconds, ready for a filter."""
    return (moment(text) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S") + mark
