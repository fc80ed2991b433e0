"""Products and their variations."""

from demo import parameters
from demo.answers import Answer, RestError
from demo.orders import date_filters, equal, id_filters, in_order
from demo.parameters import choice, integer, many, text
from demo.recording import Body
from demo.rendering import links, resource_json
from demo.routing import Call, Endpoint, Route, editing, listed, page_of
from demo.storage import Shop

STATUSES = ["any", "future", "trash", "draft", "pending", "private", "publish"]
LISTING: dict[str, parameters.Check] = {
    **parameters.COLLECTION,
    **parameters.DATES,
    "status": choice(STATUSES),
    "orderby": choice(
        ["date", "id", "include", "title", "slug", "modified", "price", "popularity", "rating", "menu_order"]
    ),
    "type": choice(["simple", "grouped", "external", "variable"]),
    "sku": text,
    "parent": many(integer()),
}
SINGLE: dict[str, parameters.Check] = {"_fields": parameters.fields}


def missing(kind: str) -> RestError:
    return RestError(f"woocommerce_rest_{kind}_invalid_id", "Invalid ID.", 404)


def product_json(shop: Shop, product: Body, fields: list[str] | None = None) -> bytes:
    return resource_json(shop, product, links(f"products/{product['id']}"), fields)


def variation_json(shop: Shop, variation: Body, fields: list[str] | None = None) -> bytes:
    parent = f"products/{variation['parent_id']}"
    address = links(f"{parent}/variations/{variation['id']}", up=parent)
    return resource_json(shop, variation, address, fields)


def list_products(shop: Shop, call: Call) -> Answer:
    values = call.values
    filters = [*date_filters(shop, values), *id_filters(values)]
    status = values.get("status", "any")
    filters.append(lambda row: row["status"] == status if status != "any" else row["status"] != "trash")
    filters += [equal(name, values[name]) for name in ("type", "sku") if values.get(name)]
    if values.get("search"):
        words = values["search"].lower()
        filters.append(lambda row: words in f"{row['name']} {row['sku']}".lower())
    found = [row for row in shop.products.values() if all(keep(row) for keep in filters)]
    rows, headers = page_of(call, in_order(found, values))
    return listed([product_json(shop, row, call.fields) for row in rows], headers, call)


def one_product(shop: Shop, call: Call) -> Answer:
    return Answer(200, product_json(shop, found_product(shop, call.ids[0]), call.fields), rows=1)


def found_product(shop: Shop, product_id: int) -> Body:
    if product_id not in shop.products:
        raise missing("product")
    return shop.products[product_id]


def list_variations(shop: Shop, call: Call) -> Answer:
    """The variations of one product, or of all where no product is named."""
    filters = [*date_filters(shop, call.values), *id_filters(call.values)]
    if call.ids:
        found_product(shop, call.ids[0])
        filters.append(lambda row: row["parent_id"] == call.ids[0])
    found = [row for row in shop.variations.values() if all(keep(row) for keep in filters)]
    rows, headers = page_of(call, in_order(found, call.values))
    return listed([variation_json(shop, row, call.fields) for row in rows], headers, call)


def one_variation(shop: Shop, call: Call) -> Answer:
    variation = shop.variations.get(call.ids[1])
    if variation is None or variation["parent_id"] != call.ids[0]:
        raise missing("product_variation")
    return Answer(200, variation_json(shop, variation, call.fields), rows=1)


FORCE: dict[str, parameters.Check] = {**SINGLE, "force": parameters.boolean}
WRITABLE = (
    "name",
    "status",
    "sku",
    "regular_price",
    "description",
    "short_description",
    "tax_status",
    "tax_class",
    "manage_stock",
    "stock_quantity",
    "virtual",
    "downloadable",
)


def write(product: Body, given: Body) -> None:
    product |= {name: given[name] for name in WRITABLE if given.get(name) is not None}
    product["regular_price"] = str(product["regular_price"])
    product["price"] = product["sale_price"] or product["regular_price"]


def make_product(shop: Shop, call: Call) -> Answer:
    """A simple product in the shape of a recorded one."""
    shape = next(row for row in shop.products.values() if row["type"] == "simple")
    product_id = next(shop.posts)
    product: Body = {
        **shape,
        "id": product_id,
        "slug": f"product-{product_id}",
        "permalink": f"{{shop}}/?product={product_id}",
        "status": "publish",
        "total_sales": 0,
        "meta_data": [],
        **dict.fromkeys(
            ("name", "sku", "regular_price", "sale_price", "description", "short_description"), ""
        ),
        **dict.fromkeys(("manage_stock", "virtual", "downloadable"), False),
        "stock_quantity": None,
        "tax_status": "taxable",
        "tax_class": "",
        "categories": [],
        "related_ids": [],
    }
    write(product, call.body)
    shop.stamp(product, "created")
    shop.stamp(product, "modified")
    shop.products[product_id] = product
    shop.announce("product.created", product_id)
    return Answer(201, product_json(shop, product, call.fields), rows=1)


def change_product(shop: Shop, call: Call) -> Answer:
    if call.ids[0] not in shop.products:
        raise RestError("woocommerce_rest_product_invalid_id", "Invalid ID.", 400)
    product = shop.products[call.ids[0]]
    write(product, call.body)
    shop.stamp(product, "modified")
    shop.announce("product.updated", product["id"])
    return Answer(200, product_json(shop, product, call.fields), rows=1)


def forget_product(shop: Shop, product_id: int) -> None:
    """Order lines of a product deleted for good keep its name alone (FACTS section 5)."""
    gone = {"product_id": 0, "variation_id": 0, "sku": None}
    for order in list(shop.orders.values()):
        if any(line["product_id"] == product_id for line in order["line_items"]):
            lines = [
                {**line, **gone} if line["product_id"] == product_id else line for line in order["line_items"]
            ]
            shop.keep_order({**order, "line_items": lines})


def remove_product(shop: Shop, call: Call) -> Answer:
    """Trash (product.deleted fires) or delete for good (nothing fires)."""
    product = found_product(shop, call.ids[0])
    answer = Answer(200, product_json(shop, product, call.fields), rows=1)
    if call.values.get("force"):
        del shop.products[product["id"]]
        for variation in product["variations"]:
            shop.variations.pop(variation, None)
        forget_product(shop, product["id"])
    elif product["status"] == "trash":
        message = "The product has already been deleted."
        raise RestError("woocommerce_rest_already_trashed", message, 410)
    else:
        product["status"] = "trash"
        shop.stamp(product, "modified")
        shop.announce("product.deleted", product["id"])
    return answer


ROUTES = [
    Route(
        "wc/v3/products",
        {"GET": Endpoint(list_products, "list", LISTING), "POST": Endpoint(make_product, "create", SINGLE)},
    ),
    Route(
        "wc/v3/products/{}",
        {
            "GET": Endpoint(one_product, "view", SINGLE),
            **editing(Endpoint(change_product, "edit", SINGLE)),
            "DELETE": Endpoint(remove_product, "delete", FORCE),
        },
    ),
    Route("wc/v3/products/{}/variations", {"GET": Endpoint(list_variations, "list", LISTING)}),
    Route("wc/v3/products/{}/variations/{}", {"GET": Endpoint(one_variation, "view", SINGLE)}),
    Route("wc/v3/variations", {"GET": Endpoint(list_variations, "list", LISTING)}),
]
