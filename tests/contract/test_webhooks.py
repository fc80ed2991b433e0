"""Webhooks: the ping, the signature, what fires and what the body may be."""

import base64
import hashlib
import hmac
import json
import uuid

import pytest

from .making import Maker
from .receiver import Delivery, Receiver
from .shop import Json, Shop

SECRET = "비밀 & <secret>"


def signature(body: bytes, secret: str = SECRET) -> str:
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Ear:
    """A receiver with webhooks on it, and the shop whose job queue must run before anything arrives."""

    def __init__(self, shop: Shop, maker: Maker, receiver: Receiver) -> None:
        self.shop, self.maker, self.receiver = shop, maker, receiver

    def listen(self, *topics: str) -> Json:
        return [self.maker.webhook(topic, self.receiver.url, SECRET) for topic in topics]

    def hear(self, topic: str, number: int | None = None) -> Delivery:
        """The first delivery of this topic, about this id when one is named."""

        def wanted(delivery: Delivery) -> bool:
            if delivery.headers.get("X-WC-Webhook-Topic") != topic:
                return False
            return number is None or json.loads(delivery.body).get("id") == number

        return self.receiver.wait(wanted, self.shop.run_jobs)

    def topics_until(self, topic: str, number: int) -> list[str]:
        """Everything that came before a later event was heard, pings left out."""
        self.hear(topic, number)
        return [
            str(each.headers["X-WC-Webhook-Topic"]) for each in self.receiver.deliveries if not each.is_ping
        ]


@pytest.fixture
def ear(shop: Shop, maker: Maker, receiver: Receiver) -> Ear:
    return Ear(shop, maker, receiver)


def test_making_a_webhook_pings_at_once_unsigned_and_as_a_form(ear: Ear) -> None:
    (webhook,) = ear.listen("order.updated")
    (ping,) = ear.receiver.deliveries
    assert ping.body == f"webhook_id={webhook['id']}".encode()
    assert not [name for name in ping.headers if name.lower().startswith("x-wc-")]
    assert ping.headers["Content-Type"].startswith("application/x-www-form-urlencoded")


def test_a_webhook_keeps_its_secret(ear: Ear) -> None:
    (webhook,) = ear.listen("order.updated")
    seen = ear.shop.get(f"webhooks/{webhook['id']}").body
    assert seen["status"] == "active"
    assert "secret" not in seen
    assert {"id", "name", "topic", "resource", "event", "delivery_url"} <= set(seen)


def test_a_ping_not_answered_200_comes_again_at_the_next_save(ear: Ear) -> None:
    ear.receiver.status = 500
    (webhook,) = ear.listen("order.updated")
    assert len(ear.receiver.deliveries) == 1
    ear.receiver.status = 200
    ear.shop.put(f"webhooks/{webhook['id']}", {"name": "again"})
    assert len(ear.receiver.deliveries) == 2
    ear.shop.put(f"webhooks/{webhook['id']}", {"name": "and again"})
    assert len(ear.receiver.deliveries) == 2


@pytest.mark.parametrize("topic", ["order.refunded", "customer.restored", "order.published"])
def test_topics_the_shop_does_not_know_are_refused(ear: Ear, topic: str) -> None:
    body = {"name": "contract", "topic": topic, "delivery_url": ear.receiver.url, "secret": SECRET}
    assert ear.shop.post("webhooks", body).status == 400


def test_a_delivery_is_signed_over_its_raw_bytes(ear: Ear) -> None:
    (webhook,) = ear.listen("order.created")
    order = ear.maker.order()
    came = ear.hear("order.created", order["id"])
    assert came.headers["X-WC-Webhook-Signature"] == signature(came.body)
    assert came.headers["X-WC-Webhook-ID"] == str(webhook["id"])
    assert came.headers["X-WC-Webhook-Resource"] == "order"
    assert came.headers["X-WC-Webhook-Event"] == "created"
    assert came.headers["X-WC-Webhook-Delivery-ID"]
    assert came.headers["X-WC-Webhook-Source"].rstrip("/") == ear.shop.url
    assert came.headers["Content-Type"].startswith("application/json")


def test_the_body_is_what_the_order_is_at_delivery_not_at_the_event(ear: Ear) -> None:
    ear.listen("order.created")
    order = ear.maker.order()
    ear.shop.put(f"orders/{order['id']}", {"status": "completed"})
    came = json.loads(ear.hear("order.created", order["id"]).body)
    assert came["status"] == "completed"


def test_a_delivery_holds_the_order_as_the_list_shows_it(ear: Ear) -> None:
    ear.listen("order.created")
    order = ear.maker.order()
    came = json.loads(ear.hear("order.created", order["id"]).body)
    assert came["line_items"][0]["total"] == order["line_items"][0]["total"]
    assert came["date_modified_gmt"] == order["date_modified_gmt"]


def test_an_order_deleted_before_delivery_arrives_as_a_signed_error(ear: Ear) -> None:
    ear.listen("order.created")
    order = ear.maker.order()
    ear.shop.delete(f"orders/{order['id']}", force="true")
    came = ear.hear("order.created")
    body = json.loads(came.body)
    assert body["code"] == "woocommerce_rest_shop_order_invalid_id"
    assert "id" not in body
    assert came.headers["X-WC-Webhook-Signature"] == signature(came.body)


def test_trashing_fires_deleted_with_the_id_alone(ear: Ear) -> None:
    ear.listen("order.deleted")
    order = ear.maker.order()
    ear.shop.delete(f"orders/{order['id']}")
    assert json.loads(ear.hear("order.deleted").body) == {"id": order["id"]}


