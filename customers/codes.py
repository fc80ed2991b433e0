"""The one-time code to the address on an order: who reads that mailbox may see the order.

Right and wrong pairs of number and address make the same rows, the same job and the same answer, so that nobody learns
from asking which orders there are.
"""

import hmac
import secrets
import unicodedata
from datetime import timedelta

from sqlmodel import Session, col, select

from connector import queries as shops
from connector.tables import ShopOrder
from core import clock, jobs
from core.database import upsert
from core.security import Keys, same
from customers import queries
from customers.actions import MAILBOX_LIFETIME
from customers.joining import prove_address
from customers.letters import code_letter
from customers.schemas import Shopper
from customers.tables import OrderCode, OrderProof
from outbox import actions as outbox

DIGITS = 6
CODE_LIFETIME = timedelta(minutes=15)
MOST_TRIES = 5
MOST_SAME_NUMBERS = 5  # Plugins may give a number twice.


def ask(session: Session, shopper: Shopper, *, order_number: str, email: str) -> str:
    """Hand in the mailing of a code for that order, should the address be the one on it; returns the code's name."""
    moment = clock.now()
    row = OrderCode(
        public_id=secrets.token_urlsafe(18),
        store_id=shopper.store_id,
        device_id=shopper.device_id,
        order_id=_order_of(session, shopper.store_id, plain_number(order_number), email),
        code_digest="",
        created_at=moment,
        expires_at=moment + CODE_LIFETIME,
    )
    session.add(row)
    session.flush()
    jobs.enqueue(session, "customers.send_code", row.public_id, code_id=row.id)
    return row.public_id


def plain_number(typed: str) -> str:
    """An order's number as shops keep it: without the sign and the spaces that people write with it."""
    return unicodedata.normalize("NFKC", typed).strip().lstrip("#").strip()


def _order_of(session: Session, store_id: int, number: str, email: str) -> int | None:
    """The order of that number when the address is the one on it. Only what is compared is read."""
    chosen = (
        select(ShopOrder.id, ShopOrder.email)
        .where(
            ShopOrder.store_id == store_id,
            ShopOrder.number == number,
            col(ShopOrder.deleted_at).is_(None),
            col(ShopOrder.status).not_in(queries.NOT_SHOWN),
        )
        .limit(MOST_SAME_NUMBERS)
    )
    typed = email.strip().lower()
    right = [number for number, known in session.exec(chosen) if known and same(known, typed)]
    return right[0] if right else None


def send(session: Session, keys: Keys, code_id: int) -> None:
    """Make the code, and its letter when there is an order that it is for. A second run changes nothing."""
    row = session.exec(select(OrderCode).where(OrderCode.id == code_id).with_for_update()).first()
    if row is None or row.code_digest or row.expires_at <= clock.now():
        return
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    row.code_digest = _digest(keys, row.public_id, code)
    session.add(row)
    session.flush()
    if row.order_id is None:
        return
    order = shops.order(session, row.order_id)
    store = shops.store(session, row.store_id)
    letter = code_letter(store, order, code=code, until=row.expires_at, cause=f"order-code:{row.id}")
    outbox.hand_in(session, letter)


def prove(session: Session, keys: Keys, shopper: Shopper, *, public_id: str, code: str) -> bool:
    """Whether that is the code; then this browser sees the order for a day. Each wrong one is counted.

    The row is held until the transaction ends: of many tries at one moment each counts, and one code is used once.
    """
    chosen = (
        select(OrderCode)
        .where(
            OrderCode.public_id == public_id,
            OrderCode.device_id == shopper.device_id,
            OrderCode.store_id == shopper.store_id,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row = session.exec(chosen).first()
    told = _digest(keys, public_id, _plain_code(code))
    if row is None or row.used_at or row.tries >= MOST_TRIES or row.expires_at <= clock.now():
        return False
    row.tries += 1
    right = same(told, row.code_digest) and row.order_id is not None
    if right:
        row.used_at = clock.now()
        _keep_proof(session, shopper, int(row.order_id or 0))
    session.add(row)
    session.flush()
    return right


def _keep_proof(session: Session, shopper: Shopper, order_id: int) -> None:
    moment = clock.now()
    proof = {
        "device_id": shopper.device_id,
        "order_id": order_id,
        "proven_at": moment,
        "expires_at": moment + MAILBOX_LIFETIME,
    }
    upsert(session, OrderProof, [proof], key=["device_id", "order_id"])
    email = shops.order(session, order_id).email.strip()
    prove_address(session, queries.contact(session, shopper.contact_id), email)


def _plain_code(typed: str) -> str:
    """The digits of a code, however they were typed."""
    return "".join(
        sign for sign in unicodedata.normalize("NFKC", typed) if not sign.isspace() and sign != "-"
    )


def _digest(keys: Keys, public_id: str, code: str) -> str:
    return hmac.digest(keys.of("order-code"), f"{public_id}:{code}".encode(), "sha256").hex()
