"""Where a shop's webhooks arrive: prove the signature, note the hint, answer. Nothing else happens here."""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import PlainTextResponse
from sqlmodel import Session

from connector import queries
from connector.woo.tables import WebhookDelivery
from core import clock, jobs
from core.database import Database, upsert
from core.errors import BadInput, NotAllowed
from core.gathering import gathering
from core.languages import Text
from core.logs import log
from core.security import Keys, same

router = APIRouter()

LARGEST_NUMBER = 2**31 - 1  # What the column holds; no shop counts further.
LARGEST_BODY_BYTES = 2 * 1024 * 1024  # An order of 120 lines weighs 59 KB.
KINDS = {"order", "product", "customer"}


async def whole_body(request: Request) -> bytes:
    """The raw bytes, as the signature was made over them; larger ones than any real body are refused unread."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY_BYTES:
            raise TooLarge(Text("This delivery is too large."))
    return body


def signature(secret: str, body: bytes) -> str:
    """How WooCommerce signs: base64 of HMAC-SHA256 over the raw body with the secret as UTF-8 (FACTS §7)."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


@router.post("/webhooks/woo/{public_id}")
def receive(
    request: Request, public_id: str, body: Annotated[bytes, Depends(whole_body)]
) -> PlainTextResponse:
    """Take one delivery. 200 means stored, or a ping; anything unproven is refused with 401."""
    database: Database = request.app.state.database
    keys: Keys = request.app.state.keys
    with database.reading() as session:
        store_id, hidden = queries.webhook_secret(session, public_id)
    topic = request.headers.get("x-wc-webhook-topic", "")
    sent = request.headers.get("x-wc-webhook-signature", "")
    if not topic and not sent and _is_ping(request, body):
        return PlainTextResponse("ok")
    if not sent or not same(signature(keys.reveal(hidden), body), sent):
        log("connector").warning("webhook_refused", store=store_id, topic=topic)
        raise Unproven(Text("The signature of this delivery is missing or wrong."))
    if topic.partition(".")[0] in KINDS:
        digest = hashlib.sha256(body).hexdigest()
        gathering(database, note).add(Hint(store_id, topic, _number(body, topic), digest))
    return PlainTextResponse("ok")


class Unproven(NotAllowed):
    status = 401
    code = "webhook_unproven"


class TooLarge(BadInput):
    status = 413
    code = "webhook_too_large"


@dataclass(frozen=True)
class Hint:
    """What a proven delivery says: of which shop, and which thing changed how."""

    store_id: int
    topic: str
    remote_id: int
    body_hash: str


def note(session: Session, hints: Sequence[Hint]) -> None:
    """Store the hints and ask for them to be looked into; doubles that wait together are one."""
    now = clock.now()
    # In one order, so that two processes never wait for each other's rows.
    in_order = sorted(hints, key=lambda hint: (hint.store_id, hint.topic, hint.remote_id))
    upsert(
        session,
        WebhookDelivery,
        [{**asdict(hint), "received_at": now} for hint in in_order],
        key=["store_id", "topic", "remote_id"],
        update=[],
        where="taken_at IS NULL",
    )
    for store_id in sorted({hint.store_id for hint in hints}):
        jobs.request(session, "woo.take_in", str(store_id), store_id=store_id)


def _is_ping(request: Request, body: bytes) -> bool:
    """WooCommerce's first call at a webhook's creation: an unsigned form body `webhook_id=N`."""
    name, _, value = body[:40].partition(b"=")
    return name == b"webhook_id" and value.isdigit() and len(body) <= 40


def _number(body: bytes, topic: str) -> int:
    """The number of the thing; 0 for a body that tells none (an error object about something deleted meanwhile)."""
    try:
        found = json.loads(body)
        number = found.get("id") or 0
        if topic.startswith("order.") and found.get("parent_id"):
            number = found["parent_id"]
        return int(number) if 0 < int(number) <= LARGEST_NUMBER else 0
    except (ValueError, AttributeError, TypeError):
        return 0
