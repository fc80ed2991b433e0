"""Links to documents: `/i/{token}`, signed for one shop, order and kind, and what a token proves or merely says."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from re import compile as pattern
from typing import Any

from pydantic import ValidationError

from connector.tables import ShopOrder, Store
from core.security import BadToken, ExpiredToken, Keys, masked, read_token, sign, unproven_claims
from core.settings import Settings
from invoices.schemas import Kind, RenewalWish

KEY = "link"
PURPOSE = "invoice-link"
# What `masked` makes, and nothing that could say more on our page.
MASKED = pattern(r"[\w.+-]\*\*\*@[\w-]{1,63}(\.[\w-]{1,63}){1,8}")


@dataclass(frozen=True)
class Link:
    """What a proven link opens: the newest document of that kind of the order, or the one of `cause`."""

    store: str
    order: int
    kind: Kind
    cause: str
    issued_at: int
    masked: str


def token_for(
    keys: Keys,
    settings: Settings,
    store: Store,
    order: ShopOrder,
    *,
    kind: Kind,
    cause: str = "",
    lifetime: timedelta | None = None,
) -> str:
    """A token that opens the order's document for that while, or for `link_days`."""
    claims: dict[str, Any] = {
        "s": store.public_id,
        "o": order.remote_id,
        "k": kind,
        "m": masked(order.email),
        **({"c": cause} if cause else {}),
    }
    return sign(
        keys.of(KEY), claims, purpose=PURPOSE, lifetime=lifetime or timedelta(days=settings.link_days)
    )


def address_for(
    keys: Keys, settings: Settings, store: Store, order: ShopOrder, *, kind: Kind, cause: str = ""
) -> str:
    """The full address of such a link."""
    return f"{settings.address}/i/{token_for(keys, settings, store, order, kind=kind, cause=cause)}"


def read_link(keys: Keys, token: str) -> Link:
    """The link that the token proves. Raises BadToken, and ExpiredToken with proven claims."""
    claims = read_token(keys.of(KEY), token, purpose=PURPOSE)
    wish = _wish(claims, proven=True)
    if wish is None:
        raise BadToken("")
    return Link(
        store=wish.store,
        order=wish.order,
        kind=wish.kind,
        cause=wish.cause,
        issued_at=int(claims["iat"]),
        masked=wish.address,
    )


def wish_of(keys: Keys, token: str) -> RenewalWish | None:
    """What a token asks for when a new link is wished for; proven when its signature held, however old it is."""
    try:
        return _wish(read_token(keys.of(KEY), token, purpose=PURPOSE), proven=True)
    except ExpiredToken as old:
        return _wish(old.claims, proven=True)
    except BadToken:
        return _wish(unproven_claims(token), proven=False)


def _wish(claims: dict[str, Any], *, proven: bool) -> RenewalWish | None:
    try:
        wish = RenewalWish.model_validate({**claims, "proven": proven})
    except ValidationError:
        return None
    return wish if MASKED.fullmatch(wish.address) else wish.model_copy(update={"address": ""})


def is_closed(issued_at: int, revoked_at: datetime | None) -> bool:
    """Whether a link of that second was closed by hand later, or in the same second."""
    return revoked_at is not None and int(revoked_at.timestamp()) >= issued_at
