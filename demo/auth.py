"""Who calls: basic and query-string keys over https, OAuth 1.0a over http, refused in WooCommerce's words.

Source: FACTS section 1 (measured) and `includes/class-wc-rest-authentication.php` of WooCommerce.
oauthlib's server side does not fit: it wants an RFC-shaped request validator, accepts `name[]` in places where PHP
has already renamed it to `name[0]`, and words its refusals differently. WooCommerce's own check is short.
"""

import base64
import hmac
import re
from collections.abc import Mapping, Sequence
from threading import Lock
from urllib.parse import quote, unquote, unquote_plus

from demo.answers import RestError
from demo.storage import Key, Shop

WINDOW_SECONDS = 15 * 60
"""How far a timestamp may be off on either side (source: `check_oauth_timestamp_and_nonce`)."""

OAUTH_NAMES = (
    "oauth_consumer_key",
    "oauth_timestamp",
    "oauth_nonce",
    "oauth_signature",
    "oauth_signature_method",
)
HASHES = {"HMAC-SHA1": "sha1", "HMAC-SHA256": "sha256"}


def refused(message: str) -> RestError:
    return RestError("woocommerce_rest_authentication_error", message, 401)


class UsedNonces:
    """Nonces seen within the window, per key."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.seen: dict[tuple[str, str], int] = {}

    def use(self, key: str, nonce: str, timestamp: int) -> bool:
        """False when this nonce was used before."""
        with self.lock:
            if (key, nonce) in self.seen:
                return False
            if len(self.seen) > 20_000:
                oldest = timestamp - 2 * WINDOW_SECONDS
                self.seen = {pair: at for pair, at in self.seen.items() if at > oldest}
            self.seen[key, nonce] = timestamp
            return True


class Gate:
    """Finds the key of a request, or says why not."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.nonces = UsedNonces()

    def key_of(
        self, method: str, path: str, pairs: Sequence[tuple[str, str]], headers: Mapping[str, str]
    ) -> Key | None:
        """The key used, None when none was recognised; raises `RestError` 401 for a wrong one.

        An unknown key in basic authentication looks like no authentication at all (measured).
        """
        authorization = "" if self.shop.drops_authorization else headers.get("authorization", "")
        if self.shop.pretends_https:
            found = self.plain_key(dict(pairs), authorization)
            if found:
                return found
        return self.signed_key(method, path, [*pairs, *oauth_header(authorization)])

    def known(self, key: str) -> Key | None:
        return next((known for known in self.shop.keys if known.key == key), None)

    def plain_key(self, values: Mapping[str, str], authorization: str) -> Key | None:
        key, secret = values.get("consumer_key", ""), values.get("consumer_secret", "")
        if not (key and secret):
            key, secret = basic(authorization)
        known = self.known(key) if key and secret else None
        if known and not hmac.compare_digest(known.secret.encode(), secret.encode()):
            raise refused("Consumer secret is invalid.")
        return known

    def signed_key(self, method: str, path: str, pairs: Sequence[tuple[str, str]]) -> Key | None:
        values = dict(pairs)
        missing = [name for name in OAUTH_NAMES if not values.get(name)]
        if len(missing) == len(OAUTH_NAMES):
            return None
        if missing:
            plural = "s" if len(missing) > 1 else ""
            raise refused(f"Missing OAuth parameter{plural} {', '.join(missing)}")
        known = self.known(values["oauth_consumer_key"])
        if known is None:
            raise refused("Consumer key is invalid.")
        if values["oauth_signature_method"] not in HASHES:
            raise refused("Invalid signature - signature method is invalid.")
        address = self.shop.url if not self.shop.pretends_https else re.sub("^http:", "https:", self.shop.url)
        expected = signature(method, address + path, pairs, known.secret, values["oauth_signature_method"])
        # PHP reads a "+" that was not escaped as a blank; WooCommerce mends that before comparing.
        given = unquote(values["oauth_signature"].replace(" ", "+"))
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise refused("Invalid signature - provided signature does not match.")
        self.check_time_and_nonce(known.key, values["oauth_timestamp"], values["oauth_nonce"])
        return known

    def check_time_and_nonce(self, key: str, timestamp: str, nonce: str) -> None:
        at = int(timestamp) if timestamp.isdigit() else 0
        if abs(self.shop.now().timestamp() - at) > WINDOW_SECONDS:
            raise refused("Invalid timestamp.")
        if not self.nonces.use(key, nonce, at):
            raise refused("Invalid nonce - nonce has already been used.")


def basic(authorization: str) -> tuple[str, str]:
    kind, _, encoded = authorization.partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        key, _, secret = base64.b64decode(encoded).decode().partition(":")
    except ValueError:
        return "", ""
    return key, secret


def oauth_header(authorization: str) -> list[tuple[str, str]]:
    """The OAuth parameters of an `Authorization: OAuth …` header."""
    if not authorization.startswith("OAuth "):
        return []
    found = re.findall(r'(oauth_[a-z_-]*)="([^"]*)"', authorization)
    return [(name, unquote_plus(value)) for name, value in found]


def encoded(value: str) -> str:
    return quote(value, safe="-._~")


def signature(method: str, url: str, pairs: Sequence[tuple[str, str]], secret: str, hashed: str) -> str:
    """The signature WooCommerce expects, over names as PHP has read them: `include[0]`, never `include[]`.

    A client that signs `include[]` is therefore refused, as measured. Names sort before they are encoded.
    """
    kept = sorted((pair for pair in pairs if pair[0] != "oauth_signature"), key=lambda pair: pair[0].encode())
    joined = "%26".join(encoded(f"{encoded(name)}={encoded(value)}") for name, value in kept)
    base = f"{method.upper()}&{encoded(url)}&{joined}"
    digest = hmac.new(f"{secret}&".encode(), base.encode(), HASHES[hashed])
    return base64.b64encode(digest.digest()).decode()


def may(key: Key, method: str) -> None:
    """Raise unless the key's permission covers the method (source: `check_permissions`)."""
    wanted = "read" if method in {"GET", "HEAD"} else "write"
    if method != "OPTIONS" and wanted not in key.permission.split("_"):
        raise refused(f"The API key provided does not have {wanted} permissions.")


def nobody(action: str) -> RestError:
    """What a caller without a recognised key is told; `action` is list, view, create, edit or delete."""
    code, message = {
        "list": ("view", "Sorry, you cannot list resources."),
        "view": ("view", "Sorry, you cannot view this resource."),
        "create": ("create", "Sorry, you are not allowed to create resources."),
        "edit": ("edit", "Sorry, you are not allowed to edit this resource."),
        "delete": ("delete", "Sorry, you are not allowed to delete this resource."),
    }[action]
    return RestError(f"woocommerce_rest_cannot_{code}", message, 401)
