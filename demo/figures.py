"""The true figures of a shop, counted from its storage; what a mirror has to equal."""

from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from demo.recording import Body
from demo.storage import UNLISTED, Shop

MINOR_UNITS = {"KRW": 0, "JPY": 0, "EUR": 2, "USD": 2}
"""Decimals of the currencies the demo shops sell in (ISO 4217)."""

STAFF = frozenset({"administrator", "editor", "author", "contributor", "shop_manager"})


def minor(shop: Shop, amount: str, currency: str) -> int:
    """An amount, as the API shows it with the store's decimals, in the currency's minor units."""
    value = shop.rounded(Decimal(amount))
    return int(value.scaleb(MINOR_UNITS.get(currency, 2)).quantize(Decimal(1), ROUND_HALF_UP))


def listed_orders(shop: Shop) -> list[Body]:
    return [order for order in shop.orders.values() if order["status"] not in UNLISTED]


def guests(orders: list[Body]) -> set[str]:
    """Billing addresses of people who ordered without an account."""
    emails = {order["billing"]["email"].lower() for order in orders if not order["customer_id"]}
    return emails - {""}


def figures(shop: Shop) -> dict[str, Any]:
    """Counts and totals; sums are in minor units per currency, over orders that are not trashed or drafts."""
    with shop.lock:
        orders = listed_orders(shop)
        ids = {order["id"]: order for order in orders}
        refunds = [refund for refund in shop.refunds.values() if refund["parent_id"] in ids]
        totals: Counter[str] = Counter()
        refunded: Counter[str] = Counter()
        for order in orders:
            totals[order["currency"]] += minor(shop, order["total"], order["currency"])
        for refund in refunds:
            currency = ids[refund["parent_id"]]["currency"]
            refunded[currency] += minor(shop, refund["amount"], currency)
        return {
            "name": shop.blueprint.name,
            "title": shop.blueprint.title,
            "url": shop.url,
            "currency": shop.currency,
            "decimals": shop.decimals,
            "orders": len(orders),
            "trashed": sum(order["status"] == "trash" for order in shop.orders.values()),
            "customers": sum(row["role"] not in STAFF for row in shop.customers.values()),
            "guests": len(guests(orders)),
            "products": sum(row["status"] != "trash" for row in shop.products.values()),
            "variations": len(shop.variations),
            "refunds": len(refunds),
            "totals": dict(totals),
            "refund_totals": dict(refunded),
            "paid": paid_orders(orders),
            "keys": {key.permission: {"key": key.key, "secret": key.secret} for key in shop.keys},
        }


def paid_orders(orders: list[Body]) -> list[dict[str, Any]]:
    """Orders with a payment date or a paid status, raw: who pays later is for the reader to judge."""
    return [
        {
            "id": order["id"],
            "status": order["status"],
            "date_paid_gmt": order["date_paid_gmt"],
            "payment_method": order["payment_method"],
            "currency": order["currency"],
            "total": order["total"],
        }
        for order in sorted(orders, key=lambda order: int(order["id"]))
        if order["date_paid_gmt"] or order["status"] in {"processing", "completed"}
    ]
