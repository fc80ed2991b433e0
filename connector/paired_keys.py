"""The secrets that a shop's own plugin shares with us, and the three keys that each of them gives."""

from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session

from connector.tables import PairedKey
from core import clock
from core.database import upsert
from core.errors import NotConfigured
from core.logs import log
from core.security import Keys, derived

# request: calls between plugin and service. shopper: tokens about signed-in customers. link: links to documents.
Use = Literal["request", "shopper", "link"]

ROOT_BYTES = 32
LONGEST_KID = 40
# A page that was loaded before the change, and a letter on its way, may still carry the old one.
ROTATION = timedelta(hours=24)


def keep(session: Session, keys: Keys, store_id: int, kid: str, root: bytes) -> None:
    """Take a secret that the shop's plugin made; the same name again replaces it. Raises ValueError for a short one."""
    if len(root) != ROOT_BYTES or not 0 < len(kid) <= LONGEST_KID:
        raise ValueError("a paired secret has 32 bytes and a short name")
    row = {
        "store_id": store_id,
        "kid": kid,
        "root_hidden": keys.hide(root.hex()),
        "made_at": clock.now(),
        "retired_at": None,
    }
    upsert(session, PairedKey, [row], key=["store_id", "kid"])


def retire(session: Session, store_id: int, kid: str, *, after: timedelta = ROTATION) -> None:
    """Let the secret prove nothing any more after that while; one that is not known is retired already."""
    found = session.get(PairedKey, (store_id, kid))
    if found is not None:
        found.retired_at = _sooner(found.retired_at, clock.now() + after)
        session.add(found)
        session.flush()


def key_of(session: Session, keys: Keys, store_id: int, kid: str, use: Use) -> bytes | None:
    """The key of that shop and name for that use; None when it is not known or retired."""
    found = session.get(PairedKey, (store_id, kid)) if 0 < len(kid) <= LONGEST_KID else None
    if found is None or (found.retired_at is not None and found.retired_at <= clock.now()):
        return None
    try:
        root = keys.reveal(found.root_hidden)
    except (
        NotConfigured
    ):  # Written with another secret.key: whoever the shop vouches for is a stranger until it pairs anew.
        log("connector").error("paired_key_unreadable", store_id=store_id, kid=kid)
        return None
    return derived(bytes.fromhex(root), use)


def _sooner(known: datetime | None, wished: datetime) -> datetime:
    return wished if known is None else min(known, wished)
