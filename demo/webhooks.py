"""Webhooks of the shop: their rows, their topics, and the ping of a new one."""

import re
import secrets
from functools import partial

from demo import parameters
from demo.answers import Answer, RestError
from demo.deliveries import ping
from demo.orders import date_filters, id_filters, in_order
from demo.parameters import choice
from demo.recording import Body
from demo.rendering import links, resource_json
from demo.routing import Call, Endpoint, Route, editing, listed, page_of
from demo.storage import Shop

HOOKS = {
    "order.created": ["woocommerce_new_order"],
    "order.updated": ["woocommerce_update_order", "woocommerce_order_refunded"],
    "order.deleted": ["wp_trash_post", "woocommerce_trash_order"],
    "order.restored": ["untrashed_post", "woocommerce_untrash_order"],
    "customer.created": ["user_register", "woocommerce_created_customer", "woocommerce_new_customer"],
    "customer.updated": ["profile_update", "woocommerce_update_customer"],
    "customer.deleted": ["delete_user"],
    "product.created": [
        "woocommerce_process_product_meta",
        "woocommerce_new_product",
        "woocommerce_new_product_variation",
    ],
    "product.updated": [
        "woocommerce_process_product_meta",
        "woocommerce_update_product",
        "woocommerce_update_product_variation",
    ],
    "product.deleted": ["wp_trash_post"],
    "product.restored": ["untrashed_post"],
    "coupon.created": ["woocommerce_process_shop_coupon_meta", "woocommerce_new_coupon"],
}
"""Topics the recorded store took; `order.refunded`, `customer.restored`, `order.published` are refused."""

STATUSES = ["active", "paused", "disabled"]
LISTING: dict[str, parameters.Check] = {
    **parameters.COLLECTION,
    "after": parameters.moment,
    "before": parameters.moment,
    "orderby": choice(["date", "id", "title"]),
    "status": choice(["all", *STATUSES]),
}
SINGLE: dict[str, parameters.Check] = {"_fields": parameters.fields}
WRITING: dict[str, parameters.Check] = {**SINGLE, "status": choice(STATUSES)}
FORCE: dict[str, parameters.Check] = {**SINGLE, "force": parameters.boolean}

HIDDEN = frozenset({"secret", "failures", "pending"})
"""What the shop knows and never tells."""


def webhook_json(shop: Shop, webhook: Body, fields: list[str] | None = None) -> bytes:
    shown = {name: value for name, value in webhook.items() if name not in HIDDEN}
    return resource_json(shop, shown, links(f"webhooks/{webhook['id']}"), fields)


def list_webhooks(shop: Shop, call: Call) -> Answer:
    filters = [*date_filters(shop, call.values), *id_filters(call.values)]
    status = call.values.get("status", "all")
    if status != "all":
        filters.append(lambda row: row["status"] == status)
    found = [row for row in shop.webhooks.values() if all(keep(row) for keep in filters)]
    rows, headers = page_of(call, in_order(found, call.values))
    return listed([webhook_json(shop, row, call.fields) for row in rows], headers, call)


def found_webhook(shop: Shop, call: Call) -> Body:
    if call.ids[0] not in shop.webhooks:
        raise RestError("woocommerce_rest_shop_webhook_invalid_id", "ID is invalid.", 400)
    return shop.webhooks[call.ids[0]]


def one_webhook(shop: Shop, call: Call) -> Answer:
    return Answer(200, webhook_json(shop, found_webhook(shop, call), call.fields), rows=1)


def check_topic(topic: str) -> str:
    if topic not in HOOKS and not re.fullmatch(r"action\.woocommerce_\w+", topic):
        message = "Webhook topic is required and must be valid."
        raise RestError("woocommerce_rest_shop_webhook_invalid_topic", message, 400)
    return topic


def check_address(address: str) -> str:
    if not address.startswith(("http://", "https://")):
        message = "Webhook delivery URL must be a valid URL starting with http:// or https://."
        raise RestError("woocommerce_rest_shop_webhook_invalid_delivery_url", message, 400)
    return address


def make_webhook(shop: Shop, call: Call) -> Answer:
    """A webhook; its ping is sent before the answer, which is 201 whatever the ping meets."""
    given = call.body
    topic = check_topic(str(given.get("topic") or ""))
    address = check_address(str(given.get("delivery_url") or ""))
    resource, _, event = topic.partition(".")
    webhook: Body = {
        "id": next(shop.webhook_ids),
        "name": str(given.get("name") or f"Webhook created on {shop.now():%b %d, %Y}"),
        "status": "active",  # Whatever was asked: a new webhook is on (source: `create_item`).
        "topic": topic,
        "resource": resource,
        "event": event,
        "hooks": HOOKS.get(topic, [event]),
        "delivery_url": address,
    }
    shop.stamp(webhook, "created")
    shop.stamp(webhook, "modified")
    webhook |= {
        "secret": str(given.get("secret") or secrets.token_urlsafe(24)),
        "failures": 0,
        "pending": True,
    }
    shop.webhooks[webhook["id"]] = webhook
    answer = Answer(201, webhook_json(shop, webhook, call.fields), rows=1)
    answer.headers["Location"] = f"{shop.url}/wp-json/wc/v3/webhooks/{webhook['id']}"
    answer.before_sending = partial(ping, webhook)
    return answer


def change_webhook(shop: Shop, call: Call) -> Answer:
    """Changing the status leaves the failure count: one more failure disables again (FACTS section 7)."""
    webhook = found_webhook(shop, call)
    given = call.body
    if given.get("topic"):
        webhook["topic"] = check_topic(str(given["topic"]))
        webhook["resource"], _, webhook["event"] = webhook["topic"].partition(".")
    if given.get("delivery_url"):
        webhook["delivery_url"] = check_address(str(given["delivery_url"]))
    webhook |= {name: str(given[name]) for name in ("name", "status", "secret") if given.get(name)}
    shop.stamp(webhook, "modified")
    answer = Answer(200, webhook_json(shop, webhook, call.fields), rows=1)
    answer.before_sending = partial(ping, webhook)
    return answer


def remove_webhook(shop: Shop, call: Call) -> Answer:
    if not call.values.get("force"):
        raise RestError("woocommerce_rest_trash_not_supported", "Webhooks do not support trashing.", 501)
    webhook = found_webhook(shop, call)
    del shop.webhooks[webhook["id"]]
    return Answer(200, webhook_json(shop, webhook, call.fields), rows=1)


ROUTES = [
    Route(
        "wc/v3/webhooks",
        {"GET": Endpoint(list_webhooks, "list", LISTING), "POST": Endpoint(make_webhook, "create", WRITING)},
    ),
    Route(
        "wc/v3/webhooks/{}",
        {
            "GET": Endpoint(one_webhook, "view", SINGLE),
            **editing(Endpoint(change_webhook, "edit", WRITING)),
            "DELETE": Endpoint(remove_webhook, "delete", FORCE),
        },
    ),
]
