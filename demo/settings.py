"""What a shop says about itself: index, settings, currencies, taxes, statuses, gateways, shipping, system status."""

from typing import Any

from demo import parameters
from demo.answers import Answer, RestError, php_json
from demo.recording import Body, recorded
from demo.rendering import EVERYTHING, links, resource_json, written
from demo.routing import Call, Endpoint, Route, editing, listed, page_of
from demo.storage import Shop

EDITABLE = EVERYTHING[:-1]
LISTING: dict[str, parameters.Check] = {
    name: parameters.COLLECTION[name] for name in ("page", "per_page", "offset", "order", "_fields")
}
SINGLE: dict[str, parameters.Check] = {"_fields": parameters.fields}


def index(shop: Shop, call: Call) -> Answer:
    body: Body = recorded("shared", "index")
    offset = shop.now().astimezone(shop.blueprint.zone).utcoffset()
    body["name"] = shop.blueprint.title
    body["gmt_offset"] = offset.total_seconds() / 3600 if offset else 0
    body["timezone_string"] = shop.blueprint.zone.key
    body["routes"] = {"/wc/v3/orders": {"namespace": "wc/v3", "methods": ["GET", "POST"]}}
    return Answer(200, written(shop, picked_body(body, call)))


def picked_body(body: Body, call: Call) -> Body:
    return body if not call.fields else {name: body[name] for name in call.fields if name in body}


def namespace(shop: Shop, call: Call) -> Answer:
    return Answer(200, php_json({"namespace": "wc/v3", "routes": {}}))


def myself(shop: Shop, call: Call) -> Answer:
    """Keys of the shop do not open routes of WordPress itself (FACTS section 1)."""
    raise RestError("rest_not_logged_in", "You are not currently logged in.", 401)


def setting_groups(shop: Shop, call: Call) -> Answer:
    groups = [
        {**group, "_links": {"options": [{"href": f"{{shop}}/wp-json/wc/v3/settings/{group['id']}"}]}}
        for group in recorded("shared", "settings_groups")
    ]
    return Answer(200, written_list(shop, groups))


def written_list(shop: Shop, rows: list[Body]) -> bytes:
    return b"[" + b",".join(written(shop, row) for row in rows) + b"]"


def group_of(shop: Shop, name: str) -> list[Body]:
    if name not in shop.settings:
        raise RestError("rest_setting_setting_group_invalid", "Invalid setting group.", 404)
    return shop.settings[name]


def shown_setting(shop: Shop, group: str, row: Body, fields: list[str] | None) -> bytes:
    return resource_json(shop, row, links(f"settings/{group}/{row['id']}", EDITABLE), fields)


def settings_of_group(shop: Shop, call: Call) -> Answer:
    group = call.words[0]
    rows = [shown_setting(shop, group, row, call.fields) for row in group_of(shop, group)]
    return Answer(200, b"[" + b",".join(rows) + b"]")


def setting_row(shop: Shop, call: Call) -> Body:
    group, name = call.words
    for row in group_of(shop, group):
        if row["id"] == name:
            return row
    raise RestError("rest_setting_setting_invalid", "Invalid setting.", 404)


def one_setting(shop: Shop, call: Call) -> Answer:
    row = {**setting_row(shop, call), "group_id": call.words[0]}
    return Answer(200, shown_setting(shop, call.words[0], row, call.fields))


def change_setting(shop: Shop, call: Call) -> Answer:
    row = setting_row(shop, call)
    if "value" in call.body:
        row["value"] = str(call.body["value"])
        shop.shown.clear()  # Decimals or currency may have changed how every order is shown.
    return one_setting(shop, call)


def current_currency(shop: Shop, call: Call) -> Answer:
    rows: list[Body] = recorded("shared", "currencies")
    row = next((row for row in rows if row["code"] == shop.currency), None)
    row = row or {"code": shop.currency, "name": shop.currency, "symbol": shop.currency}
    return Answer(200, resource_json(shop, row, links(f"data/currencies/{shop.currency}", ["GET"])))


def taxes(shop: Shop, call: Call) -> Answer:
    rows, headers = page_of(call, recorded("shared", "taxes"))
    shown = [resource_json(shop, row, links(f"taxes/{row['id']}"), call.fields) for row in rows]
    return listed(shown, headers, call)


