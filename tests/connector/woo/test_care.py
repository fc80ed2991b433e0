"""Our webhooks in the shop: made where the key may, re-enabled when the shop gave them up, and the gap closed."""

from typing import Any

import pytest
import requests

from connector.tables import Store
from connector.woo import care, jobs
from demo import clicks
from demo.conduct import Fault

from .mirrors import Mirror, client_for, key_of

pytestmark = pytest.mark.database

SOMEBODY = {"name": "ERP", "topic": "order.created", "delivery_url": "http://127.0.0.1:9/erp"}


def see_to(mirror: Mirror) -> str:
    """One hourly look; returns the state that people see."""
    jobs.care_for_webhooks(
        mirror.database, keys=mirror.keys, settings=mirror.settings, store_id=mirror.store_id
    )
    return mirror.state("webhooks").problem_code


def use_key(mirror: Mirror, permission: str) -> None:
    key = key_of(mirror.shop, permission)
    with mirror.database.writing() as session:
        store = session.merge(mirror.store())
        store.key_hidden, store.secret_hidden = mirror.keys.hide(key.key), mirror.keys.hide(key.secret)


def ours(mirror: Mirror) -> dict[str, Any]:
    path = mirror.store().public_id
    return {hook["topic"]: hook for hook in mirror.shop.webhooks.values() if path in hook["delivery_url"]}


def test_a_key_that_may_write_makes_all_webhooks_once(mirror: Mirror, served: str) -> None:
    client_for(mirror.shop).post("webhooks", SOMEBODY)
    assert see_to(mirror) == "active"
    assert set(ours(mirror)) == set(care.TOPICS)
    assert {hook["status"] for hook in ours(mirror).values()} == {"active"}
    assert not any(hook["pending"] for hook in ours(mirror).values()), "every ping was answered 200"
    assert see_to(mirror) == "active"
    assert len(mirror.shop.webhooks) == len(care.TOPICS) + 1
    assert mirror.state("webhooks").complete


def test_what_the_shop_delivers_then_is_proven_and_mirrored(
    synced: Mirror, served: str, run_jobs: Any
) -> None:
    see_to(synced)
    placed = clicks.place(synced.shop, {})["id"]
    deliver(synced)
    ran = run_jobs()
    assert "woo.take_in" in ran
    assert placed in synced.orders()


def deliver(mirror: Mirror) -> None:
    requests.post(f"{mirror.shop.url}/demo/deliver", timeout=60)


def test_webhooks_that_the_shop_gave_up_are_enabled_and_the_gap_is_closed(
    synced: Mirror, served: str, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FACTS §7: the seventh failure in a row disables; nothing is sent again afterwards."""
    see_to(synced)
    run_jobs()
    for hook in ours(synced).values():
        hook["status"] = "disabled"
    placed = clicks.place(synced.shop, {"payment_method": "card"})["id"]
    person = min(synced.customers())
    client_for(synced.shop).put(f"customers/{person}", {"first_name": "틈새"})
    deleted = next(iter(synced.orders()))
    clicks.delete_order(synced.shop, {"id": deleted, "force": True})
    deliver(synced)
    run_jobs()
    assert placed not in synced.orders()
    assert see_to(synced) == "active"
    assert {hook["status"] for hook in ours(synced).values()} == {"active"}
    run_jobs()
    assert placed in synced.orders()
    assert "틈새" in synced.customers()[person].person, "no poll could see that"
    assert synced.order(deleted).deleted_at is not None
    assert synced.differing() == []


def test_a_shop_disables_after_seven_failures_and_is_enabled_again(synced: Mirror, served: str) -> None:
    see_to(synced)
    hook = ours(synced)["order.updated"]
    hook["delivery_url"] = hook["delivery_url"].replace(served, "http://127.0.0.1:9")
    for _ in range(7):
        clicks.edit_order(synced.shop, {"id": 71, "customer_note": "x"})
        deliver(synced)
    assert hook["status"] == "disabled"
    assert see_to(synced) == "active"
    assert (hook["status"], hook["delivery_url"]) == ("active", care.delivery_address(synced.store(), served))


def test_a_webhook_that_was_deleted_by_hand_is_made_again(mirror: Mirror, served: str) -> None:
    see_to(mirror)
    gone = ours(mirror)["order.updated"]["id"]
    del mirror.shop.webhooks[gone]
    see_to(mirror)
    assert set(ours(mirror)) == set(care.TOPICS)


def test_a_new_public_address_moves_the_webhooks_instead_of_doubling_them(
    mirror: Mirror, served: str
) -> None:
    see_to(mirror)
    mirror.settings.public_url = served.replace("127.0.0.1", "localhost")
    see_to(mirror)
    assert len(mirror.shop.webhooks) == len(care.TOPICS)
    assert all("localhost" in hook["delivery_url"] for hook in ours(mirror).values())


def test_a_key_that_may_only_read_is_enough_and_no_fault(synced: Mirror, served: str) -> None:
    use_key(synced, "read")
    assert see_to(synced) == "read_only"
    assert synced.shop.webhooks == {}
    assert synced.state("webhooks").failing_since is None
    assert not synced.state("webhooks").complete


def test_without_a_public_address_no_webhook_is_made(mirror: Mirror) -> None:
    assert mirror.settings.public_url == ""
    assert see_to(mirror) == "no_address"
    assert mirror.shop.webhooks == {}


@pytest.mark.parametrize(
    ("address", "reached"),
    [
        ("https://help.shop.example", True),
        ("http://help.shop.example", True),
        ("https://help.shop.example:8080", True),
        ("https://help.shop.example:9099", False),
        ("https://help.shop.example:8443", False),
        ("https://shop.example:8443", True),
        ("http://127.0.0.1:8100", True),
    ],
)
def test_an_address_that_wordpress_never_sends_to_is_said(address: str, reached: bool) -> None:
    """FACTS §7: on port 9099 the webhook was created "active" and never delivered, with nothing in the answer."""
    store = Store(home_address="https://shop.example:8443")
    assert care.reachable(store, address) is reached


def test_an_address_out_of_reach_makes_no_webhook(mirror: Mirror) -> None:
    mirror.settings.public_url = "https://help.shop.example:9099"
    assert see_to(mirror) == "port"
    assert mirror.shop.webhooks == {}


def test_a_shop_that_is_away_is_looked_at_in_the_next_hour(mirror: Mirror, served: str) -> None:
    mirror.shop.conduct.fault = Fault("down")
    jobs.care_for_webhooks(
        mirror.database, keys=mirror.keys, settings=mirror.settings, store_id=mirror.store_id
    )
    mirror.shop.conduct.fault = None
    assert see_to(mirror) == "active"


def test_every_hour_each_shop_is_seen_to(mirror: Mirror, run_jobs: Any) -> None:
    run_jobs()
    jobs.see_to_webhooks(mirror.database)
    assert run_jobs.waiting() == ["woo.care"]


def test_our_webhooks_can_be_taken_away_and_others_stay(mirror: Mirror, served: str) -> None:
    client_for(mirror.shop).post("webhooks", SOMEBODY)
    see_to(mirror)
    with client_for(mirror.shop) as client:
        assert care.remove(client, mirror.store()) == len(care.TOPICS)
    assert [hook["name"] for hook in mirror.shop.webhooks.values()] == ["ERP"]


def test_the_secret_is_long_and_of_this_shop_alone(mirror: Mirror, served: str) -> None:
    see_to(mirror)
    secret = mirror.keys.reveal(mirror.store().webhook_secret_hidden)
    assert len(secret) >= 32
    assert {hook["secret"] for hook in ours(mirror).values()} == {secret}
