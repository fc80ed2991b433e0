"""Rows for tests of documents: a shop, its orders and refunds, as the mirror would hold them."""

import itertools
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from connector.schemas import Address
from connector.tables import OrderLine, OrderTax, ShopOrder, ShopRefund, Store

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_numbers = itertools.count(1001)


def make_store(session: Session, **other: Any) -> Store:
    """A Korean shop in won with its own address."""
    number = next(_numbers)
    given: dict[str, Any] = {
        "public_id": f"store-{number}",
        "name": "모리 차방",
        "address": f"https://shop-{number}.example",
        "home_address": f"https://shop-{number}.example",
        "key_hidden": "",
        "secret_hidden": "",
        "access": "basic",
        "webhook_secret_hidden": "",
        "currency": "KRW",
        "decimals": 0,
        "zone": "Asia/Seoul",
        "locale": "ko_KR",
        "seller": asdict(
            Address(company="모리 차방", street="세종대로 1", city="서울", postcode="04524", country="KR")
        ),
        "statuses": {},
        "gateways": {},
        "settings": {},
        "pays_later": [],
        "connected_at": NOON - timedelta(days=1),
        "facts_at": NOON,
    }
    store = Store(**{**given, **other})
    session.add(store)
    session.flush()
    return store


def make_order(
    session: Session, store: Store, *, net: int = 10000, tax: int = 1000, **other: Any
) -> ShopOrder:
    """A paid order of one line of goods with one tax rate."""
    number = next(_numbers)
    billing = Address(
        first_name="민지",
        last_name="김",
        street="종로 1",
        city="서울",
        country="KR",
        email="minji@example.com",
    )
    given: dict[str, Any] = {
        "store_id": store.id,
        "remote_id": number,
        "number": str(number),
        "status": "processing",
        "currency": store.currency,
        "store_decimals": store.decimals,
        "exact": True,
        "total_minor": net + tax,
        "tax_minor": tax,
        "shipping_minor": 0,
        "shipping_tax_minor": 0,
        "discount_minor": 0,
        "discount_tax_minor": 0,
        "prices_include_tax": False,
        "customer_remote_id": 0,
        "email": billing.email,
        "person": "김민지",
        "country": "KR",
        "language": "",
        "billing": asdict(billing),
        "shipping": asdict(Address()),
        "payment_method": "card",
        "payment_title": "카드",
        "customer_note": "",
        "coupons": [],
        "meta": {},
        "created_at": NOON - timedelta(hours=1),
        "modified_at": NOON - timedelta(minutes=30),
        "paid_at": NOON - timedelta(minutes=30),
        "paid": True,
        "paid_recorded_at": NOON - timedelta(minutes=29),
        "fingerprint": "first",
        "raw": {},
    }
    order = ShopOrder(**{**given, **other})
    session.add(order)
    session.flush()
    session.add(make_line(order, net, tax))
    session.add(_rate(order, tax))
    session.flush()
    return order


def make_line(order: ShopOrder, net: int, tax: int) -> OrderLine:
    return OrderLine(
        order_id=order.id,
        position=0,
        kind="product",
        remote_id=1,
        name="녹차",
        sku="TEA-1",
        quantity="1",
        net_minor=net,
        tax_minor=tax,
        net_before_discount_minor=net,
        tax_before_discount_minor=tax,
        taxes=[{"rate_id": 1, "minor": tax}],
        attributes=[],
        product_remote_id=7,
        variation_remote_id=0,
    )


def _rate(order: ShopOrder, tax: int) -> OrderTax:
    return OrderTax(
        order_id=order.id,
        position=0,
        rate_id=1,
        label="부가세",
        percent="10",
        compound=False,
        tax_minor=tax,
        shipping_tax_minor=0,
    )


def make_refund(
    session: Session,
    order: ShopOrder,
    *,
    net: int = 1000,
    tax: int = 100,
    with_lines: bool = True,
    **other: Any,
) -> ShopRefund:
    """A refund of part of the order's line; without lines the shop does not say what was taxed."""
    line = {
        "kind": "product",
        "remote_id": 91,
        "name": "녹차",
        "sku": "TEA-1",
        "quantity": "0",
        "net_minor": -net,
        "tax_minor": -tax,
        "net_before_discount_minor": -net,
        "tax_before_discount_minor": -tax,
        "taxes": [{"rate_id": 1, "minor": -tax}],
        "attributes": [],
        "product_remote_id": 7,
        "variation_remote_id": 0,
        "refunds_remote_id": 1,
    }
    rate = {
        "rate_id": 1,
        "label": "부가세",
        "percent": "10",
        "compound": False,
        "tax_minor": -tax,
        "shipping_tax_minor": 0,
    }
    given: dict[str, Any] = {
        "store_id": order.store_id,
        "order_id": order.id,
        "remote_id": next(_numbers),
        "amount_minor": net + tax,
        "reason": "",
        "created_at": NOON,
        "lines": [line] if with_lines else [],
        "tax_rates": [rate] if with_lines else [],
        "raw": {},
    }
    refund = ShopRefund(**{**given, **other})
    session.add(refund)
    session.flush()
    return refund


def all_of(session: Session, table: Any) -> list[Any]:
    """All rows of the table, oldest first."""
    return list(session.exec(select(table).order_by(table.id)).all())
