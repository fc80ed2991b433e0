"""A shop's own word for its signed-in customer: a token of five minutes that the shop's page hands to ours."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
from sqlmodel import Session

from connector import paired_keys
from connector.tables import Store
from core import clock
from core.security import TOKEN_SHAPE, Keys, same

AUDIENCE = "aftercart"
LIFETIME = timedelta(minutes=5)
SKEW = timedelta(seconds=30)  # Clocks of two machines that are kept by a time server differ by far less.
LONGEST = 2_000
SUBJECT = re.compile(r"wc:([1-9][0-9]{0,17})", re.ASCII)


@dataclass(frozen=True)
class Vouched:
    """The shop says: whoever brings this is signed in as that customer, until then."""

    customer_remote_id: int
    until: datetime


def vouched(session: Session, keys: Keys, store: Store, token: str) -> Vouched | None:
    """What the token proves in that shop; None for a wrong, old or foreign one, whatever is wrong with it."""
    kid = _kid(token)
    key = paired_keys.key_of(session, keys, int(store.id or 0), kid, "shopper") if kid else None
    claims = _claims(token, key) if key else {}
    number = SUBJECT.fullmatch(str(claims.get("sub", "")))
    until = _until(claims.get("exp"))
    if number is None or until is None or not _is_shop(claims.get("iss"), store):
        return None
    return Vouched(int(number[1]), until)


def _kid(token: str) -> str:
    """Which key the token names, as yet unproven; "" when it cannot be one of these tokens."""
    if len(token) > LONGEST or not TOKEN_SHAPE.fullmatch(token):
        return ""
    try:
        head: dict[str, Any] = jwt.get_unverified_header(token)
    except jwt.PyJWTError:
        return ""
    kid = head.get("kid")
    return kid if head.get("alg") == "HS256" and isinstance(kid, str) else ""


def _claims(token: str, key: bytes) -> dict[str, Any]:
    try:
        found: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=["HS256"],
            audience=AUDIENCE,
            # Time is checked by our own clock, with the skew in both directions.
            options={
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                "require": ["exp", "iss", "sub"],
            },
        )
    except jwt.PyJWTError:
        return {}
    return found


def _until(exp: object) -> datetime | None:
    """The token's end when that is neither over nor farther away than such a token may live."""
    if not isinstance(exp, int) or isinstance(exp, bool):
        return None
    left = exp - clock.now().timestamp()
    if not -SKEW.total_seconds() < left <= (LIFETIME + SKEW).total_seconds():
        return None
    return datetime.fromtimestamp(exp, UTC)


def _is_shop(issuer: object, store: Store) -> bool:
    if not isinstance(issuer, str) or not issuer:
        return False
    ours = (store.home_address, store.address)
    return any(same(issuer.rstrip("/"), address.rstrip("/")) for address in ours if address)
