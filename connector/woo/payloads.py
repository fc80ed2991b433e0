"""WooCommerce's bodies in our words: pure functions, no database, no network.

Source of every surprise handled here: recorded bodies of WooCommerce 11.0.1 (tests/connector/woo/).
"""

from decimal import Decimal
from typing import Any

from connector.schemas import (
    Address,
    Coupon,
    Customer,
    Line,
    LineKind,
    Order,
    Product,
    Refund,
    RefundSummary,
    TaxRate,
    TaxShare,
)
from connector.woo.values import (
    Amounts,
    moment,
    plain,
    readable,
    required_moment,
    served_decimals,
    without_tags,
)
from core.languages import Text

# Our plugin's own key first, then those of the usual translation plugins.
LANGUAGE_KEYS = (
    "_aftercart_locale",
    "wpml_language",
    "_wpml_language",
    "trp_language",
    "weglot_language",
    "_pll_language",
    "lang",
)
# Bearer secrets and data about a person's device that nobody here needs.
NOT_KEPT = ("order_key", "payment_url", "customer_ip_address", "customer_user_agent", "cart_hash", "_links")
# People who work in the shop are no customers of it.
STAFF_ROLES = {"administrator", "editor", "author", "contributor", "shop_manager"}


def address(body: dict[str, Any]) -> Address:
    """A billing or shipping block."""
    return Address(
        first_name=plain(body.get("first_name")),
        last_name=plain(body.get("last_name")),
        company=plain(body.get("company")),
        street=plain(body.get("address_1")),
        street_more=plain(body.get("address_2")),
        city=plain(body.get("city")),
        state=plain(body.get("state")),
        postcode=plain(body.get("postcode")),
        country=plain(body.get("country")).upper(),
        email=plain(body.get("email")),
        phone=plain(body.get("phone")),
    )


def _attributes(body: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (without_tags(meta.get("display_key")), without_tags(meta.get("display_value")))
        for meta in (body.get("meta_data") or ())
        if not str(meta.get("key", "")).startswith("_") and isinstance(meta.get("display_value"), str)
    )


