"""What a hand does in the shop: place, pay, refund, edit, delete; used by the click pages and by tests."""

import random
from decimal import Decimal
from typing import Any

from demo.figures import STAFF, listed_orders
from demo.lifecycle import delete_for_good, pay, restore, trash
from demo.placing import create_order, update_order, write
from demo.pricing import ZERO
from demo.recording import Body
from demo.refunding import KINDS, create_refund, refund_the_rest, refunded_so_far
from demo.settings import gateways
from demo.storage import Shop

SHIPPING = {"krw": ("CJ대한통운 택배", "2727"), "eur": ("DHL Paket", "4.12")}
"""The recorded flat rates, net."""

GUESTS = {
    "krw": {
        "first_name": "민지",
        "last_name": "한",
        "address_1": "테헤란로 7길 22",
        "city": "서울특별시 강남구",
        "postcode": "06236",
        "country": "KR",
        "email": "minji.han@example.com",
        "phone": "010-2345-6789",
    },
    "eur": {
        "first_name": "Lena",
        "last_name": "Schröder",
        "address_1": "Kastanienallee 12",
        "city": "Berlin",
        "state": "DE-BE",
        "postcode": "10435",
        "country": "DE",
        "email": "lena.schroeder@example.com",
        "phone": "+49 30 1234567",
    },
}


def sellable(shop: Shop) -> list[Body]:
    """Products a shopper can put into a basket as they are."""
    return [
        product
        for product in shop.products.values()
        if product["type"] == "simple"
        and product["status"] == "publish"
        and Decimal(product["price"] or "0") > 0
    ]


def place(shop: Shop, given: Body) -> Body:
    """Place an order; whatever `given` leaves open is chosen: buyer, goods, shipping, gateway.

    `given` takes the fields of the REST API, and `product_id` with `quantity` or `email` as short cuts.
    """
    with shop.lock:
        wish: Body = {**buyer(shop, given), **goods(shop, given), "payment_method": "card"}
        wish |= {
            name: value for name, value in given.items() if name not in {"product_id", "quantity", "email"}
        }
        if "payment_method_title" not in wish:
            titles = {gateway["id"]: gateway["title"] for gateway in gateways(shop)}
            wish["payment_method_title"] = titles.get(wish["payment_method"], "")
        return create_order(shop, wish)


def buyer(shop: Shop, given: Body) -> Body:
    people = [
        row for row in shop.customers.values() if row["role"] not in STAFF and row["billing"]["address_1"]
    ]
    if given.get("email") or not people or random.random() < 0.5:
        address = dict(GUESTS[shop.blueprint.name])
        address["email"] = given.get("email") or address["email"]
        return {"billing": address, "shipping": {**address, "email": ""}}
    person = random.choice(people)
    billing = {**person["billing"], "email": person["billing"]["email"] or person["email"]}
    return {"customer_id": person["id"], "billing": billing, "shipping": person["shipping"]}


def goods(shop: Shop, given: Body) -> Body:
    if given.get("product_id"):
        lines = [{"product_id": int(given["product_id"]), "quantity": int(given.get("quantity") or 1)}]
    else:
        chosen = random.sample(sellable(shop), 2)
        lines = [{"product_id": product["id"], "quantity": random.randint(1, 3)} for product in chosen]
    if all(
        shop.products[line["product_id"]]["virtual"] for line in lines if line["product_id"] in shop.products
    ):
        return {"line_items": lines}
    title, total = SHIPPING[shop.blueprint.name]
    return {
        "line_items": lines,
        "shipping_lines": [{"method_id": "flat_rate", "method_title": title, "total": total}],
    }


def latest(shop: Shop, statuses: set[str]) -> int:
    """The newest listed order in one of these statuses. Raises LookupError when there is none."""
    found = [order["id"] for order in listed_orders(shop) if order["status"] in statuses]
    if not found:
        raise LookupError(f"No order is {' or '.join(sorted(statuses))}.")
    return int(max(found))


def pay_order(shop: Shop, given: Body) -> Body:
    """The gateway reports the payment of an order, the newest unpaid one when none is named."""
    with shop.lock:
        order_id = int(given.get("id") or latest(shop, {"pending", "on-hold", "failed"}))
        with shop.order_changed(order_id) as order:
            pay(shop, order, str(given.get("transaction_id") or f"demo-{order_id}"))
        return order


