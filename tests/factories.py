"""Shops, orders and refunds in the mirror, made the way the product makes them: through connector/mirroring.py.

`store`, `order` and `refund` write into the session and return rows. `told_order` and `told_refund` are what a side
room would hand in. Recorded bodies of the demo shops come by their own number: `recorded_order(session, store, 76)`.
"""

import hashlib
import itertools
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from chat import actions as chat
from chat.tables import Conversation
from connector import mirroring
from connector.schemas import Address, Line, Order, Refund, RefundSummary, TaxRate, TaxShare
from connector.tables import ShopOrder, ShopRefund, Store
from connector.woo import payloads
from core import clock
from customers.tables import Contact, ContactDevice

CONNECTED = datetime(2026, 1, 1, tzinfo=UTC)
PAID = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
RECORDED = Path(__file__).parent.parent / "demo" / "recorded"

_numbers = itertools.count(1001)

MINJI = Address(
    first_name="민지",
    last_name="김",
    street="테헤란로 152",
    city="서울",
    postcode="06236",
    country="KR",
    email="minji@example.com",
    phone="010-1234-5678",
)
ANNA = Address(
    first_name="Anna",
    last_name="Weber",
    street="Torstraße 1",
    city="Berlin",
    postcode="10119",
    country="DE",
    email="anna@example.com",
)


def store(session: Session, **changes: Any) -> Store:
    """A connected shop in Seoul (KRW, prices with 10 % tax included); `currency="EUR"` makes it one in Berlin."""
    number = next(_numbers)
    euro = changes.get("currency") == "EUR"
    seller = Address(
        company="Aftercart Demo",
        street="Torstraße 99" if euro else "세종대로 110",
        city="Berlin" if euro else "서울",
        postcode="10119" if euro else "04524",
        country="DE" if euro else "KR",
    )
    facts: dict[str, Any] = {
        "public_id": f"store-{number}",
        "name": "Teehaus" if euro else "다온찻집",
        "address": f"https://shop-{number}.example",
        "home_address": f"https://shop-{number}.example",
        "key_hidden": "",
        "secret_hidden": "",
        "access": "basic",
        "webhook_secret_hidden": "",
        "currency": "KRW",
        "decimals": 2 if euro else 0,
        "zone": "Europe/Berlin" if euro else "Asia/Seoul",
        "locale": "de_DE" if euro else "ko_KR",
        "prices_include_tax": True,
        "seller": _row(seller),
        "statuses": {},
        "gateways": {},
        "settings": {},
        "pays_later": ["bacs", "cheque", "cod"],
        "connected_at": CONNECTED,
        "facts_at": CONNECTED,
    }
    made = Store(**facts | changes)
    session.add(made)
    session.flush()
    return made


def _row(address: Address) -> dict[str, str]:
    return {name: getattr(address, name) for name in Address.__dataclass_fields__}


def line(net_minor: int, tax_minor: int = 0, **changes: Any) -> Line:
    """A line of goods whose whole tax belongs to rate 1."""
    made = Line(
        kind="product",
        remote_id=next(_numbers),
        name="우전 녹차 50 g",
        quantity="1",
        net_minor=net_minor,
        tax_minor=tax_minor,
        net_before_discount_minor=net_minor,
        tax_before_discount_minor=tax_minor,
        taxes=(TaxShare(1, tax_minor),) if tax_minor else (),
        sku="TEA-50",
        product_remote_id=11,
    )
    return replace(made, **changes)


def told_order(lines: Sequence[Line] | None = None, **changes: Any) -> Order:
    """A paid order of 39,000 won (tax included) unless told otherwise; its totals follow from its lines."""
    bought = tuple(lines) if lines is not None else (line(35455, 3545),)
    number = changes.pop("remote_id", None) or next(_numbers)
    shipping = [found for found in bought if found.kind == "shipping"]
    tax = sum(found.tax_minor for found in bought)
    shipping_tax = sum(found.tax_minor for found in shipping)
    before = sum(found.net_before_discount_minor - found.net_minor for found in bought)
    before_tax = sum(found.tax_before_discount_minor - found.tax_minor for found in bought)
    rate = TaxRate(1, "부가세", "10", False, tax - shipping_tax, shipping_tax)
    made = Order(
        remote_id=number,
        number=str(number),
        status="processing",
        currency="KRW",
        total_minor=sum(found.net_minor for found in bought) + tax,
        tax_minor=tax,
        shipping_minor=sum(found.net_minor for found in shipping),
        shipping_tax_minor=shipping_tax,
        discount_minor=before,
        discount_tax_minor=before_tax,
        prices_include_tax=True,
        customer_remote_id=0,
        billing=MINJI,
        shipping=MINJI,
        payment_method="card",
        payment_title="카드",
        customer_note="",
        language="",
        created_at=PAID,
        modified_at=PAID,
        paid_at=PAID,
        completed_at=None,
        lines=bought,
        tax_rates=(rate,) if tax else (),
        coupons=(),
        refunds=(),
        meta={},
        exact=True,
        raw={"id": number},
    )
    return replace(made, **changes)


