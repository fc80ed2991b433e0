"""Orders: lists with their filters, single orders, and what may be done to them."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

from demo import parameters
from demo.answers import Answer, RestError
from demo.lifecycle import delete_for_good, trash
from demo.parameters import Unfit, choice, integer, many, text
from demo.placing import create_order, update_order
from demo.recording import Body
from demo.refunding import refund_the_rest
from demo.rendering import order_json
from demo.routing import Call, Endpoint, Route, editing, listed, page_of
from demo.storage import UNLISTED, Shop

STATUSES = [
    "auto-draft",
    "pending",
    "processing",
    "on-hold",
    "completed",
    "cancelled",
    "refunded",
    "failed",
    "shipped",
    "checkout-draft",
]
"""`shipped` comes from a test plugin of the recorded store."""

LISTING: dict[str, parameters.Check] = {
    **parameters.COLLECTION,
    **parameters.DATES,
    "status": many(choice(["any", "trash", *STATUSES])),
    "orderby": choice(["date", "id", "include", "title", "slug", "modified"]),
    "customer": integer(),
    "product": integer(),
    "parent": many(integer()),
    "dp": integer(),
    "created_via": many(text),
}
SINGLE: dict[str, parameters.Check] = {"dp": integer(), "_fields": parameters.fields}

Filter = Callable[[Body], bool]


def missing() -> RestError:
    return RestError("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 404)


def gmt(shop: Shop, asked: datetime, dates_are_gmt: bool) -> str:
    """The UTC second meant by a date parameter: a bare value is shop time unless `dates_are_gmt`."""
    if asked.tzinfo is None:
        asked = asked.replace(tzinfo=UTC if dates_are_gmt else shop.blueprint.zone)
    return asked.astimezone(UTC).replace(tzinfo=None).isoformat()


def date_filters(shop: Shop, values: dict[str, Any]) -> list[Filter]:
    """`after` and its kin: exclusive on both ends, whole seconds (FACTS section 3)."""
    filters: list[Filter] = []
    for name in ("after", "before", "modified_after", "modified_before"):
        if name not in values:
            continue
        bound = gmt(shop, values[name], values.get("dates_are_gmt", False))
        column = "date_modified_gmt" if name.startswith("modified") else "date_created_gmt"
        filters.append(beyond(column, bound, later=name.endswith("after")))
    return filters


def beyond(column: str, bound: str, *, later: bool) -> Filter:
    def keep(row: Body) -> bool:
        moment = row[column] or ""
        return bool(moment > bound if later else moment < bound)

    return keep


def equal(column: str, wanted: object) -> Filter:
    return lambda row: row[column] == wanted


def id_filters(values: dict[str, Any]) -> list[Filter]:
    filters: list[Filter] = []
    if values.get("include"):
        included = set(values["include"])
        filters.append(lambda row: row["id"] in included)
    if values.get("exclude"):
        excluded = set(values["exclude"])
        filters.append(lambda row: row["id"] not in excluded)
    return filters


def status_filter(asked: list[str]) -> Filter:
    """`any` leaves out trash and drafts, and wins over whatever else is asked (measured: any,trash equals any)."""
    if "any" in asked:
        return lambda row: row["status"] not in UNLISTED
    wanted = frozenset(asked) - {"auto-draft"}  # Accepted but listed none, although GET by id finds one.
    return lambda row: row["status"] in wanted


def order_filters(shop: Shop, values: dict[str, Any]) -> list[Filter]:
    filters = [
        status_filter(values.get("status") or ["any"]),
        *date_filters(shop, values),
        *id_filters(values),
    ]
    if "customer" in values:
        filters.append(equal("customer_id", values["customer"]))
    if "product" in values:
        wanted = values["product"]
        filters.append(
            lambda row: any(
                wanted in (line["product_id"], line["variation_id"]) for line in row["line_items"]
            )
        )
    if values.get("parent"):
        filters.append(lambda row: row["parent_id"] in values["parent"])
    if values.get("created_via"):
        filters.append(lambda row: row["created_via"] in values["created_via"])
    if values.get("search"):
        filters.append(lambda row: matches(row, values["search"].lower()))
    return filters


def matches(order: Body, words: str) -> bool:
    people = [
        " ".join([person["first_name"], person["last_name"], person["company"], person.get("email", "")])
        for person in (order["billing"], order["shipping"])
    ]
    return words == str(order["id"]) or any(words in person.lower() for person in people)


def in_order(rows: list[Body], values: dict[str, Any], default: str = "date") -> list[Body]:
    """Sorted as asked; ids break ties in the same direction (seen in every recorded list)."""
    by, descending = values.get("orderby", default), values.get("order", "desc") == "desc"
    if by == "include" and values.get("include"):
        place = {wanted: number for number, wanted in enumerate(values["include"])}
        return sorted(rows, key=lambda row: place[row["id"]])
    column = {"modified": "date_modified_gmt", "date": "date_created_gmt"}.get(by)
    if column is None:
        return sorted(rows, key=lambda row: row["id"], reverse=descending)
    return sorted(rows, key=lambda row: (row[column] or "", row["id"]), reverse=descending)


def sorted_orders(shop: Shop, values: dict[str, Any]) -> list[Body]:
    """All orders sorted as asked, kept until one changes: a pass over many pages sorts once."""
    way = (values.get("orderby", "date"), values.get("order", "desc"))
    if way not in shop.sorted_orders:
        shop.sorted_orders[way] = in_order(list(shop.orders.values()), {"orderby": way[0], "order": way[1]})
    return shop.sorted_orders[way]


def list_orders(shop: Shop, call: Call) -> Answer:
    found = sorted_orders(shop, call.values)
    for keep in order_filters(shop, call.values):
        found = [row for row in found if keep(row)]
    if call.values.get("orderby") == "include":
        found = in_order(found, call.values)
    rows, headers = page_of(call, found)
    decimals = call.values.get("dp")
    return listed(
        [order_json(shop, row, decimals=decimals, fields=call.fields) for row in rows], headers, call
    )


def found_order(shop: Shop, order_id: int) -> Body:
    """The order, a trashed one too; a refund's id is no order although both count in one number space."""
    if order_id not in shop.orders:
        raise missing()
    return shop.orders[order_id]