def left_of_line(shop: Shop, order: Body, line: Body, kind: str) -> tuple[int, Decimal, dict[int, Decimal]]:
    """Pieces, net amount and taxes of a line not refunded yet, in the store's decimals."""
    given_back = [
        row
        for refund in shop.refunds.values()
        if refund["parent_id"] == order["id"]
        for row in refund[kind]
        if any(
            meta["key"] == "_refunded_item_id" and str(meta["value"]) == str(line["id"])
            for meta in row["meta_data"]
        )
    ]
    pieces = line.get("quantity", 1) + sum(row.get("quantity", 0) for row in given_back)
    net = shop.rounded(Decimal(line["total"])) + sum(
        (shop.rounded(Decimal(row["total"])) for row in given_back), ZERO
    )
    taxes = {tax["id"]: shop.rounded(Decimal(tax["total"] or "0")) for tax in line["taxes"]}
    for row in given_back:
        for tax in row["taxes"]:
            taxes[tax["id"]] = taxes.get(tax["id"], ZERO) + shop.rounded(Decimal(tax["total"] or "0"))
    return pieces, net, taxes


def wished(line: Body, pieces: int, net: Decimal, taxes: dict[int, Decimal]) -> Body:
    refund_tax = [{"id": rate, "refund_total": str(tax)} for rate, tax in taxes.items()]
    return {"id": line["id"], "quantity": pieces, "refund_total": str(net), "refund_tax": refund_tax}


def full_refund(shop: Shop, order: Body) -> Body:
    lines = []
    for kind in KINDS:
        for line in order[kind]:
            pieces, net, taxes = left_of_line(shop, order, line, kind)
            if net or any(taxes.values()):
                lines.append(wished(line, pieces if kind == "line_items" else 0, net, taxes))
    left = Decimal(order["total"]) - refunded_so_far(shop, order["id"])
    return {"amount": str(shop.rounded(left)), "line_items": lines}


def line_refund(shop: Shop, order: Body) -> Body:
    """One piece of the first line that has one left. Raises LookupError when none has."""
    for line in order["line_items"]:
        pieces, net, taxes = left_of_line(shop, order, line, "line_items")
        if pieces > 0 and net > 0:
            each = shop.rounded(net / pieces)
            tax = {rate: shop.rounded(amount / pieces) for rate, amount in taxes.items()}
            return {"amount": str(each + sum(tax.values(), ZERO)), "line_items": [wished(line, 1, each, tax)]}
    raise LookupError("No piece of this order is left to refund.")


def refund_order(shop: Shop, given: Body) -> Body:
    """Refund `full`, one piece of a `line`, or an `amount` alone (a tenth when none is named)."""
    with shop.lock:
        order = shop.orders[int(given.get("id") or latest(shop, {"processing", "completed"}))]
        kind = given.get("kind") or "full"
        if kind == "full":
            wish = full_refund(shop, order)
        elif kind == "line":
            wish = line_refund(shop, order)
        else:
            wish = {"amount": str(given.get("amount") or shop.rounded(Decimal(order["total"]) / 10))}
        wish |= {"api_refund": False, "reason": given.get("reason") or ""}
        return create_refund(shop, order["id"], wish)


def edit_order(shop: Shop, given: Body) -> Body:
    """Write fields of the REST API; with `quiet` the modified date stays and nobody is told, as a plugin may do."""
    order_id = int(given["id"])
    fields = {name: value for name, value in given.items() if name not in {"id", "quiet"}}
    with shop.lock:
        if given.get("quiet"):
            order = shop.orders[order_id]
            write(shop, order, fields)
            shop.keep_order(order)
            return order

        def rest(order: Body, status: str) -> None:
            refund_the_rest(shop, order, status)

        return update_order(shop, order_id, fields, after_status=rest)


def delete_order(shop: Shop, given: Body) -> Body:
    """Trash, delete for good with `force`, or take out of the trash with `restore`."""
    order_id = int(given["id"])
    with shop.lock:
        order = shop.orders[order_id]
        if given.get("restore"):
            restore(shop, order_id)
        elif given.get("force"):
            delete_for_good(shop, order_id)
        elif order["status"] != "trash":
            trash(shop, order_id)
        return shop.orders.get(order_id, order)


def change_role(shop: Shop, given: Body) -> Body:
    """Give a person another role, which hides customers from the default list (FACTS section 5)."""
    with shop.lock:
        person: dict[str, Any] = shop.customers[int(given["id"])]
        person["role"] = str(given["role"])
        return person
