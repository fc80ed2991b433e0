"""Registered customers: lists without modified dates, roles, and changes to profiles."""

import hashlib

from demo import parameters
from demo.answers import Answer, RestError
from demo.orders import id_filters
from demo.parameters import choice, text
from demo.recording import Body
from demo.rendering import EVERYTHING, links, resource_json
from demo.routing import Call, Endpoint, Route, editing, listed, page_of
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
        filters.append(lambda row: row["role"] == role)
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


ADDRESS = (
    "first_name",
    "last_name",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "country",
    "state",
)
FORCE: dict[str, parameters.Check] = {**SINGLE, "force": parameters.boolean}


def email_taken(shop: Shop, email: str, but: int = 0) -> bool:
    return any(row["email"].lower() == email.lower() and row["id"] != but for row in shop.customers.values())


def blank_customer(shop: Shop, email: str, username: str) -> Body:
    address = dict.fromkeys(ADDRESS, "")
    customer: Body = {"id": next(shop.users)}
    shop.stamp(customer, "created")
    shop.stamp(customer, "modified")
    digest = hashlib.sha256(email.lower().encode()).hexdigest()
    return customer | {
        "email": email,
        "first_name": "",
        "last_name": "",
        "role": "customer",
        "username": username,
        "billing": {**address, "email": "", "phone": ""},
        "shipping": {**address, "phone": ""},
        "is_paying_customer": False,
        "avatar_url": f"https://secure.gravatar.com/avatar/{digest}?s=96&d=mm&r=g",
        "meta_data": [],
    }


def write(customer: Body, given: Body) -> None:
    for name in ("first_name", "last_name", "email"):
        if given.get(name) is not None:
            customer[name] = given[name]
    for kind in ("billing", "shipping"):
        for name, value in (given.get(kind) or {}).items():
            if name in customer[kind]:
                customer[kind][name] = value or ""


def make_customer(shop: Shop, call: Call) -> Answer:
    email = str(call.body.get("email") or "")
    if not email:
        raise RestError(
            "rest_missing_callback_param", "Missing parameter(s): email", 400, {"params": ["email"]}
        )
    if email_taken(shop, email):
        message = (
            f"An account is already registered with {email}. Please log in or use a different email address."
        )
        raise RestError("registration-error-email-exists", message, 400)
    customer = blank_customer(shop, email, str(call.body.get("username") or email.partition("@")[0]))
    write(customer, call.body)
    shop.customers[customer["id"]] = customer
    shop.announce("customer.created", customer["id"])
    shop.announce("customer.updated", customer["id"])
    return Answer(201, customer_json(shop, customer, call.fields), rows=1)


def change_customer(shop: Shop, call: Call) -> Answer:
    customer = shop.customers.get(call.ids[0])
    if customer is None:
        raise RestError("woocommerce_rest_invalid_id", "Invalid resource ID.", 400)
    email = call.body.get("email")
    if email and email_taken(shop, str(email), but=customer["id"]):
        raise RestError("woocommerce_rest_customer_invalid_email", "Email address is invalid.", 400)
    write(customer, call.body)
    shop.stamp(customer, "modified")
    shop.announce("customer.updated", customer["id"])
    return Answer(200, customer_json(shop, customer, call.fields), rows=1)


def remove_customer(shop: Shop, call: Call) -> Answer:
    if not call.values.get("force"):
        raise RestError("woocommerce_rest_trash_not_supported", "Customers do not support trashing.", 501)
    customer = shop.customers.pop(call.ids[0], None)
    if customer is None:
        raise RestError("woocommerce_rest_invalid_id", "Invalid resource id.", 400)
    shop.announce("customer.deleted", customer["id"])
    return Answer(200, customer_json(shop, customer, call.fields), rows=1)


ROUTES = [
    Route(
        "wc/v3/customers",
        {"GET": Endpoint(list_customers, "list", LISTING), "POST": Endpoint(make_customer, "create", SINGLE)},
    ),
    Route(
        "wc/v3/customers/{}",
        {
            "GET": Endpoint(one_customer, "view", SINGLE),
            **editing(Endpoint(change_customer, "edit", SINGLE)),
            "DELETE": Endpoint(remove_customer, "delete", FORCE),
        },
    ),
]
