"""Talking to a WooCommerce shop: signing, patience, and answers turned into data or a clear sentence.

Why not the official client (3.0.0): over http it mis-signs lists, empty values and "/", it opens a connection per
call, waits 5 s at most and cannot retry. Signatures here are oauthlib's, connections are requests'.
"""

from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import requests
import stamina
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, SIGNATURE_TYPE_QUERY, Client
from requests.adapters import HTTPAdapter

from connector.errors import StoreUnavailable
from connector.woo.answers import Answer, read
from core.errors import BadInput
from core.languages import Text

Access = Literal["basic", "oauth", "query"]
API = "/wp-json/wc/v3/"
# Pages of 100 orders weigh some 350 KB; a thousand times that is no shop's answer.
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024


def site_address(text: str) -> str:
    """The address of a shop as an owner may paste it, without its REST or admin parts. Raises BadInput."""
    address = text.strip()
    if "://" not in address:
        address = f"https://{address}"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise BadInput(
            Text(
                "“%(address)s” is no address of a shop. It looks like https://shop.example.",
                address=text[:100],
            )
        )
    path = parts.path
    for inside in ("/wp-json", "/wp-admin", "/index.php"):
        path = path.split(inside, 1)[0]
    return f"{parts.scheme}://{parts.netloc.lower()}{path.rstrip('/')}"


class WooClient:
    """One shop's REST interface. Safe to use from one thread at a time."""

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
        self._session.mount("http://", HTTPAdapter(max_retries=0))
        self._session.mount("https://", HTTPAdapter(max_retries=0))

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def get(self, path: str, **parameters: Any) -> Answer:
        """GET a resource of wc/v3; tried three times, each signed anew, when the failure may pass.

        Raises StoreUnavailable, StoreRefused or GoneInStore.
        """
        for attempt in stamina.retry_context(
            on=_may_pass, attempts=3, wait_initial=0.5, wait_max=5, timeout=120
        ):
            with attempt:
                return self._ask("GET", API + path, parameters)
        raise AssertionError("stamina either returns or raises")

    def index(self) -> dict[str, Any]:
        """What the site says of itself to anybody: name, home address, zone, interfaces."""
        found = self._ask("GET", "/wp-json/", {}, signed=False).data
        if not isinstance(found, dict) or "wc/v3" not in found.get("namespaces", []):
            raise StoreUnavailable(
                Text(
                    "This site is a WordPress without WooCommerce's REST interface. Is WooCommerce active there?"
                ),
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

    def _ask(
        self,
        method: str,
        path: str,
        parameters: dict[str, Any],
        *,
        body: dict[str, Any] | None = None,
        signed: bool = True,
    ) -> Answer:
        # Empty values and lists are what signatures break on: leave the first out, send the second comma-joined.
        plain = {
            name: ",".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
            for name, value in parameters.items()
            if value not in (None, "", [], ())
        }
        url, auth = self._prepared(method, self.address + path, plain, signed=signed)
        try:
            response = self._session.request(
                method,
                url,
                json=body,
                auth=auth,
                timeout=(10, self.timeout_seconds),
                allow_redirects=False,
                stream=True,
            )
            with response:
                content = response.raw.read(LARGEST_ANSWER_BYTES + 1, decode_content=True)
        except requests.exceptions.SSLError as problem:
            raise StoreUnavailable(
                Text(
                    "The certificate of %(address)s is not valid. Renew it, or correct the address.",
                    address=self.address,
                )
            ) from problem
        except requests.exceptions.Timeout as problem:
            raise StoreUnavailable(
                Text("%(address)s did not answer in time.", address=self.address)
            ) from problem
        except (requests.exceptions.RequestException, OSError, _urllib3_errors()) as problem:
            raise StoreUnavailable(
                Text(
                    "%(address)s could not be reached. Is the address right and the site up?",
                    address=self.address,
                )
            ) from problem
        return read(self.address, response, content)

    def _prepared(
        self, method: str, url: str, parameters: dict[str, str], *, signed: bool
    ) -> tuple[str, tuple[str, str] | None]:
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
        return url, (self._key, self._secret) if signed and self.access == "basic" else None


def _urllib3_errors() -> type[Exception]:
    """Reading a cut stream raises the transport's own error, which requests does not wrap."""
    found: type[Exception] = requests.packages.urllib3.exceptions.HTTPError  # type: ignore[attr-defined]
    return found


def _may_pass(problem: Exception) -> bool:
    return isinstance(problem, StoreUnavailable) and not problem.permanent
