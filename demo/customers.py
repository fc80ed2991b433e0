"""Registered customers: lists without modified dates, roles, and changes to profiles."""

from demo import parameters
from demo.answers import Answer, RestError
from demo.orders import id_filters
from demo.parameters import choice, text
from demo.recording import Body
from demo.rendering import EVERYTHING, links, resource_json
from demo.routing import Call, Endpoint, Route, listed, page_of
from demo.storage import Shop

ROLES = ["all", "administrator", "editor", "author", "contributor", "subscriber", "customer", "shop_manager"]
LISTING: dict[str, parameters.Check] = {
    **parameters.COLLECTION,
    "role": choice(ROLES),
    "email": text,
    "orderby": choice(["id", "include", "name", "registered_date"]),
}
SINGLE: dict[str, parameters.Check] = {"_fields": parameters.fields}


def missing() -> RestError:
    return RestError("wc_user_invalid_id", "Invalid user ID.", 404)


def customer_links(customer: Body) -> Body:
    # An administrator may not be deleted through the API, so the hint leaves DELETE out (recorded).
    allow = EVERYTHING[:-1] if customer["role"] == "administrator" else EVERYTHING
    return links(f"customers/{customer['id']}", allow)


def customer_json(shop: Shop, customer: Body, fields: list[str] | None = None) -> bytes:
    return resource_json(shop, customer, customer_links(customer), fields)


def list_customers(shop: Shop, call: Call) -> Answer:
    values = call.values
    filters = id_filters(values)
    role = values.get("role", "customer")
    if role != "all":
        filters.append(lambda row: role in (row["role"], *row.get("further_roles", [])))
    if values.get("email"):
        filters.append(lambda row: row["email"].lower() == values["email"].lower())
    if values.get("search"):
        words = values["search"].lower()
        filters.append(lambda row: words in f"{row['username']} {row['email']}".lower())
    found = [row for row in shop.customers.values() if all(keep(row) for keep in filters)]
    rows, headers = page_of(call, sorted_customers(found, call))
    return listed([customer_json(shop, row, call.fields) for row in rows], headers, call)


def sorted_customers(rows: list[Body], call: Call) -> list[Body]:
    """By name, ascending, unless asked otherwise."""
    by, descending = call.values.get("orderby", "name"), call.values.get("order", "asc") == "desc"
    if by == "include" and call.values.get("include"):
        place = {wanted: number for number, wanted in enumerate(call.values["include"])}
        return sorted(rows, key=lambda row: place[row["id"]])
    column = {"name": "username", "registered_date": "date_created_gmt"}.get(by, "id")
    return sorted(rows, key=lambda row: (row[column], row["id"]), reverse=descending)


def one_customer(shop: Shop, call: Call) -> Answer:
    if call.ids[0] not in shop.customers:
        raise missing()
    return Answer(200, customer_json(shop, shop.customers[call.ids[0]], call.fields), rows=1)


ROUTES = [
    Route("wc/v3/customers", {"GET": Endpoint(list_customers, "list", LISTING)}),
    Route("wc/v3/customers/{}", {"GET": Endpoint(one_customer, "view", SINGLE)}),
]
