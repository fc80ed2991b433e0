"""Refunds of one order and of all orders."""

from demo import parameters
from demo.answers import Answer, RefundError, RestError
from demo.orders import date_filters, found_order, id_filters, in_order
from demo.parameters import choice, integer, many
from demo.recording import Body
from demo.refunding import create_refund, delete_refund
from demo.rendering import refund_json
from demo.routing import Call, Endpoint, Route, listed, page_of
from demo.storage import Shop

LISTING: dict[str, parameters.Check] = {
    **parameters.COLLECTION,
    **parameters.DATES,
    "orderby": choice(["date", "id", "include", "title", "slug", "modified"]),
    "parent": many(integer()),
    "dp": integer(),
}
SINGLE: dict[str, parameters.Check] = {"dp": integer(), "_fields": parameters.fields}


def shown(shop: Shop, call: Call, refund: Body, *, parent: bool = False) -> bytes:
    return refund_json(shop, refund, decimals=call.values.get("dp"), fields=call.fields, parent=parent)


def list_refunds(shop: Shop, call: Call) -> Answer:
    """Those of the order named in the address, else all, then with `parent_id`."""
    rows = [{**row, "date_modified_gmt": row["date_created_gmt"]} for row in shop.refunds.values()]
    if call.ids:
        found_order(shop, call.ids[0])
        rows = [row for row in rows if row["parent_id"] == call.ids[0]]
    if call.values.get("parent"):
        rows = [row for row in rows if row["parent_id"] in call.values["parent"]]
    filters = [*date_filters(shop, call.values), *id_filters(call.values)]
    kept = in_order([row for row in rows if all(keep(row) for keep in filters)], call.values)
    page, headers = page_of(call, [shop.refunds[row["id"]] for row in kept])
    return listed([shown(shop, call, row, parent=not call.ids) for row in page], headers, call)


def found_refund(shop: Shop, call: Call) -> Body:
    order_id, refund_id = call.ids
    refund = shop.refunds.get(refund_id)
    if order_id not in shop.orders:
        raise RestError("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404)
    if refund is None:
        raise RestError("woocommerce_rest_shop_order_refund_invalid_id", "Invalid ID.", 404)
    if refund["parent_id"] != order_id:
        raise RefundError("woocommerce_rest_invalid_order_refund_id", "Invalid order refund ID.", 404)
    return refund


def one_refund(shop: Shop, call: Call) -> Answer:
    return Answer(200, shown(shop, call, found_refund(shop, call)), rows=1)


def make_refund(shop: Shop, call: Call) -> Answer:
    if call.ids[0] not in shop.orders:
        raise RefundError("woocommerce_rest_invalid_order_id", "Invalid order ID.", 404)
    refund = create_refund(shop, call.ids[0], call.body)
    return Answer(201, shown(shop, call, refund), rows=1)


def remove_refund(shop: Shop, call: Call) -> Answer:
    refund = found_refund(shop, call)
    delete_refund(shop, refund["id"])
    return Answer(200, shown(shop, call, refund), rows=1)


ROUTES = [
    Route(
        "wc/v3/orders/{}/refunds",
        {"GET": Endpoint(list_refunds, "list", LISTING), "POST": Endpoint(make_refund, "create", SINGLE)},
    ),
    Route(
        "wc/v3/orders/{}/refunds/{}",
        {"GET": Endpoint(one_refund, "view", SINGLE), "DELETE": Endpoint(remove_refund, "delete", SINGLE)},
    ),
    Route("wc/v3/refunds", {"GET": Endpoint(list_refunds, "list", LISTING)}),
]
