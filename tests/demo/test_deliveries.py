"""Webhook deliveries: late, collapsed, built when they leave, signed, counted when they fail."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from demo import clicks
from demo.deliveries import Courier
from demo.storage import Shop

from .caller import Caller

SECRET = "한글&<1>"
RECORDED = Path(__file__).parent / "recorded"


class Ear:
    """Keeps what arrives; answers `status`."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 200
        ear = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                ear.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
                self.send_response(ear.status)
                self.send_header("Location", "/elsewhere")
                self.end_headers()

            def log_message(self, *args: object) -> None:
                """Silence."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook?from=shop"
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def topics(self) -> list[str]:
        return [headers["x-wc-webhook-topic"] for headers, _ in self.heard if "x-wc-webhook-topic" in headers]

    def bodies(self, topic: str) -> list[Any]:
        return [
            json.loads(body) for headers, body in self.heard if headers.get("x-wc-webhook-topic") == topic
        ]


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    ear.server.shutdown()
    ear.server.server_close()


@pytest.fixture
def courier(krw: Shop) -> Iterator[Courier]:
    """Delivers only when told."""
    krw.conduct.webhook_delay_seconds = 3600
    courier = Courier(krw)
    yield courier
    courier.stop()


def listen(caller: Caller, ear: Ear, *topics: str) -> list[int]:
    given = {"delivery_url": ear.url, "secret": SECRET, "name": "ours"}
    return [caller.post("webhooks", {**given, "topic": topic})["id"] for topic in topics]


def test_the_ping_is_a_bare_form(caller: Caller, ear: Ear) -> None:
    (webhook,) = listen(caller, ear, "order.updated")
    ((headers, body),) = ear.heard
    assert (body, headers["content-type"]) == (
        b"webhook_id=%d" % webhook,
        "application/x-www-form-urlencoded",
    )
    assert not [name for name in headers if name.startswith("x-wc")]


def test_an_unanswered_ping_comes_again_after_every_delivery(
    caller: Caller, ear: Ear, courier: Courier
) -> None:
    ear.status = 500
    listen(caller, ear, "order.updated")
    caller.put("orders/71", {})
    courier.deliver_waiting()
    pings = [body for headers, body in ear.heard if "x-wc-webhook-topic" not in headers]
    assert len(pings) == 2


def test_a_delivery_carries_the_recorded_headers(caller: Caller, ear: Ear, courier: Courier) -> None:
    (webhook,) = listen(caller, ear, "order.updated")
    caller.put("orders/71", {})
    courier.deliver_waiting()
    headers, body = ear.heard[-1]
    assert headers["user-agent"] == "WooCommerce/11.0.1 Hookshot (WordPress/7.1)"
    assert headers["content-type"] == "application/json"
    names = ("source", "topic", "resource", "event", "id")
    told = [headers[f"x-wc-webhook-{name}"] for name in names]
    assert told == ["http://127.0.0.1:8080/", "order.updated", "order", "updated", str(webhook)]
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).digest()
    assert headers["x-wc-webhook-signature"] == base64.b64encode(digest).decode()
    assert body == caller.ask("GET", "orders/71").body


def test_several_changes_of_one_order_arrive_once_as_it_is_at_last(
    caller: Caller, ear: Ear, courier: Courier
) -> None:
    listen(caller, ear, "order.created", "order.updated")
    order = clicks.place(caller.shop, {"product_id": 13})
    for status in ("on-hold", "processing", "completed"):
        caller.put(f"orders/{order['id']}", {"status": status})
    courier.deliver_waiting()
    assert ear.topics == ["order.created", "order.updated"]
    assert [body["status"] for body in ear.bodies("order.created")] == ["completed"]


def test_two_orders_of_one_second_share_a_delivery_id(caller: Caller, ear: Ear, courier: Courier) -> None:
    listen(caller, ear, "order.updated")
    fixed = caller.shop.now()
    caller.shop.now = lambda: fixed  # type: ignore[method-assign]
    for order in (71, 77):
        caller.put(f"orders/{order}", {})
    courier.deliver_waiting()
    ids = [headers["x-wc-webhook-delivery-id"] for headers, _ in ear.heard[1:]]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_an_order_deleted_before_delivery_arrives_as_the_recorded_error(
    caller: Caller, ear: Ear, courier: Courier
) -> None:
    listen(caller, ear, "order.created")
    clicks.delete_order(caller.shop, {"id": clicks.place(caller.shop, {})["id"], "force": True})
    courier.deliver_waiting()
    assert ear.heard[-1][1] == (RECORDED / "gone_order.body").read_bytes()


def test_what_fires_and_what_stays_silent(caller: Caller, ear: Ear, courier: Courier) -> None:
    listen(
        caller, ear, "order.updated", "order.deleted", "order.restored", "product.updated", "product.deleted"
    )

    def heard(what: str, do: Any) -> list[str]:
        ear.heard.clear()
        do()
        courier.deliver_waiting()
        return sorted(ear.topics)

    shop = caller.shop
    refund = clicks.refund_order(shop, {"id": 71, "kind": "amount"})
    courier.deliver_waiting()
    assert heard("note", lambda: caller.post("orders/71/notes", {"note": "x"})) == []
    assert heard("refund deleted", lambda: caller.delete(f"orders/71/refunds/{refund['id']}")) == []
    assert (
        heard("quiet edit", lambda: clicks.edit_order(shop, {"id": 71, "customer_note": "q", "quiet": True}))
        == []
    )
    assert heard("refund", lambda: clicks.refund_order(shop, {"id": 71, "kind": "amount"})) == [
        "order.updated"
    ]
    assert heard("trash", lambda: caller.delete("orders/71")) == ["order.deleted"]
    assert heard("back by status", lambda: caller.put("orders/71", {"status": "completed"})) == [
        "order.updated"
    ]
    caller.delete("orders/71")
    courier.deliver_waiting()
    assert heard("restore", lambda: clicks.delete_order(shop, {"id": 71, "restore": True})) == [
        "order.restored"
    ]
    assert heard("force", lambda: caller.delete("orders/71", force="true")) == []
    assert heard("product trash", lambda: caller.delete("products/24")) == ["product.deleted"]
    assert heard("product force", lambda: caller.delete("products/23", force="true")) == []
    sale = {"line_items": [{"product_id": 13}], "set_paid": True}
    assert heard("sale", lambda: caller.post("orders", sale)) == ["order.updated", "product.updated"]


def test_an_action_topic_tells_name_and_number(caller: Caller, ear: Ear, courier: Courier) -> None:
    listen(caller, ear, "action.woocommerce_order_status_completed")
    caller.put("orders/69", {"status": "completed"})
    courier.deliver_waiting()
    assert ear.heard[-1][1] == b'{"action":"woocommerce_order_status_completed","arg":69}'


@pytest.mark.parametrize(
    ("status", "fails"), [(200, False), (302, False), (304, True), (410, True), (500, True)]
)
def test_which_answers_count_as_failures(
    caller: Caller, ear: Ear, courier: Courier, status: int, fails: bool
) -> None:
    (webhook,) = listen(caller, ear, "order.updated")
    ear.status = status
    caller.put("orders/71", {})
    courier.deliver_waiting()
    assert caller.shop.webhooks[webhook]["failures"] == int(fails)
    assert len(ear.topics) == 1


def test_a_webhook_set_active_again_is_disabled_by_its_next_failure(
    caller: Caller, ear: Ear, courier: Courier
) -> None:
    (webhook,) = listen(caller, ear, "order.updated")

    def fail(times: int) -> str:
        ear.status = 500
        for _ in range(times):
            caller.put("orders/71", {})
            courier.deliver_waiting()
        return str(caller.get(f"webhooks/{webhook}")["status"])

    assert [fail(6), fail(1)] == ["active", "disabled"]
    caller.put(f"webhooks/{webhook}", {"status": "active"})
    assert fail(1) == "disabled"


def test_a_success_in_between_starts_the_count_anew(caller: Caller, ear: Ear, courier: Courier) -> None:
    (webhook,) = listen(caller, ear, "order.updated")
    for status in [500] * 6 + [200] + [500] * 6:
        ear.status = status
        caller.put("orders/71", {})
        courier.deliver_waiting()
    assert caller.get(f"webhooks/{webhook}")["status"] == "active"


def test_everything_can_come_three_times_and_shuffled(caller: Caller, ear: Ear, courier: Courier) -> None:
    listen(caller, ear, "order.updated")
    caller.shop.conduct.webhook_copies = 3
    caller.shop.conduct.webhook_shuffle = True
    orders = caller.ids("orders", per_page=20)
    for order in orders:
        caller.put(f"orders/{order}", {})
    courier.deliver_waiting()
    came = [body["id"] for body in ear.bodies("order.updated")]
    assert sorted(came) == sorted(orders * 3)
    assert came != orders * 3


def test_deliveries_leave_by_themselves_after_the_delay(krw: Shop, ear: Ear) -> None:
    krw.conduct.webhook_delay_seconds = 0.1
    courier, caller = Courier(krw), Caller(krw)
    listen(caller, ear, "order.updated")
    began = time.monotonic()
    caller.put("orders/71", {})
    while not ear.topics and time.monotonic() < began + 5:
        time.sleep(0.01)
    courier.stop()
    assert ear.topics == ["order.updated"]
    assert time.monotonic() - began >= 0.1


def test_a_receiver_that_is_gone_is_a_failure(krw: Shop, courier: Courier) -> None:
    caller = Caller(krw)
    webhook = caller.post(
        "webhooks", {"topic": "order.updated", "delivery_url": "http://127.0.0.1:9/", "secret": "s"}
    )
    assert webhook["status"] == "active"
    caller.put("orders/71", {})
    courier.deliver_waiting()
    assert krw.webhooks[webhook["id"]]["failures"] == 1


def test_the_secret_is_never_told(caller: Caller, ear: Ear) -> None:
    (webhook,) = listen(caller, ear, "order.updated")
    told = [caller.get(f"webhooks/{webhook}"), *caller.get("webhooks")]
    assert all({"secret", "failures", "pending"}.isdisjoint(row) for row in told)
