"""Order notes: they move no date and fire no webhook."""

from html import escape

from demo.answers import Answer, RestError
from demo.orders import found_order
from demo.parameters import choice
from demo.placing import is_true
from demo.recording import Body
from demo.rendering import links, resource_json
from demo.routing import Call, Endpoint, Route
from demo.storage import Shop


def note_json(shop: Shop, order_id: int, note: Body) -> bytes:
    order = f"orders/{order_id}"
    return resource_json(shop, note, links(f"{order}/notes/{note['id']}", ["GET", "DELETE"], up=order))


def list_notes(shop: Shop, call: Call) -> Answer:
    found_order(shop, call.ids[0])
    kind = call.values.get("type", "any")
    rows = [
        note_json(shop, call.ids[0], note)
        for note in shop.notes.get(call.ids[0], [])
        if kind == "any" or note["customer_note"] == (kind == "customer")
    ]
    return Answer(200, b"[" + b",".join(rows) + b"]", rows=len(rows))


def add_note(shop: Shop, call: Call) -> Answer:
    found_order(shop, call.ids[0])
    if not call.body.get("note"):
        message = "Missing parameter(s): note"
        raise RestError("rest_missing_callback_param", message, 400, {"params": ["note"]})
    note: Body = {"id": next(shop.comments), "author": "WooCommerce"}
    shop.stamp(note, "created")
    note["note"] = escape(str(call.body["note"]), quote=False)
    note["customer_note"] = is_true(call.body.get("customer_note"))
    shop.notes.setdefault(call.ids[0], []).append(note)
    return Answer(201, note_json(shop, call.ids[0], note), rows=1)


def delete_note(shop: Shop, call: Call) -> Answer:
    found_order(shop, call.ids[0])
    notes = shop.notes.get(call.ids[0], [])
    note = next((note for note in notes if note["id"] == call.ids[1]), None)
    if note is None:
        raise RestError("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
    notes.remove(note)
    return Answer(200, note_json(shop, call.ids[0], note), rows=1)


KINDS = {"type": choice(["any", "customer", "internal"])}
ROUTES = [
    Route(
        "wc/v3/orders/{}/notes",
        {"GET": Endpoint(list_notes, "list", KINDS), "POST": Endpoint(add_note, "create")},
    ),
    Route("wc/v3/orders/{}/notes/{}", {"DELETE": Endpoint(delete_note, "delete")}),
]