def shown(shop: Shop, call: Call, order: Body, status: int = 200) -> Answer:
    body = order_json(shop, order, decimals=call.values.get("dp"), fields=call.fields)
    return Answer(status, body, rows=1)


def one_order(shop: Shop, call: Call) -> Answer:
    return shown(shop, call, found_order(shop, call.ids[0]))


def email(name: str, value: Any) -> Any:
    address = value.get("email") if isinstance(value, dict) else None
    if address and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", str(address)):
        raise Unfit("rest_invalid_email", "Invalid email address.")
    return value


WRITING: dict[str, parameters.Check] = {**SINGLE, "status": choice(STATUSES), "billing": email}
FORCE: dict[str, parameters.Check] = {**SINGLE, "force": parameters.boolean}


def make_order(shop: Shop, call: Call) -> Answer:
    order = create_order(shop, call.body)
    answer = shown(shop, call, order, 201)
    answer.headers["Location"] = f"{shop.url}/wp-json/wc/v3/orders/{order['id']}"
    return answer


def change_order(shop: Shop, call: Call) -> Answer:
    if call.ids[0] not in shop.orders:
        raise RestError("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 400)
    rest = partial(refund_the_rest, shop)
    return shown(shop, call, update_order(shop, call.ids[0], call.body, after_status=rest))


def remove_order(shop: Shop, call: Call) -> Answer:
    """Trash, or with `force` delete for good; the answer shows the order as it was before."""
    order = found_order(shop, call.ids[0])
    answer = shown(shop, call, order)
    if call.values.get("force"):
        delete_for_good(shop, order["id"])
    elif order["status"] == "trash":
        message = "The shop_order has already been deleted."
        raise RestError("woocommerce_rest_already_trashed", message, 410)
    else:
        trash(shop, order["id"])
    return answer


ROUTES = [
    Route(
        "wc/v3/orders",
        {"GET": Endpoint(list_orders, "list", LISTING), "POST": Endpoint(make_order, "create", WRITING)},
    ),
    Route(
        "wc/v3/orders/{}",
        {
            "GET": Endpoint(one_order, "view", SINGLE),
            **editing(Endpoint(change_order, "edit", WRITING)),
            "DELETE": Endpoint(remove_order, "delete", FORCE),
        },
    ),
]
