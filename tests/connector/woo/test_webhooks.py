"""Where webhooks arrive: recorded deliveries of a real shop, and whatever somebody else may send there."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from sqlmodel import select
from starlette.testclient import TestClient

from connector.events import OrderPaid
from connector.woo import jobs, webhooks
from connector.woo.tables import WebhookDelivery
from connector.woo.webhooks import signature
from core.database import Database
from core.security import Keys
from core.settings import Settings
from demo import clicks
from demo.conduct import Fault
from demo.storage import Shop

from . import recorded
from .mirrors import Mirror, client_for

pytestmark = pytest.mark.database
SIGNED = [delivery for delivery in recorded.deliveries() if delivery.topic]
PINGS = [delivery for delivery in recorded.deliveries() if not delivery.topic]


@pytest.fixture
def mirror(serve: Callable[..., Shop], database: Database, keys: Keys, settings: Settings) -> Mirror:
    """A connected shop whose webhooks are signed with the secret of the recorded ones (Korean, & and < in it)."""
    found = Mirror(serve("krw"), database, keys, settings)
    found.connect()
    use_secret(found, recorded.webhook_secret())
    return found


def use_secret(mirror: Mirror, secret: str) -> None:
    with mirror.database.writing() as session:
        store = session.merge(mirror.store())
        store.webhook_secret_hidden = mirror.keys.hide(secret)


def address(mirror: Mirror) -> str:
    return f"/webhooks/woo/{mirror.store().public_id}"


def deliver(
    door: TestClient, mirror: Mirror, topic: str, body: bytes | dict[str, Any], **headers: str
) -> int:
    """Send a body as the shop would; headers may be replaced. Returns the status."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = {
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Signature": signature(recorded.webhook_secret(), content),
        "Content-Type": "application/json",
    }
    return door.post(address(mirror), content=content, headers=sent | headers).status_code


def waiting(mirror: Mirror) -> list[WebhookDelivery]:
    with mirror.database.reading() as session:
        return list(session.exec(select(WebhookDelivery).order_by(WebhookDelivery.id)))  # type: ignore[arg-type]


# -- proof -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delivery", SIGNED, ids=lambda delivery: delivery.name)
def test_a_recorded_delivery_is_proven_over_its_raw_bytes(
    door: TestClient, mirror: Mirror, delivery: recorded.Delivery, run_jobs: Any
) -> None:
    """FACTS §7: the secret holds Korean, & and <."""
    answer = door.post(address(mirror), content=delivery.body, headers=delivery.headers)
    assert answer.status_code == 200
    kind, _, _ = delivery.topic.partition(".")
    kept = [(row.topic, row.remote_id) for row in waiting(mirror)]
    number = json.loads(delivery.body).get("id", 0)
    assert kept == ([(delivery.topic, number)] if kind in webhooks.KINDS else [])


@pytest.mark.parametrize("delivery", PINGS, ids=lambda delivery: delivery.name)
def test_a_ping_is_answered_exactly_200(
    door: TestClient, mirror: Mirror, delivery: recorded.Delivery
) -> None:
    """FACTS §7: unsigned, a form body; any other code has it sent again on every save."""
    answer = door.post(address(mirror), content=delivery.body, headers=delivery.headers)
    assert answer.status_code == 200
    assert waiting(mirror) == []


@pytest.mark.parametrize(
    "body", [b"webhook_id=", b"webhook_id=abc", b"webhook_id=1&x=2", b"webhook_id=" + b"1" * 50, b"x=1", b""]
)
def test_only_a_ping_passes_without_a_signature(door: TestClient, mirror: Mirror, body: bytes) -> None:
    assert door.post(address(mirror), content=body).status_code == 401
    assert waiting(mirror) == []


def test_an_unsigned_or_wrongly_signed_delivery_is_refused(door: TestClient, mirror: Mirror) -> None:
    body = {"id": 71}
    right = signature(recorded.webhook_secret(), json.dumps(body).encode())
    for wrong in (
        "",
        "x",
        right[:-4] + "AAA=",
        right.lower(),
        signature("another", json.dumps(body).encode()),
    ):
        assert deliver(door, mirror, "order.updated", body, **{"X-WC-Webhook-Signature": wrong}) == 401
    assert deliver(door, mirror, "order.updated", b'{"id": 72}', **{"X-WC-Webhook-Signature": right}) == 401
    assert waiting(mirror) == []
    assert deliver(door, mirror, "order.updated", body) == 200


