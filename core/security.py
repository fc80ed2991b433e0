"""Keys, encryption at rest, signed tokens, who is asking, and how often. Every primitive is a library's."""

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Literal

import jwt
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from limits import parse as parse_limit
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from core import clock
from core.errors import AftercartError, NotConfigured, TooMany
from core.languages import Text

REDIS_SECONDS = 1.0  # Longest wait for a counter.

Role = Literal["owner", "agent", "reader"]


@dataclass(frozen=True)
class SignedIn:
    """A member of staff with a valid session. `csrf` goes into every form of that session."""

    staff_id: int
    name: str
    email: str
    role: Role
    language: str
    csrf: str

    @property
    def may_change(self) -> bool:
        return self.role in ("owner", "agent")


@dataclass(frozen=True)
class Viewer:
    """Someone who is not staff and may see the documents of exactly one order."""

    store_id: int
    order_id: int

    def may_see_order(self, store_id: int, order_id: int) -> bool:
        return (self.store_id, self.order_id) == (store_id, order_id)


def derived(root: bytes, purpose: str) -> bytes:
    """32 bytes for that purpose (HKDF-SHA256, no salt), the same for everybody who has the root."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=f"aftercart/v1/{purpose}".encode()).derive(
        root
    )


class Keys:
    """Keys for each purpose, derived from the one root secret, so that a leaked one opens nothing else."""

    def __init__(self, root: str) -> None:
        if len(root) < 32:
            raise NotConfigured(
                Text("AFTERCART_SECRET_KEY is too short; give at least 32 random characters.")
            )
        self._root = root.encode()

    def of(self, purpose: str) -> bytes:
        """32 bytes for that purpose (HKDF-SHA256)."""
        return derived(self._root, purpose)

    def hide(self, text: str) -> str:
        """Encrypt for storage."""
        return self._box.encrypt(text.encode()).decode()

    def reveal(self, hidden: str) -> str:
        """Decrypt what `hide` made. Raises NotConfigured when the root secret is another one."""
        try:
            return self._box.decrypt(hidden.encode()).decode()
        except InvalidToken as problem:
            raise NotConfigured(
                Text(
                    "A stored secret cannot be read: the secret key is not the one it was written with. Restore secret.key."
                )
            ) from problem

    @cached_property
    def _box(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self.of("at-rest")))


class BadToken(AftercartError):
    """The token was altered, cut or never ours."""

    status = 404
    code = "bad_token"


class ExpiredToken(BadToken):
    """The token is ours, but its time is over; `claims` are proven."""

    status = 410
    code = "expired_token"

    def __init__(self, claims: dict[str, Any]) -> None:
        super().__init__(Text("This link is no longer valid."))
        self.claims = claims


TOKEN_SHAPE = re.compile(r"[A-Za-z0-9_-]{1,2000}\.[A-Za-z0-9_-]{1,2000}\.[A-Za-z0-9_-]{43}")


def sign(
    key: bytes, claims: Mapping[str, Any], *, purpose: str, lifetime: timedelta, now: datetime | None = None
) -> str:
    """A JWT (HS256) that carries the claims for that purpose until its lifetime is over."""
    issued = now or clock.now()
    body = {
        **claims,
        "aud": purpose,
        "iat": int(issued.timestamp()),
        "exp": int((issued + lifetime).timestamp()),
    }
    return jwt.encode(body, key, algorithm="HS256")


def read_token(key: bytes, token: str, *, purpose: str) -> dict[str, Any]:
    """The claims of a token of ours. Raises BadToken for an altered one and ExpiredToken for an old one.

    Base64 has unused bits in a last letter: two spellings of one signature. Only the canonical one is taken, so
    that no altered text is ever accepted.
    """
    if not TOKEN_SHAPE.fullmatch(token) or not all(_canonical(part) for part in token.split(".")):
        raise BadToken(Text("This link is incomplete or was changed."))
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=purpose,
            # The end is checked below by our own clock; a clock that was set back makes no link of ours bad.
            options={"verify_exp": False, "verify_iat": False, "require": ["exp", "iat"]},
        )
    except jwt.PyJWTError as problem:
        raise BadToken(Text("This link is incomplete or was changed.")) from problem
    if claims["exp"] <= clock.now().timestamp():
        raise ExpiredToken(claims)
    return claims


def unproven_claims(token: str) -> dict[str, Any]:
    """What a token says of itself without any proof; {} when it cannot be read. Never a reason to show anything.

    The signature is left away: a link that lost its end on the way still says whose it was.
    """
    head, _, rest = token[:4000].partition(".")
    unsigned = f"{head}.{rest.partition('.')[0]}."
    try:
        claims: dict[str, Any] = jwt.decode(unsigned, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError):
        return {}
    return claims


def _canonical(part: str) -> bool:
    padded = part + "=" * (-len(part) % 4)
    try:
        decoded = base64.urlsafe_b64decode(padded)
    except ValueError:
        return False
    return base64.urlsafe_b64encode(decoded).decode().rstrip("=") == part


def same(left: str | bytes, right: str | bytes) -> bool:
    """Compare in constant time."""
    first = left.encode() if isinstance(left, str) else left
    second = right.encode() if isinstance(right, str) else right
    return hmac.compare_digest(first, second)


def masked(email: str) -> str:
    """An address that its owner recognises and nobody else learns: "j***@example.com"; "" for no address."""
    name, at, host = email.rpartition("@")
    return f"{name[:1]}***@{host}" if at and name and host else ""


class RateLimits:
    """How often somebody may try. Counters live in this process, or in Redis when several processes share them.

    While Redis is away each process counts for itself: nobody is locked out, and nobody may try for ever.
    """

    def __init__(self, redis_url: str = "") -> None:
        self._here = MovingWindowRateLimiter(storage_from_string("memory://"))
        self._shared = (
            MovingWindowRateLimiter(
                storage_from_string(
                    redis_url,
                    wrap_exceptions=True,
                    socket_timeout=REDIS_SECONDS,
                    socket_connect_timeout=REDIS_SECONDS,
                )
            )
            if redis_url
            else None
        )

    def take(self, limit: str, *who: str) -> None:
        """Count one try, such as ("5/hour", "sign-in", address). Raises TooMany when they are used up."""
        if not self._hit(limit, *who):
            raise TooMany(Text("Too many tries. Please wait a little and try again."))

    def _hit(self, limit: str, *who: str) -> bool:
        if self._shared is not None:
            try:
                return self._shared.hit(parse_limit(limit), *who)
            except StorageError:
                pass  # Counted below instead.
        return self._here.hit(parse_limit(limit), *who)
