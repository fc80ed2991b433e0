"""Orders made and edited from what a request says."""

import secrets
import string
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from demo.answers import RestError
from demo.coupons import apply_coupon, coupon_of
from demo.lifecycle import pay, refresh_flags, set_status
from demo.lines import change_lines
from demo.pricing import calculate_totals, prices_include_tax
from demo.recording import Body
from demo.storage import Shop

ADDRESS = (
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "state",
    "postcode",
    "country",
)
SYMBOLS = {"KRW": "₩", "EUR": "€", "USD": "$", "JPY": "¥", "GBP": "£"}
PLAIN = ("customer_note", "payment_method", "payment_method_title", "transaction_id", "currency", "parent_id")
LINE_KINDS = ("line_items", "shipping_lines", "fee_lines")
RECALCULATING = ("billing", "shipping", *LINE_KINDS, "coupon_lines")
"""Writing one of these makes WooCommerce calculate the order anew (source: `save_object`)."""


BLANK: Body = {
    "id": 0,
    "parent_id": 0,
    "status": "pending",
    "currency": "",
    "version": "11.0.1",
    "prices_include_tax": True,
    "date_created": None,
    "date_modified": None,
    **dict.fromkeys(("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax"), "0"),
    **dict.fromkeys(("total", "total_tax"), "0"),
    "customer_id": 0,
    "order_key": "",
    "billing": {**dict.fromkeys(ADDRESS, ""), "email": "", "phone": ""},
    "shipping": {**dict.fromkeys(ADDRESS, ""), "phone": ""},
    **dict.fromkeys(("payment_method", "payment_method_title", "transaction_id"), ""),
    **dict.fromkeys(("customer_ip_address", "customer_user_agent"), ""),
    "created_via": "rest-api",
    "customer_note": "",
    "date_completed": None,
    "date_paid": None,
    "cart_hash": "",
    "number": "",
    "meta_data": [],
    "line_items": [],
    "tax_lines": [],
    "shipping_lines": [],
    "fee_lines": [],
    "coupon_lines": [],
    "refunds": [],
    "payment_url": "",
    "is_editable": True,
    "needs_payment": False,
    "needs_processing": False,
    **dict.fromkeys(("date_created_gmt", "date_modified_gmt", "date_completed_gmt", "date_paid_gmt"), None),
    "currency_symbol": "",
}
"""An order before anything is known of it, its fields in their recorded order."""


def blank_order(shop: Shop) -> Body:
    order = deepcopy(BLANK)
    order_id = next(shop.posts)
    letters = string.ascii_letters + string.digits
    key = "wc_order_" + "".join(secrets.choice(letters) for _ in range(13))
    order |= {
        "id": order_id,
        "currency": shop.currency,
        "prices_include_tax": prices_include_tax(shop),
        "order_key": key,
        "number": str(order_id),
        "payment_url": f"{{shop}}/checkout/order-pay/{order_id}/?pay_for_order=true&key={key}",
    }
    shop.stamp(order, "created")
    shop.stamp(order, "modified")
    return order


def create_order(shop: Shop, given: Body) -> Body:
    """A new order. A bad coupon is refused and still leaves a draft behind (measured)."""
    with shop.lock:
        order = blank_order(shop)
        write(shop, order, {**given, "coupon_lines": None})
        try:
            coupons = [coupon_of(shop, one["code"]) for one in given.get("coupon_lines") or []]
        except RestError as error:
            order["status"] = "checkout-draft"
            error.data["new_draft_order_id"] = order["id"]
            finish(shop, order)
            raise
        for coupon in coupons:
            apply_coupon(shop, order, coupon)
        calculate_totals(shop, order, untaxed_lines(shop, order))
        refresh_flags(shop, order)
        set_status(shop, order, given.get("status") or "pending")
        if is_true(given.get("set_paid")):
            pay(shop, order, given.get("transaction_id") or "")
        finish(shop, order)
        return order


def finish(shop: Shop, order: Body) -> None:
    refresh_flags(shop, order)
    shop.keep_order(order)
    # Making an order saves it more than once: both topics fire (recorded deliveries 15 and 16).
    shop.announce("order.created", order["id"])
    shop.announce("order.updated", order["id"])


def update_order(
    shop: Shop, order_id: int, given: Body, *, after_status: Callable[[Body, str], None] | None = None
) -> Body:
    """Write what was given; even an empty write moves the modified date (order tables, FACTS section 3).

    `after_status` hears a changed status before the order is kept; the status `refunded` makes a refund there.
    """
    with shop.order_changed(order_id) as order:
        before = order["status"]
        write(shop, order, given)
        for one in given.get("coupon_lines") or []:
            apply_coupon(shop, order, coupon_of(shop, one["code"]))
        if any(name in given for name in RECALCULATING):
            calculate_totals(shop, order, untaxed_lines(shop, order))
        refresh_flags(shop, order)
        if given.get("status"):
            set_status(shop, order, given["status"])
            shop.status_before_trash.pop(order_id, None)
        if is_true(given.get("set_paid")) and order["needs_payment"]:
            pay(shop, order, given.get("transaction_id") or "")
        if after_status and order["status"] != before:
            after_status(order, order["status"])
    return order


def write(shop: Shop, order: Body, given: Body) -> None:
    """Put the given fields on a working copy; status, coupons and sums come after."""
    write_customer(shop, order, given.get("customer_id"))
    for name in PLAIN:
        if given.get(name) is not None:
            order[name] = given[name]
    order["currency_symbol"] = SYMBOLS.get(order["currency"], order["currency"])
    for kind in ("billing", "shipping"):
        for name, value in (given.get(kind) or {}).items():
            if name in order[kind]:
                order[kind][name] = value or ""
    for kind in LINE_KINDS:
        change_lines(shop, order, kind, given.get(kind) or [])
    for meta in given.get("meta_data") or []:
        write_meta(shop, order, meta)
    order["meta_data"].sort(key=lambda meta: str(meta["key"]))


def write_customer(shop: Shop, order: Body, customer: Any) -> None:
    if customer is None:
        return
    if int(customer) and int(customer) not in shop.customers:
        raise RestError("woocommerce_rest_invalid_customer_id", "Customer ID is invalid.", 400)
    order["customer_id"] = int(customer)


def write_meta(shop: Shop, order: Body, meta: Body) -> None:
    """Update by id or key, keeping the id; an id with value null deletes. Scalars come back as text."""
    value: Any = meta.get("value")
    found = next(
        (
            row
            for row in order["meta_data"]
            if (row["id"] == meta["id"] if meta.get("id") else row["key"] == meta.get("key"))
        ),
        None,
    )
    if meta.get("key") == "_billing_email" and value:
        order["billing"]["email"] = str(value)  # Internal keys reach the order's own fields (measured).
        return
    if value is None:
        if found is not None:
            order["meta_data"].remove(found)
        return
    stored = ("1" if value else "") if isinstance(value, bool) else value
    stored = str(stored) if isinstance(stored, int | float) else stored
    if found is not None:
        found["value"] = stored
        found["key"] = meta.get("key", found["key"])
    else:
        order["meta_data"].append({"id": next(shop.metas), "key": meta["key"], "value": stored})


def untaxed_lines(shop: Shop, order: Body) -> set[int]:
    """Ids of product lines whose product bears no tax."""
    untaxed = set()
    for line in order["line_items"]:
        product = shop.products.get(line["product_id"])
        if product is not None and product["tax_status"] != "taxable":
            untaxed.add(line["id"])
    return untaxed


def is_true(value: Any) -> bool:
    return value is True or str(value).lower() in {"true", "1"}
