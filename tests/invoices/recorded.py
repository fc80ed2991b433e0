"""The recorded orders and refunds of both demo shops as mirrored rows, by the name of their scenario."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from connector.schemas import Order
from connector.tables import OrderLine, OrderTax, ShopOrder, ShopRefund
from connector.woo import payloads
from invoices.document import InvoiceDocument, build_credit_note, build_invoice, with_number
from invoices.document_parts import Postal, Seller

RECORDED = Path(__file__).parents[2] / "demo" / "recorded"
ISSUED_AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
DECIMALS = {"krw": 0, "eur": 2}
ZONES = {"krw": "Asia/Seoul", "eur": "Europe/Berlin"}
PAID = ("processing", "completed", "refunded", "shipped")

SCENARIOS = {
    "krw_coupon_percent": 99,
    "krw_coupon_two": 101,
    "krw_zero_total_100pct": 104,
    "krw_zero_total_free_product": 105,
    "krw_negative_fee": 107,
    "krw_multi_shipping": 109,
    "krw_mixed_tax_classes": 110,
    "krw_long_name": 111,
    "krw_120_lines": 112,
    "krw_meta_and_note": 113,
    "krw_item_meta": 114,
    "krw_custom_line_prices": 120,
    "krw_order_in_eur": 122,
    "krw_order_in_usd": 123,
    "krw_order_in_jpy": 124,
    "krw_no_address": 131,
    "krw_refund_partial_line_tax": 136,
    "krw_refund_full": 138,
    "krw_refund_two_partials": 140,
    "krw_refund_amount_only": 143,
    "krw_refund_by_status_only": 147,
    "krw_no_product_line": 227,
    "krw_total_not_matching_lines": 229,
    "eur_two_rates": 175,
    "eur_two_rates_coupon": 176,
    "eur_rounding_many_small": 177,
    "eur_free_ship_coupon": 179,
    "eur_negative_fee": 180,
    "eur_refund_partial_line_tax": 186,
    "eur_refund_full": 188,
    "eur_refund_two_partials": 190,
    "eur_refund_amount_only": 193,
    "usd_tax_off_by_one": 200,
    "usd_la_compound": 215,
    "usd_or_no_tax": 217,
    "usd_la_compound_coupon_fee": 218,
    "usd_refund_compound": 219,
}

SELLERS = {
    "krw": Seller(
        name="주식회사 한결상점",
        address=Postal(
            street="세종대로 110",
            street_more="3층",
            city="중구",
            state="서울특별시",
            postcode="04524",
            country="KR",
        ),
        registration_number="123-45-67890",
        email="help@shop.example",
        phone="02-1234-5678",
        site="shop.example",
    ),
    "eur": Seller(
        name="Lindenhof Handel GmbH",
        address=Postal(street="Am Kölner Brett 2", city="Köln", postcode="50825", country="DE"),
        registration_number="HRB 12345",
        tax_id="DE123456789",
        email="help@shop.example",
        accent="#1d4f91",
    ),
}


@cache
def _bodies(shop: str, kind: str) -> dict[int, dict[str, Any]]:
    found = json.loads((RECORDED / shop / f"{kind}.json").read_text())
    return {body["id"]: _as_served(body) if DECIMALS[shop] == 0 else body for body in found}


def _as_served(value: Any) -> Any:
    """The demo keeps two decimals; a shop without decimals answers with whole amounts."""
    if isinstance(value, dict):
        return {name: _as_served(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_as_served(part) for part in value]
    if (
        isinstance(value, str)
        and value.removeprefix("-").replace(".", "", 1).isdigit()
        and value[-3:-2] == "."
    ):
        return str(Decimal(value).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return value


def shop_of(order_id: int) -> str:
    return "krw" if order_id in _bodies("krw", "orders") else "eur"


def all_orders() -> list[int]:
    return [*_bodies("krw", "orders"), *_bodies("eur", "orders")]


def all_refunds() -> list[int]:
    return [*_bodies("krw", "refunds"), *_bodies("eur", "refunds")]


def order_rows(order_id: int, **changed: Any) -> tuple[ShopOrder, list[OrderLine], list[OrderTax]]:
    """The rows of a recorded order, as the mirror keeps them."""
    shop = shop_of(order_id)
    order = payloads.order(_bodies(shop, "orders")[order_id])
    lines = [
        OrderLine(order_id=1, position=place, **_line(asdict(line))) for place, line in enumerate(order.lines)
    ]
    taxes = [
        OrderTax(order_id=1, position=place, **asdict(rate)) for place, rate in enumerate(order.tax_rates)
    ]
    return ShopOrder(**_order(order, shop) | changed), lines, taxes


def _line(line: dict[str, Any]) -> dict[str, Any]:
    del line["refunds_remote_id"]
    return line | {"taxes": list(line["taxes"]), "attributes": [list(pair) for pair in line["attributes"]]}


def _order(order: Order, shop: str) -> dict[str, Any]:
    values = asdict(order)
    for name in ("lines", "tax_rates", "refunds", "coupons"):
        del values[name]
    return values | {
        "id": 1,
        "store_id": 1,
        "store_decimals": DECIMALS[shop],
        "email": order.billing.email,
        "person": order.billing.first_name,
        "country": order.billing.country,
        "coupons": [asdict(coupon) for coupon in order.coupons],
        "paid": order.paid_at is not None or order.status in PAID,
        "fingerprint": "",
    }


def refund_row(refund_id: int) -> ShopRefund:
    """The row of a recorded refund."""
    shop = "krw" if refund_id in _bodies("krw", "refunds") else "eur"
    body = _bodies(shop, "refunds")[refund_id]
    currency = _bodies(shop, "orders")[body["parent_id"]]["currency"]
    refund = payloads.refund(body, order_remote_id=body["parent_id"], currency=currency)
    values = json.loads(
        json.dumps({name: value for name, value in asdict(refund).items() if name != "created_at"})
    )
    del values["order_remote_id"]
    return ShopRefund(id=1, store_id=1, order_id=1, created_at=refund.created_at, **values)


def order_of_refund(refund_id: int) -> int:
    for shop in DECIMALS:
        if refund_id in _bodies(shop, "refunds"):
            return int(_bodies(shop, "refunds")[refund_id]["parent_id"])
    raise KeyError(refund_id)


def refunds_of(scenario: str) -> list[int]:
    return [refund for refund in all_refunds() if order_of_refund(refund) == SCENARIOS[scenario]]


def invoice(
    order_id: int | str, *, language: str = "en", number: str = "", **changed: Any
) -> InvoiceDocument:
    """The invoice of a recorded order, given by scenario or id; raises Held."""
    order_id = SCENARIOS[order_id] if isinstance(order_id, str) else order_id
    shop = shop_of(order_id)
    order, lines, taxes = order_rows(order_id, **changed)
    document = build_invoice(
        order, lines, taxes, SELLERS[shop], language=language, zone=ZONES[shop], issued_at=ISSUED_AT
    )
    return with_number(document, number)


def credit_note(refund_id: int, *, language: str = "en", number: str = "") -> InvoiceDocument:
    """The credit note of a recorded refund; raises Held."""
    order_id = order_of_refund(refund_id)
    shop = shop_of(order_id)
    original = invoice(order_id, language=language, number="INV-2026-0001")
    order, _, _ = order_rows(order_id)
    document = build_credit_note(
        refund_row(refund_id), order, original, SELLERS[shop], zone=ZONES[shop], issued_at=ISSUED_AT
    )
    return with_number(document, number)


def invoice_as_read_with(decimals: int, scenario: str) -> InvoiceDocument:
    """The invoice of an order of the shop without decimals, had the shop been asked with some."""
    body = next(
        body
        for body in json.loads((RECORDED / "krw" / "orders.json").read_text())
        if body["id"] == SCENARIOS[scenario]
    )
    order = payloads.order(body)
    row, _, _ = order_rows(SCENARIOS[scenario], store_decimals=decimals)
    row.total_minor, row.tax_minor = order.total_minor, order.tax_minor
    lines = [
        OrderLine(order_id=1, position=place, **_line(asdict(line))) for place, line in enumerate(order.lines)
    ]
    return build_invoice(row, lines, [], SELLERS["krw"], language="en", zone="UTC", issued_at=ISSUED_AT)