def test_force_deletion_fires_nothing(ear: Ear) -> None:
    ear.listen("order.deleted")
    silent, heard = ear.maker.order(), ear.maker.order()
    ear.shop.delete(f"orders/{silent['id']}", force="true")
    ear.shop.delete(f"orders/{heard['id']}")
    ear.hear("order.deleted", heard["id"])
    assert [each.body for each in ear.receiver.deliveries if b"webhook_id" not in each.body] == [
        b'{"id":%d}' % heard["id"]
    ]


def test_a_status_that_brings_an_order_back_fires_no_restored(ear: Ear) -> None:
    ear.listen("order.restored", "order.updated")
    order = ear.maker.order()
    ear.shop.delete(f"orders/{order['id']}")
    ear.shop.put(f"orders/{order['id']}", {"status": "pending"})
    assert "order.restored" not in ear.topics_until("order.updated", order["id"])


def test_a_refund_fires_updated(ear: Ear) -> None:
    order = ear.maker.order(status="completed")
    ear.shop.run_jobs()
    ear.listen("order.updated")
    refund = ear.maker.refund(order, amount="1")
    came = json.loads(ear.hear("order.updated", order["id"]).body)
    assert [each["id"] for each in came["refunds"]] == [refund["id"]]


def test_updates_waiting_together_arrive_as_one(ear: Ear) -> None:
    order, last = ear.maker.order(), ear.maker.order()
    ear.shop.run_jobs()
    ear.listen("order.updated")
    for name in ("one", "two", "three"):
        ear.shop.put(f"orders/{order['id']}", {"customer_note": name})
    ear.shop.put(f"orders/{last['id']}", {"customer_note": "last"})
    ear.hear("order.updated", last["id"])
    bodies = [json.loads(each.body) for each in ear.receiver.deliveries if not each.is_ping]
    assert [body["customer_note"] for body in bodies if body["id"] == order["id"]] == ["three"]


@pytest.mark.parametrize(
    "body", [{}, {"meta_data": [{"key": "_contract", "value": "1"}]}], ids=["empty", "meta"]
)
def test_a_write_fires_updated_even_when_it_changes_nothing_visible(ear: Ear, body: Json) -> None:
    order = ear.maker.order()
    ear.shop.run_jobs()
    ear.listen("order.updated")
    ear.shop.put(f"orders/{order['id']}", body)
    ear.hear("order.updated", order["id"])


def test_a_note_and_a_deleted_refund_fire_nothing(ear: Ear) -> None:
    order = ear.maker.order(status="completed")
    refund = ear.maker.refund(order, amount="1")
    later = ear.maker.order()
    ear.shop.run_jobs()
    ear.listen("order.updated")
    ear.shop.post(f"orders/{order['id']}/notes", {"note": "quiet"})
    ear.shop.delete(f"orders/{order['id']}/refunds/{refund['id']}", force="true")
    ear.shop.put(f"orders/{later['id']}", {"status": "on-hold"})
    ear.hear("order.updated", later["id"])
    bodies = [json.loads(each.body) for each in ear.receiver.deliveries if not each.is_ping]
    assert order["id"] not in {body["id"] for body in bodies}


def test_customers_fire_created_updated_and_deleted(ear: Ear) -> None:
    ear.listen("customer.created", "customer.updated", "customer.deleted")
    customer = ear.maker.customer(f"contract.{uuid.uuid4().hex[:12]}@example.com")["id"]
    ear.hear("customer.created", customer)
    ear.shop.put(f"customers/{customer}", {"first_name": "다른"})
    ear.hear("customer.updated", customer)
    ear.shop.delete(f"customers/{customer}", force="true")
    assert json.loads(ear.hear("customer.deleted", customer).body) == {"id": customer}


def test_the_seventh_failure_in_a_row_disables_the_webhook(ear: Ear) -> None:
    (webhook,) = ear.listen("order.updated")
    order = ear.maker.order()
    ear.receiver.status = 500
    for count in range(1, 8):
        seen = len(ear.receiver.deliveries)
        assert ear.shop.get(f"webhooks/{webhook['id']}").body["status"] == "active", f"after {count - 1}"
        ear.shop.put(f"orders/{order['id']}", {"customer_note": str(count)})
        ear.receiver.wait(lambda _, seen=seen: len(ear.receiver.deliveries) > seen, ear.shop.run_jobs)  # type: ignore[misc]
    assert ear.shop.get(f"webhooks/{webhook['id']}").body["status"] == "disabled"


def test_a_new_secret_signs_the_next_delivery(ear: Ear) -> None:
    (webhook,) = ear.listen("order.created")
    ear.shop.put(f"webhooks/{webhook['id']}", {"status": "active", "secret": "another"})
    order = ear.maker.order()
    came = ear.hear("order.created", order["id"])
    assert came.headers["X-WC-Webhook-Signature"] == signature(came.body, "another")


def test_a_deleted_webhook_is_gone(ear: Ear) -> None:
    (webhook,) = ear.listen("order.created")
    assert ear.shop.delete(f"webhooks/{webhook['id']}", force="true").status == 200
    assert webhook["id"] not in {row["id"] for row in ear.shop.get("webhooks", per_page=100).body}


def test_a_disabled_webhook_can_be_set_active_again(ear: Ear) -> None:
    (webhook,) = ear.listen("order.updated")
    assert ear.shop.put(f"webhooks/{webhook['id']}", {"status": "disabled"}).body["status"] == "disabled"
    assert ear.shop.put(f"webhooks/{webhook['id']}", {"status": "active"}).body["status"] == "active"