def tax_classes(shop: Shop, call: Call) -> Answer:
    return Answer(200, written_list(shop, recorded("shared", "tax_classes")))


def order_statuses(shop: Shop, call: Call) -> Answer:
    return Answer(200, written_list(shop, recorded("shared", "order_statuses")))


def gateways(shop: Shop) -> list[Body]:
    """The recorded gateways and a card one, shaped like them; titles in the shop's language where it sells so."""
    rows: list[Body] = recorded("shared", "payment_gateways")
    card: dict[str, Any] = {
        **recorded("shared", "payment_gateways")[0],
        "id": "card",
        "title": "신용카드" if shop.blueprint.language == "ko" else "Credit card",
        "description": "",
        "method_title": "Card",
        "method_description": "Take card payments at once.",
        "method_supports": ["products", "refunds"],
        "settings_url": "{shop}/wp-admin/admin.php?page=wc-settings&tab=checkout&section=card",
    }
    return [*rows, card]


def payment_gateways(shop: Shop, call: Call) -> Answer:
    rows = [{**row, "_links": links(f"payment_gateways/{row['id']}", EDITABLE)} for row in gateways(shop)]
    return Answer(200, written_list(shop, rows), {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": "1"})


def shipping_zones(shop: Shop, call: Call) -> Answer:
    rows = [
        {
            **zone,
            "_links": links(
                f"shipping/zones/{zone['id']}", describedby=f"shipping/zones/{zone['id']}/locations"
            ),
        }
        for zone in recorded("shared", "shipping_zones")
    ]
    return Answer(200, written_list(shop, rows), {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": "1"})


def of_zone(name: str) -> Endpoint:
    """The locations or methods of one zone."""

    def rows_of_zone(shop: Shop, call: Call) -> Answer:
        zones: dict[str, list[Body]] = recorded("shared", f"shipping_zone_{name}")
        if str(call.ids[0]) not in zones:
            raise RestError("woocommerce_rest_shipping_zone_invalid", "Resource does not exist.", 404)
        return Answer(200, written_list(shop, zones[str(call.ids[0])]))

    return Endpoint(rows_of_zone, "list")


def shipping_methods(shop: Shop, call: Call) -> Answer:
    return Answer(200, written_list(shop, recorded("shared", "shipping_methods")))


def system_status(shop: Shop, call: Call) -> Answer:
    body: Body = recorded("shared", "system_status")
    body["settings"]["currency"] = shop.currency
    body["settings"]["number_of_decimals"] = shop.decimals
    body["security"]["secure_connection"] = shop.pretends_https
    return Answer(200, written(shop, picked_body(body, call)))


def reading(
    handler: Any, parameters_checked: dict[str, parameters.Check] | None = None
) -> dict[str, Endpoint]:
    return {"GET": Endpoint(handler, "list", parameters_checked or SINGLE)}


ROUTES = [
    Route("", {"GET": Endpoint(index, "list", SINGLE)}, public=True),
    Route("wc/v3", {"GET": Endpoint(namespace, "list")}, public=True),
    Route("wp/v2/users/me", {"GET": Endpoint(myself, "view")}, public=True),
    Route("wc/v3/settings", reading(setting_groups)),
    Route("wc/v3/settings/{word}", reading(settings_of_group)),
    Route(
        "wc/v3/settings/{word}/{word}",
        {"GET": Endpoint(one_setting, "view", SINGLE), **editing(Endpoint(change_setting, "edit"))},
    ),
    Route("wc/v3/data/currencies/current", reading(current_currency)),
    Route("wc/v3/taxes", reading(taxes, LISTING)),
    Route("wc/v3/taxes/classes", reading(tax_classes)),
    Route("wc/v3/orders/statuses", reading(order_statuses)),
    Route("wc/v3/payment_gateways", reading(payment_gateways)),
    Route("wc/v3/shipping/zones", reading(shipping_zones)),
    Route("wc/v3/shipping/zones/{}/methods", {"GET": of_zone("methods")}),
    Route("wc/v3/shipping/zones/{}/locations", {"GET": of_zone("locations")}),
    Route("wc/v3/shipping_methods", reading(shipping_methods)),
    Route("wc/v3/system_status", reading(system_status)),
]