def _options(body: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """What a product comes in, by name: a product lists all options, a variation names its one; hidden ones are left out."""
    return {
        plain(one.get("name")): tuple(map(plain, one.get("options") or [one.get("option")]))
        for one in (body.get("attributes") or ())
        if (one.get("visible", True) or one.get("variation")) and (one.get("options") or one.get("option"))
    }


def _meta_value(body: dict[str, Any], key: str) -> Any:
    return next((meta.get("value") for meta in (body.get("meta_data") or ()) if meta.get("key") == key), None)


def _line(kind: LineKind, body: dict[str, Any], amounts: Amounts) -> Line:
    net, tax = amounts(body.get("total")), amounts(body.get("total_tax"))
    refunded = str(_meta_value(body, "_refunded_item_id") or "")
    return Line(
        kind=kind,
        remote_id=int(body.get("id") or 0),
        name=plain(body.get("method_title") if kind == "shipping" else body.get("name")),
        quantity=str(body.get("quantity", 1)),
        net_minor=net,
        tax_minor=tax,
        net_before_discount_minor=amounts(body["subtotal"]) if "subtotal" in body else net,
        tax_before_discount_minor=amounts(body["subtotal_tax"]) if "subtotal_tax" in body else tax,
        taxes=tuple(
            TaxShare(int(share["id"]), amounts(share.get("total")))
            for share in (body.get("taxes") or ())
            if share.get("total") not in (None, "")
        ),
        sku=plain(body.get("sku")),
        product_remote_id=int(body.get("product_id") or 0),
        variation_remote_id=int(body.get("variation_id") or 0),
        attributes=_attributes(body) if kind == "product" else (),
        refunds_remote_id=int(refunded) if refunded.isdigit() else 0,
    )


def _lines(body: dict[str, Any], amounts: Amounts) -> tuple[Line, ...]:
    return (
        *(_line("product", line, amounts) for line in body["line_items"]),
        *(_line("shipping", line, amounts) for line in (body.get("shipping_lines") or ())),
        *(_line("fee", line, amounts) for line in (body.get("fee_lines") or ())),
    )


def _tax_rates(body: dict[str, Any], amounts: Amounts) -> tuple[TaxRate, ...]:
    return tuple(
        TaxRate(
            rate_id=int(line["rate_id"]),
            label=plain(line.get("label")),
            percent=f"{Decimal(str(line.get('rate_percent') or 0)).normalize():f}",
            compound=bool(line.get("compound")),
            tax_minor=amounts(line.get("tax_total")),
            shipping_tax_minor=amounts(line.get("shipping_tax_total")),
        )
        for line in (body.get("tax_lines") or ())
    )


def _kept(body: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in body.items() if name not in NOT_KEPT}


@readable(Text("The shop sent something that is no order."))
def order(body: dict[str, Any]) -> Order:
    """An order body. Raises BadInput for a body that is none (webhooks may carry an error object)."""
    if not body["currency"] or body["total"] in (None, ""):
        raise ValueError("an order has a currency and a total")
    amounts = Amounts(body["currency"])
    meta = {str(entry.get("key")): entry.get("value") for entry in (body.get("meta_data") or ())}
    return Order(
        remote_id=int(body["id"]),
        number=str(body.get("number") or body["id"]),
        status=str(body["status"]),
        currency=body["currency"],
        total_minor=amounts(body["total"]),
        tax_minor=amounts(body.get("total_tax")),
        shipping_minor=amounts(body.get("shipping_total")),
        shipping_tax_minor=amounts(body.get("shipping_tax")),
        discount_minor=amounts(body.get("discount_total")),
        discount_tax_minor=amounts(body.get("discount_tax")),
        prices_include_tax=bool(body.get("prices_include_tax")),
        customer_remote_id=int(body.get("customer_id") or 0),
        billing=address(body.get("billing") or {}),
        shipping=address(body.get("shipping") or {}),
        payment_method=str(body.get("payment_method") or ""),
        payment_title=plain(body.get("payment_method_title")),
        customer_note=plain(body.get("customer_note")),
        language=next((str(meta[key]) for key in LANGUAGE_KEYS if isinstance(meta.get(key), str)), ""),
        created_at=required_moment(body, "date_created_gmt"),
        modified_at=required_moment(body, "date_modified_gmt"),
        paid_at=moment(body.get("date_paid_gmt")),
        completed_at=moment(body.get("date_completed_gmt")),
        lines=_lines(body, amounts),
        tax_rates=_tax_rates(body, amounts),
        coupons=tuple(
            Coupon(plain(line.get("code")), amounts(line.get("discount")), amounts(line.get("discount_tax")))
            for line in (body.get("coupon_lines") or ())
        ),
        refunds=tuple(
            RefundSummary(int(refund["id"]), plain(refund.get("reason")), abs(amounts(refund.get("total"))))
            for refund in (body.get("refunds") or ())
        ),
        meta=meta,
        exact=amounts.exact,
        served_decimals=served_decimals(body["total"]),
        raw=_kept(body),
    )


@readable(Text("The shop sent something that is no refund."))
def refund(body: dict[str, Any], *, order_remote_id: int, currency: str) -> Refund:
    """A refund body; amounts of its lines are negative, `amount` is positive. Raises BadInput."""
    amounts = Amounts(currency)
    return Refund(
        remote_id=int(body["id"]),
        order_remote_id=order_remote_id,
        amount_minor=abs(amounts(body.get("amount"))),
        reason=plain(body.get("reason")),
        created_at=required_moment(body, "date_created_gmt"),
        lines=_lines(body, amounts),
        tax_rates=_tax_rates(body, amounts),
        raw=_kept(body),
    )


@readable(Text("The shop sent something that is no customer."))
def customer(body: dict[str, Any]) -> Customer:
    """A customer body. Raises BadInput."""
    return Customer(
        remote_id=int(body["id"]),
        email=plain(body.get("email")),
        first_name=plain(body.get("first_name")),
        last_name=plain(body.get("last_name")),
        role=str(body.get("role") or ""),
        username=str(body.get("username") or ""),
        billing=address(body.get("billing") or {}),
        shipping=address(body.get("shipping") or {}),
        created_at=required_moment(body, "date_created_gmt"),
        modified_at=moment(body.get("date_modified_gmt")),
        raw=_kept(body),
    )


@readable(Text("The shop sent something that is no product."))
def product(body: dict[str, Any], *, parent: dict[str, Any] | None = None) -> Product:
    """A product body, or a variation's with its parent's (variations have no name of their own in old shops). Raises BadInput."""
    images = body.get("images") or ([body["image"]] if body.get("image") else [])
    quantity = body.get("stock_quantity")
    return Product(
        remote_id=int(body["id"]),
        parent_remote_id=int(parent["id"]) if parent else 0,
        name=plain(body.get("name")) or plain((parent or {}).get("name")),
        kind=str(body.get("type") or ("variation" if parent else "simple")),
        status=str(body.get("status") or ""),
        sku=plain(body.get("sku")),
        price=str(body.get("price") or ""),
        stock_status=str(body.get("stock_status") or ""),
        stock_quantity="" if quantity is None else str(quantity),
        link=str(body.get("permalink") or ""),
        image=str((images[0] or {}).get("src") or "") if images else "",
        modified_at=required_moment(body, "date_modified_gmt"),
        attributes=_options(body),
        categories=tuple(
            (int(one["id"]), plain(one.get("name"))) for one in (body.get("categories") or ()) if one
        ),
        raw=_kept(body),
    )
