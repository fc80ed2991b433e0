"""Product, shipping and fee lines of an order, made and changed from what a request names."""

from decimal import Decimal, InvalidOperation
from typing import Any

from demo.answers import RestError
from demo.pricing import fine, net_price
from demo.recording import Body
from demo.storage import Shop


def refused(name: str, message: str) -> RestError:
    return RestError(f"woocommerce_rest_{name}", message, 400)


def amount(value: Any) -> str:
    """A posted amount in six decimals; what is no number counts as nothing, as in PHP."""
    try:
        return fine(Decimal(str(value)))
    except InvalidOperation:
        return "0"


def product_of(shop: Shop, posted: Body) -> Body | None:
    """The product or variation a line names by sku, product or variation id."""
    if posted.get("sku"):
        everything = [*shop.products.values(), *shop.variations.values()]
        return next((row for row in everything if row["sku"] == posted["sku"]), None)
    named = posted.get("variation_id") or posted.get("product_id")
    if not named:
        raise refused("required_product_reference", "Product ID or SKU is required.")
    number = int(named)
    return shop.variations.get(number) or shop.products.get(number)


def meta_shown(shop: Shop, key: str, value: Any, display: str = "") -> Body:
    return {
        "id": next(shop.metas),
        "key": key,
        "value": value,
        "display_key": display or key,
        "display_value": value,
    }


def product_line(shop: Shop, posted: Body) -> Body:
    """A new line with the recorded price of its product, unless the request sets totals."""
    product = product_of(shop, posted)
    quantity = int(posted.get("quantity", 1))
    line: Body = {
        "id": next(shop.items),
        "name": posted.get("name", ""),
        "product_id": 0,
        "variation_id": 0,
        "quantity": quantity,
        "tax_class": "",
        "subtotal": "0",
        "subtotal_tax": "0",
        "total": "0",
        "total_tax": "0",
        "taxes": [],
        "meta_data": [],
        "sku": None,
        "global_unique_id": "",
        "price": 0,
        "image": {"id": "", "src": ""},
        "parent_name": None,
    }
    if product is not None:
        name_line(shop, line, product)
        line["subtotal"] = line["total"] = fine(net_price(shop, product, quantity))
    change_product_line(line, posted)
    for meta in posted.get("meta_data", []):
        line["meta_data"].append(meta_shown(shop, meta["key"], meta.get("value")))
    return line


def name_line(shop: Shop, line: Body, product: Body) -> None:
    parent = shop.products[product["parent_id"]] if product["id"] in shop.variations else None
    line["product_id"] = parent["id"] if parent else product["id"]
    line["name"] = f"{parent['name']} - {product['name']}" if parent else product["name"]
    line["sku"] = product["sku"]
    line["tax_class"] = product["tax_class"]
    if parent:
        line["variation_id"] = product["id"]
        line["parent_name"] = parent["name"]
        line["image"] = {"id": 0, "src": ""}
        for attribute in product["attributes"]:
            key = (
                attribute["slug"]
                if attribute["slug"].isascii() and "%" not in attribute["slug"]
                else attribute["name"]
            )
            line["meta_data"].append(meta_shown(shop, key, attribute["option"], attribute["name"]))


def change_product_line(line: Body, posted: Body) -> None:
    """Set what was posted. A changed quantity keeps the line's totals, as the real API does."""
    if "quantity" in posted:
        line["quantity"] = int(posted["quantity"])
    for name in ("name", "tax_class"):
        if posted.get(name) is not None:
            line[name] = posted[name]
    for name in ("total", "subtotal"):
        if posted.get(name) is not None:
            line[name] = amount(posted[name])
    # WooCommerce never lets a line's price before discounts fall below what is paid.
    if Decimal(line["subtotal"]) < Decimal(line["total"]):
        line["subtotal"] = line["total"]


def shipping_line(shop: Shop, posted: Body) -> Body:
    if not posted.get("method_id"):
        raise refused("invalid_shipping_item", "Shipping method ID is required.")
    return {
        "id": next(shop.items),
        "method_title": posted.get("method_title", ""),
        "method_id": posted["method_id"],
        "instance_id": str(posted.get("instance_id", "")),
        "total": amount(posted.get("total", "0")),
        "total_tax": "0",
        "taxes": [],
        "tax_status": "taxable",
        "meta_data": [],
    }


def fee_line(shop: Shop, posted: Body) -> Body:
    if not posted.get("name"):
        raise refused("invalid_fee_item", "Fee name is required.")
    return {
        "id": next(shop.items),
        "name": posted["name"],
        "tax_class": posted.get("tax_class", ""),
        "tax_status": posted.get("tax_status", "taxable"),
        "amount": "",
        "total": amount(posted.get("total", "0")),
        "total_tax": "0",
        "taxes": [],
        "meta_data": [],
    }


MAKERS = {"line_items": product_line, "shipping_lines": shipping_line, "fee_lines": fee_line}


def change_lines(shop: Shop, order: Body, kind: str, posted: list[Body]) -> None:
    """Add, change and remove lines of one kind.

    Quantity 0 removes a line; on a new line it crashes WooCommerce (a TypeError, measured as HTTP 500).
    """
    for wish in posted:
        if not wish.get("id"):
            if wish.get("quantity") == 0:
                message = "There has been a critical error on this website."
                raise RestError("internal_server_error", message, 500)
            order[kind].append(MAKERS[kind](shop, wish))
            continue
        line = next((line for line in order[kind] if line["id"] == int(wish["id"])), None)
        if line is None:
            raise refused("invalid_item_id", "Order item ID provided is not associated with order.")
        if wish.get("quantity") == 0 or any(
            name in wish and wish[name] is None for name in ("product_id", "name")
        ):
            order[kind].remove(line)
        elif kind == "line_items":
            change_product_line(line, wish)
        else:
            line |= {name: wish[name] for name in ("name", "method_title", "method_id") if name in wish}
            if "total" in wish:
                line["total"] = amount(wish["total"])
