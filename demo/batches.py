"""Several orders created, updated and deleted by one request."""

import json
from dataclasses import replace
from typing import Any

from demo.answers import Answer, RestError
from demo.orders import FORCE, WRITING, change_order, make_order, remove_order
from demo.parameters import checked
from demo.recording import Body
from demo.routing import Call, Endpoint, Handler, Route
from demo.storage import Shop

LIMIT = 100


def batch(shop: Shop, call: Call) -> Answer:
    """At most 100 items; what fails stands as `error` beside the rest inside a 200 (FACTS section 2)."""
    wishes = {kind: call.body.get(kind) or [] for kind in ("create", "update", "delete")}
    if sum(len(items) for items in wishes.values()) > LIMIT:
        message = "Unable to accept more than 100 items for this request."
        raise RestError("woocommerce_rest_request_entity_too_large", message, 413)
    done: dict[str, list[Any]] = {}
    if wishes["create"]:
        done["create"] = [one(shop, call, make_order, item, 0) for item in wishes["create"]]
    if wishes["update"]:
        done["update"] = [one(shop, call, change_order, item, int(item["id"])) for item in wishes["update"]]
    if wishes["delete"]:
        done["delete"] = [
            one(shop, call, remove_order, {"force": True}, int(order_id)) for order_id in wishes["delete"]
        ]
    parts = [f'"{kind}":['.encode() + b",".join(rows) + b"]" for kind, rows in done.items()]
    return Answer(200, b"{" + b",".join(parts) + b"}", rows=len(parts))


def one(shop: Shop, call: Call, handler: Handler, item: Body, order_id: int) -> bytes:
    try:
        checks = FORCE if handler is remove_order else WRITING
        part = replace(call, body=item, ids=[order_id] if order_id else [], values=checked(item, checks))
        return handler(shop, part).body
    except RestError as error:
        told = error.body()
        if handler is change_order and told["code"] == "woocommerce_rest_shop_order_invalid_id":
            told["message"] = "ID is invalid."  # The words of a batch differ (recorded).
        return json.dumps({"id": order_id, "error": told}, separators=(",", ":")).encode()


ROUTES = [Route("wc/v3/orders/batch", {"POST": Endpoint(batch, "edit")})]