def order(
    session: Session, store: Store, lines: Sequence[Line] | None = None, *, paid: bool = True, **changes: Any
) -> ShopOrder:
    """A mirrored order. A paid one tells OrderPaid, as in life."""
    if not paid:
        changes = {"paid_at": None, "status": "pending"} | changes
    return mirrored(session, store, told_order(lines, **{"currency": store.currency} | changes))


def mirrored(session: Session, store: Store, told: Order) -> ShopOrder:
    """Mirror what a side room would hand in."""
    mirroring.mirror_orders(session, store, [told], now=clock.now())
    return session.exec(
        select(ShopOrder).where(ShopOrder.store_id == store.id, ShopOrder.remote_id == told.remote_id)
    ).one()


def told_refund(order: ShopOrder, lines: Sequence[Line] = (), **changes: Any) -> Refund:
    """A refund of those (negative) lines, or of the order's whole amount without naming lines."""
    amount = -sum(found.net_minor + found.tax_minor for found in lines) if lines else order.total_minor
    number = next(_numbers)
    made = Refund(
        remote_id=number,
        order_remote_id=order.remote_id,
        amount_minor=amount,
        reason="",
        created_at=PAID,
        lines=tuple(lines),
        tax_rates=(),
        raw={"id": number},
    )
    return replace(made, **changes)


def refund(
    session: Session, store: Store, order: ShopOrder, lines: Sequence[Line] = (), **changes: Any
) -> ShopRefund:
    """A mirrored refund; tells RefundMade."""
    told = told_refund(order, lines, **changes)
    mirroring.mirror_refunds(session, store, [told], now=clock.now())
    return session.exec(
        select(ShopRefund).where(ShopRefund.store_id == store.id, ShopRefund.remote_id == told.remote_id)
    ).one()


def summary(refund: Refund) -> RefundSummary:
    """What the order itself says of the refund."""
    return RefundSummary(refund.remote_id, refund.reason, refund.amount_minor)


def recorded_bodies(shop: str, name: str) -> list[dict[str, Any]]:
    """Recorded bodies, such as ("krw", "orders")."""
    found: list[dict[str, Any]] = json.loads((RECORDED / shop / f"{name}.json").read_text())
    return found


def recorded_order(session: Session, store: Store, remote_id: int, **changes: Any) -> ShopOrder:
    """A recorded order of the demo shop in the store's currency, mirrored."""
    shop = "krw" if store.currency == "KRW" else "eur"
    body = next(body for body in recorded_bodies(shop, "orders") if body["id"] == remote_id)
    return mirrored(session, store, replace(payloads.order(body), **changes))


def contact(session: Session, store: Store, **changes: Any) -> Contact:
    """A person who writes to the shop; nothing about them is proven unless `changes` say so."""
    number = next(_numbers)
    moment = clock.now()
    made = Contact(
        **{
            "public_id": f"contact-{number}",
            "store_id": store.id,
            "name": "",
            "email": "",
            "language": "ko",
            "created_at": moment,
            "seen_at": moment,
            **changes,
        }
    )
    session.add(made)
    session.flush()
    return made


def device(session: Session, contact: Contact, token: str = "", **changes: Any) -> ContactDevice:
    """A browser of that contact; `token` is what it keeps."""
    moment = clock.now()
    digest = hashlib.sha256((token or f"token-{next(_numbers)}").encode()).hexdigest()
    made = ContactDevice(
        **{
            "contact_id": contact.id,
            "token_digest": digest,
            "created_at": moment,
            "seen_at": moment,
            "expires_at": moment + timedelta(days=30),
            **changes,
        }
    )
    session.add(made)
    session.flush()
    return made


def conversation(session: Session, store: Store, contact: Contact, **changes: Any) -> Conversation:
    """A conversation without any message yet."""
    made = chat.start(
        session, store_id=int(store.id or 0), contact_id=int(contact.id or 0), language=contact.language
    )
    for name, value in changes.items():
        setattr(made, name, value)
    session.add(made)
    session.flush()
    return made
