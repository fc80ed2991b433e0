"""Refunds made and taken back, and what they leave on their order."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from demo.answers import RefundError
from demo.lifecycle import set_status
from demo.pricing import ZERO, fine, rounded_tax, tax_lines
from demo.recording import Body
from demo.settings import gateways
from demo.storage import Shop

KINDS = ("line_items", "shipping_lines", "fee_lines")


def cannot(message: str) -> RefundError:
    return RefundError("woocommerce_rest_cannot_create_order_refund", message, 500)


def amount_of(value: object) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return ZERO


def refunded_so_far(shop: Shop, order_id: int) -> Decimal:
    return sum(
        (Decimal(row["amount"]) for row in shop.refunds.values() if row["parent_id"] == order_id), ZERO
    )


def create_refund(shop: Shop, order_id: int, given: Body) -> Body:
    """A refund with lines or by amount alone; the order's modified date moves, order.updated fires.

    Raises `RefundError`: more than what is left, a negative amount, or a gateway that cannot pay back.
    """
    with shop.lock:
        order = shop.orders[order_id]
        amount = amount_of(given.get("amount"))
        lines = wished_lines(order, given.get("line_items") or [])
        if amount is None:
            amount = sum((net + sum(taxes.values(), ZERO) for _, _, net, taxes in lines), ZERO)
        if amount < 0:
            message = "Refund amount must be greater than zero."
            raise RefundError("woocommerce_rest_invalid_order_refund", message, 400)
        left = Decimal(order["total"]) - refunded_so_far(shop, order_id)
        if shop.rounded(amount) > shop.rounded(left):
            raise cannot("Invalid refund amount.")
        if given.get("api_refund", True) is not False:
            check_gateway(shop, order)
        refund = blank_refund(shop, order_id, shop.rounded(amount), str(given.get("reason") or ""))
        refund["refunded_payment"] = given.get("api_refund", True) is not False
        for kind, line, net, taxes in lines:
            refund[kind].append(refund_line(shop, kind, line, net, taxes))
        refund["tax_lines"] = tax_lines(shop, {**refund, "tax_lines": []})
        full = shop.rounded(amount) == shop.rounded(left) and bool(left)
        add_meta(shop, refund, full=full)
        with shop.order_changed(order_id) as working:
            note_on_order(shop, working, refund)
            if given.get("api_restock", True) is not False:
                restock(shop, working, lines)
            if full:
                set_status(shop, working, "refunded")
        return refund


Wish = tuple[str, Body, Decimal, dict[int, Decimal]]
"""Kind, the order's line with the quantity given back, net amount, tax by rate id."""


def wished_lines(order: Body, posted: Iterable[Body]) -> list[Wish]:
    wishes: list[Wish] = []
    places = {line["id"]: (kind, line) for kind in KINDS for line in order[kind]}
    for wish in posted:
        kind, line = places.get(int(wish.get("id") or 0), ("", {}))
        if kind:
            taxes = {
                int(tax["id"]): Decimal(str(tax.get("refund_total") or 0))
                for tax in wish.get("refund_tax") or []
            }
            quantity = int(wish.get("quantity") or 0)
            net = Decimal(str(wish.get("refund_total") or 0))
            wishes.append((kind, {**line, "given_back": quantity}, net, taxes))
    return wishes


def check_gateway(shop: Shop, order: Body) -> None:
    """By default a refund pays back through the gateway, which offline ones cannot."""
    gateway = next((row for row in gateways(shop) if row["id"] == order["payment_method"]), None)
    if gateway is None:
        raise cannot("The payment gateway for this order does not exist.")
    if "refunds" not in gateway["method_supports"]:
        raise cannot("The payment gateway for this order does not support automatic refunds.")


def blank_refund(shop: Shop, order_id: int, amount: Decimal, reason: str) -> Body:
    refund: Body = {"id": next(shop.posts), "parent_id": order_id}
    shop.stamp(refund, "created")
    refund |= {
        "amount": str(amount),
        "reason": reason,
        "refunded_by": 1,
        "refunded_payment": False,
        "meta_data": [],
        "line_items": [],
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
    }
    return refund


def refund_line(shop: Shop, kind: str, line: Body, net: Decimal, taxes: dict[int, Decimal]) -> Body:
    """The order's line turned round: negative quantity, total and taxes, and a pointer to the line itself."""
    quantity = line["given_back"]
    shown = {name: value for name, value in line.items() if name != "given_back"}
    pointer = {"id": next(shop.metas), "key": "_refunded_item_id", "value": str(line["id"])}
    shown |= {
        "id": next(shop.items),
        "total": fine(-net),
        "total_tax": str(sum((rounded_tax(shop, -tax) for tax in taxes.values()), ZERO)),
        "taxes": [
            {"id": rate, "total": fine(-tax), "subtotal": fine(-tax) if kind == "line_items" else ""}
            for rate, tax in taxes.items()
        ],
        "meta_data": [{**pointer, "display_key": pointer["key"], "display_value": pointer["value"]}],
    }
    if kind == "line_items":
        price = float(net / quantity) if quantity else float(net)
        shown |= {
            "quantity": -quantity,
            "subtotal": shown["total"],
            "subtotal_tax": shown["total_tax"],
            "price": int(price) if price.is_integer() else price,
        }
    return shown


def add_meta(shop: Shop, refund: Body, *, full: bool) -> None:
    kind = "full" if full else "partial"
    refund["meta_data"].append({"id": next(shop.metas), "key": "_refund_type", "value": kind})


def note_on_order(shop: Shop, order: Body, refund: Body) -> None:
    """Keep the refund and its summary on the order, where total is negative."""
    tax = sum(
        (Decimal(line["tax_total"]) + Decimal(line["shipping_tax_total"]) for line in refund["tax_lines"]),
        ZERO,
    )
    shop.refunds[refund["id"]] = refund
    order["refunds"].append(
        {
            "id": refund["id"],
            "reason": refund["reason"],
            "total": f"-{refund['amount']}",
            "total_tax": str(tax),
        }
    )


def restock(shop: Shop, order: Body, lines: Iterable[Wish]) -> None:
    for kind, given_back, _, _ in lines:
        product = shop.products.get(given_back.get("product_id", 0))
        if kind != "line_items" or product is None or not product["manage_stock"]:
            continue
        product["stock_quantity"] += given_back["given_back"]
        shop.stamp(product, "modified")
        shop.announce("product.updated", product["id"])
        line = next(line for line in order["line_items"] if line["id"] == given_back["id"])
        number = str(given_back["given_back"])
        meta = {"id": next(shop.metas), "key": "_restock_refunded_items", "value": number}
        line["meta_data"].append({**meta, "display_key": meta["key"], "display_value": number})


def refund_the_rest(shop: Shop, order: Body, status: str) -> None:
    """Setting `refunded` makes a refund of what is left, without lines (`wc_order_fully_refunded`)."""
    if status != "refunded":
        return
    left = shop.rounded(Decimal(order["total"]) - refunded_so_far(shop, order["id"]))
    if left > 0:
        refund = blank_refund(shop, order["id"], left, "Order fully refunded.")
        add_meta(shop, refund, full=True)
        note_on_order(shop, order, refund)


def delete_refund(shop: Shop, refund_id: int) -> None:
    """Take a refund back: no modified date moves and nobody is told (FACTS sections 3 and 7)."""
    with shop.lock:
        refund = shop.refunds.pop(refund_id)
        order = shop.orders[refund["parent_id"]]
        order["refunds"] = [row for row in order["refunds"] if row["id"] != refund_id]
        shop.shown.pop(order["id"], None)
