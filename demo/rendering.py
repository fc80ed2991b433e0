"""Stored resources turned into what the API shows: rounded money, links, chosen fields."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from demo.answers import php_json, picked
from demo.recording import Body
from demo.storage import Shop

UNIT = [Decimal(1).scaleb(-places) for places in range(13)]
ORDER_MONEY = ("discount_total", "discount_tax", "shipping_total", "shipping_tax", "cart_tax")
ORDER_TOTALS = ("total", "total_tax")
LINE_KINDS = ("line_items", "shipping_lines", "fee_lines")
EVERYTHING = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def money(value: str, decimals: int, *, loaded: int | None = None) -> str:
    """An amount as text with this many decimals.

    `loaded` first rounds to the store's decimals: order totals and line taxes are rounded when WooCommerce loads
    them, so `dp=2` in a store without decimals shows `99.00` for a stored 98.63 (FACTS section 4).
    """
    if value == "":
        return value
    amount = Decimal(value)
    if loaded is not None:
        amount = amount.quantize(UNIT[loaded], ROUND_HALF_UP)
    return str(amount.quantize(UNIT[decimals], ROUND_HALF_UP))


def shown_line(line: Body, decimals: int, store: int) -> Body:
    shown = dict(line)
    for name in ("subtotal", "total", "tax_total", "shipping_tax_total"):
        if name in shown:
            shown[name] = money(shown[name], decimals)
    for name in ("subtotal_tax", "total_tax"):
        if name in shown:
            shown[name] = money(shown[name], decimals, loaded=store)
    if "taxes" in shown:
        shown["taxes"] = [
            {**tax, "total": money(tax["total"], decimals), "subtotal": money(tax["subtotal"], decimals)}
            for tax in shown["taxes"]
        ]
    return shown


def with_money(body: Body, decimals: int, store: int) -> Body:
    """A copy of an order or refund, or of some of its fields, with its amounts formatted. Coupon lines keep theirs."""
    shown = dict(body)
    for name in ORDER_MONEY:
        if name in shown:
            shown[name] = money(shown[name], decimals)
    for name in ORDER_TOTALS:
        if name in shown:
            shown[name] = money(shown[name], decimals, loaded=store)
    if "amount" in shown:
        shown["amount"] = money(shown["amount"], decimals)
    for kind in (*LINE_KINDS, "tax_lines"):
        if kind in shown:
            shown[kind] = [shown_line(line, decimals, store) for line in shown[kind]]
    if "refunds" in shown:
        shown["refunds"] = [
            {
                **refund,
                "total": money(refund["total"], decimals),
                "total_tax": money(refund["total_tax"], decimals),
            }
            for refund in shown["refunds"]
        ]
    return shown


def links(path: str, allow: list[str] | None = EVERYTHING, **further: Any) -> Body:
    """The `_links` of a resource at this path below `/wp-json/wc/v3/`."""
    root = "{shop}/wp-json/wc/v3/"
    itself: Body = {"href": root + path}
    if allow:
        itself["targetHints"] = {"allow": allow}
    shown: Body = {"self": [itself], "collection": [{"href": root + path.rpartition("/")[0]}]}
    for name, target in further.items():
        shown[name] = target if isinstance(target, list) else [{"href": root + target}]
    return shown


def order_links(order: Body) -> Body:
    path = f"orders/{order['id']}"
    mails = [{"embeddable": True, "href": f"{{shop}}/wp-json/wc/v3/{path}/actions/email_templates"}]
    further: dict[str, Any] = {"email_templates": mails}
    if order["customer_id"]:
        further["customer"] = f"customers/{order['customer_id']}"
    return links(path, **further)


def written(shop: Shop, body: Body) -> bytes:
    """The body as JSON bytes, with the shop's address put in."""
    return php_json(body).replace(b"{shop}", shop.url.replace("/", "\\/").encode())


def order_json(
    shop: Shop, order: Body, *, decimals: int | None = None, fields: list[str] | None = None
) -> bytes:
    """One order as JSON; the plain form is kept until the order changes, so big lists cost little."""
    plain = not fields and decimals in (None, shop.decimals)
    if plain and (kept := shop.shown.get(order["id"])):
        return kept
    body = {**order, "_links": order_links(order)}
    if fields:
        body = picked(body, fields)
    result = written(shop, with_money(body, shop.decimals if decimals is None else decimals, shop.decimals))
    if plain:
        shop.shown[order["id"]] = result
    return result


def refund_json(
    shop: Shop,
    refund: Body,
    *,
    decimals: int | None = None,
    fields: list[str] | None = None,
    parent: bool = False,
) -> bytes:
    """One refund; `parent_id` is shown in the list of all refunds only."""
    order = f"orders/{refund['parent_id']}"
    body = {**refund, "_links": links(f"{order}/refunds/{refund['id']}", ["GET", "DELETE"], up=order)}
    if not parent:
        del body["parent_id"]
    if fields:
        body = picked(body, fields)
    return written(shop, with_money(body, shop.decimals if decimals is None else decimals, shop.decimals))


def resource_json(shop: Shop, body: Body, address: Body, fields: list[str] | None = None) -> bytes:
    """Any other resource with its links."""
    full = {**body, "_links": address}
    return written(shop, picked(full, fields) if fields else full)