def test_a_delivery_signed_by_another_shop_is_refused(
    door: TestClient, mirror: Mirror, serve: Callable[..., Shop]
) -> None:
    other = Mirror(serve("eur"), mirror.database, mirror.keys, mirror.settings)
    other.connect()
    body = json.dumps({"id": 71}).encode()
    sent = {"X-WC-Webhook-Topic": "order.updated"}
    signed = {
        "X-WC-Webhook-Signature": signature(mirror.keys.reveal(other.store().webhook_secret_hidden), body)
    }
    assert door.post(address(mirror), content=body, headers=sent | signed).status_code == 401
    assert door.post(address(other), content=body, headers=sent | signed).status_code == 200


def test_an_address_that_names_no_shop_is_not_found(door: TestClient, mirror: Mirror) -> None:
    assert door.post("/webhooks/woo/nobody", content=b"webhook_id=1").status_code == 404
    assert door.get(address(mirror)).status_code == 405


def test_the_secret_and_the_body_stay_out_of_the_logs(
    door: TestClient, mirror: Mirror, logged: Callable[[], str]
) -> None:
    deliver(
        door,
        mirror,
        "order.updated",
        {"id": 71, "order_key": "wc_order_abc123"},
        **{"X-WC-Webhook-Signature": "x"},
    )
    told = logged()
    assert "webhook_refused" in told
    assert "wc_order_abc123" not in told
    assert recorded.webhook_secret() not in told


# -- odd bodies --------------------------------------------------------------------------------------------------


def test_an_error_object_in_place_of_an_order_is_understood(door: TestClient, mirror: Mirror) -> None:
    """FACTS §7: correctly signed, without an id: one of the latest orders was deleted before its delivery."""
    body = {
        "code": "woocommerce_rest_shop_order_invalid_id",
        "message": "Invalid ID.",
        "data": {"status": 404},
    }
    assert deliver(door, mirror, "order.created", body) == 200
    assert [(row.topic, row.remote_id) for row in waiting(mirror)] == [("order.created", 0)]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b'"text"',
        b"null",
        b"\xff\xfe",
        b"<html>",
        b'{"id":"x"}',
        b'{"id":{}}',
        b'{"id":' + b"9" * 40 + b"}",
    ],
)
def test_a_proven_body_that_is_no_thing_is_taken_and_harmless(
    door: TestClient, mirror: Mirror, body: bytes, run_jobs: Any
) -> None:
    assert deliver(door, mirror, "order.updated", body) == 200
    run_jobs()
    assert run_jobs.died == []


def test_a_body_larger_than_any_order_is_refused_unread(door: TestClient, mirror: Mirror) -> None:
    status = deliver(
        door, mirror, "order.updated", b'{"id":1,"x":"' + b"a" * webhooks.LARGEST_BODY_BYTES + b'"}'
    )
    assert status == 413
    assert waiting(mirror) == []


def test_an_order_of_120_lines_is_not_too_large(door: TestClient, mirror: Mirror) -> None:
    body = recorded.body("orders_without_decimals", "krw_120_lines")
    assert deliver(door, mirror, "order.updated", body) == 200


@pytest.mark.parametrize(
    "topic", ["coupon.created", "action.woocommerce_order_status_completed", "", "nonsense"]
)
def test_a_topic_that_is_not_mirrored_is_taken_and_forgotten(
    door: TestClient, mirror: Mirror, topic: str
) -> None:
    assert deliver(door, mirror, topic, {"id": 1}) == 200
    assert waiting(mirror) == []


def test_a_refund_told_as_an_order_hints_at_its_order(door: TestClient, mirror: Mirror) -> None:
    deliver(door, mirror, "order.updated", {"id": 900, "parent_id": 71})
    assert [row.remote_id for row in waiting(mirror)] == [71]


# -- from hint to mirror -----------------------------------------------------------------------------------------


def test_deliveries_that_wait_together_are_one(door: TestClient, mirror: Mirror, run_jobs: Any) -> None:
    """FACTS §7: the delivery id is not unique; topic and number are what counts."""
    for _ in range(3):
        deliver(door, mirror, "order.updated", {"id": 71})
    deliver(door, mirror, "order.updated", {"id": 72})
    assert len(waiting(mirror)) == 2
    assert run_jobs.waiting().count("woo.take_in") == 1
    run_jobs()
    assert {71, 72} <= set(mirror.orders())
    assert all(row.handled_at is not None for row in waiting(mirror))


def test_a_hint_brings_what_the_shop_says_not_what_the_body_said(
    door: TestClient, mirror: Mirror, run_jobs: Any
) -> None:
    """FACTS §7: bodies are built late; an old one must not win."""
    body = recorded.body("orders_without_decimals", "krw_status_pending")
    assert body["id"] == 68
    clicks.pay_order(mirror.shop, {"id": 68})
    deliver(door, mirror, "order.updated", body)
    run_jobs()
    assert mirror.order(68).status != "pending"
    assert mirror.order(68).paid


def test_a_deleted_order_is_looked_up_trashed_or_gone(
    door: TestClient, mirror: Mirror, run_jobs: Any
) -> None:
    """FACTS §7: order.deleted fires on trash; its body is an id alone."""
    mirror.sync()
    clicks.delete_order(mirror.shop, {"id": 71})
    deliver(door, mirror, "order.deleted", b'{"id":71}')
    clicks.delete_order(mirror.shop, {"id": 78, "force": True})
    deliver(door, mirror, "order.deleted", b'{"id":78}')
    run_jobs()
    assert (mirror.order(71).status, mirror.order(71).deleted_at is not None) == ("trash", True)
    assert mirror.order(78).deleted_at is not None
    assert mirror.counts() == mirror.truth()


def test_an_error_object_makes_the_latest_orders_be_looked_at(
    door: TestClient, mirror: Mirror, run_jobs: Any
) -> None:
    mirror.sync()
    newest = max(mirror.orders())
    clicks.delete_order(mirror.shop, {"id": newest, "force": True})
    deliver(
        door,
        mirror,
        "order.updated",
        {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."},
    )
    run_jobs()
    assert mirror.order(newest).deleted_at is not None


def test_a_checkout_draft_is_mirrored_and_counted_nowhere(
    door: TestClient, mirror: Mirror, run_jobs: Any
) -> None:
    """FACTS §2: lists leave it out; order.created tells of it all the same."""
    mirror.sync()
    before = mirror.counts()
    draft = next(
        number for number, order in mirror.shop.orders.items() if order["status"] == "checkout-draft"
    )
    deliver(door, mirror, "order.created", {"id": draft})
    run_jobs()
    assert mirror.order(draft).status == "checkout-draft"
    assert mirror.counts() == before


def test_a_hint_that_comes_while_others_are_looked_into_leads_to_another_run(
    door: TestClient, mirror: Mirror, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.sync()
    real = jobs.intake.look_into
    runs: list[list[Any]] = []

    def look_into(visit: Any, hints: Any) -> None:
        runs.append(list(hints))
        if len(runs) == 1:  # Claimed already, not yet asked for: the same order changes again.
            clicks.edit_order(mirror.shop, {"id": 71, "customer_note": "second"})
            assert deliver(door, mirror, "order.updated", {"id": 71}) == 200
        real(visit, hints)

    monkeypatch.setattr(jobs.intake, "look_into", look_into)
    clicks.edit_order(mirror.shop, {"id": 71, "customer_note": "first"})
    deliver(door, mirror, "order.updated", {"id": 71})
    run_jobs()
    assert runs == [[("order", 71)], [("order", 71)]]
    assert mirror.order(71).customer_note == "second"
    assert len(waiting(mirror)) == 2


def test_a_run_that_died_between_claim_and_answer_is_made_up_for(
    door: TestClient, mirror: Mirror, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    mirror.sync()
    clicks.edit_order(mirror.shop, {"id": 71, "customer_note": "lost?"})
    deliver(door, mirror, "order.updated", {"id": 71})

    def dies(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs.intake, "look_into", dies)
    with pytest.raises(KeyboardInterrupt):
        jobs.take_in(
            mirror.database,
            keys=mirror.keys,
            settings=mirror.settings,
            store_id=mirror.store_id,
            last_attempt=False,
        )
    (row,) = waiting(mirror)
    assert (row.taken_at is not None, row.handled_at) == (True, None)
    monkeypatch.undo()
    deliver(door, mirror, "order.updated", {"id": 72})
    run_jobs()
    assert mirror.order(71).customer_note == "lost?"
    assert all(row.handled_at is not None for row in waiting(mirror))


def test_a_shop_that_is_away_is_asked_again_later(door: TestClient, mirror: Mirror, run_jobs: Any) -> None:
    mirror.sync()
    placed = clicks.place(mirror.shop, {})["id"]
    deliver(door, mirror, "order.created", {"id": placed})
    mirror.shop.conduct.fault = Fault("down")
    assert sorted(run_jobs()) == ["woo.care", "woo.sync", "woo.take_in"]
    assert run_jobs.waiting() == ["woo.take_in"], "as a later attempt"
    mirror.shop.conduct.fault = None
    run_jobs(later=True)
    assert placed in mirror.orders()
    assert run_jobs.died == []


def test_old_deliveries_are_forgotten_and_unhandled_ones_are_not(
    door: TestClient, mirror: Mirror, run_jobs: Any, clock: Any
) -> None:
    deliver(door, mirror, "order.updated", {"id": 71})
    clock.moment = datetime.now(UTC)
    run_jobs()
    deliver(door, mirror, "order.updated", {"id": 72})
    clock.advance(days=8)
    jobs.forget_deliveries(mirror.database, settings=mirror.settings)
    assert [row.remote_id for row in waiting(mirror)] == [72]


# -- the shop itself delivers ------------------------------------------------------------------------------------


def test_every_webhook_three_times_and_shuffled_ends_in_the_same_mirror(
    mirror: Mirror, served: str, run_jobs: Any, serve: Callable[..., Shop], database: Database
) -> None:
    mirror.sync()
    jobs.care_for_webhooks(database, keys=mirror.keys, settings=mirror.settings, store_id=mirror.store_id)
    mirror.shop.conduct.webhook_copies = 3
    mirror.shop.conduct.webhook_shuffle = True
    live_a_while(mirror.shop)
    deliver_all(mirror.shop)
    run_jobs()
    told = mirror.whole()
    mirror.sync_all()
    mirror.sweep()
    assert mirror.whole() == told, "polls and sweep find nothing that the webhooks had not brought"
    assert mirror.counts() == mirror.truth()
    assert len(paid_since(mirror)) == 2


def live_a_while(shop: Shop) -> None:
    """Orders placed, paid, refunded, edited, trashed and revived; people and goods changed."""
    client = client_for(shop)
    first, second, third = (clicks.place(shop, {"payment_method": "card"})["id"] for _ in range(3))
    clicks.pay_order(shop, {"id": first})
    clicks.pay_order(shop, {"id": second})
    clicks.refund_order(shop, {"id": second, "kind": "line"})
    clicks.delete_order(shop, {"id": third})
    clicks.delete_order(shop, {"id": 71})
    clicks.delete_order(shop, {"id": 71, "restore": True})
    clicks.edit_order(shop, {"id": 78, "customer_note": "changed"})
    made = client.post("customers", {"email": "neu@example.com"}).body["id"]
    client.put(f"customers/{made}", {"first_name": "Neu"})
    client.put("products/13", {"name": "새 이름"})
    client.delete("products/14")


def deliver_all(shop: Shop) -> None:
    """One run of the shop's job queue."""
    assert requests.post(f"{shop.url}/demo/deliver", timeout=60).status_code == 200


def paid_since(mirror: Mirror) -> list[dict[str, int]]:
    return mirror.told(OrderPaid)
