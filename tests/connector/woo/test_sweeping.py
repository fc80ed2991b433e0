"""What the nightly sweep finds that no poll and no webhook can see."""

from datetime import timedelta
from typing import Any

import pytest

from connector.errors import StoreUnavailable
from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.woo import jobs, sweeping
from connector.woo.sweeping import Stretch, sweep_orders
from core import clock
from demo import clicks
from demo.conduct import Fault
from demo.figures import listed_orders
from demo.refunding import delete_refund

from .mirrors import Mirror

pytestmark = pytest.mark.database


def test_an_order_deleted_for_good_is_found(synced: Mirror) -> None:
    """FACTS §3 and §7: force delete is in no list and sends nothing."""
    number = listed_orders(synced.shop)[0]["id"]
    clicks.delete_order(synced.shop, {"id": number, "force": True})
    synced.sync_all()
    assert synced.order(number).deleted_at is None
    synced.sweep()
    assert synced.order(number).deleted_at is not None
    assert not synced.order(number).paid
    assert synced.counts() == synced.truth()


def test_a_deleted_refund_is_found_and_told_once(synced: Mirror) -> None:
    """FACTS §3: it moves no change date and fires nothing."""
    refund = next(row for row in synced.refunds().values() if row.lines)
    delete_refund(synced.shop, refund.remote_id)
    synced.sync_all()
    assert synced.told(RefundRemoved) == []
    synced.sweep()
    synced.sweep()
    assert [told["refund_id"] for told in synced.told(RefundRemoved)] == [refund.id]
    assert synced.counts() == synced.truth()


def test_a_refund_that_was_missed_is_found(synced: Mirror) -> None:
    number = next(
        number
        for number, order in synced.orders().items()
        if order.status == "completed" and order.currency == "KRW"
    )
    was = synced.shop.orders[number]["date_modified_gmt"]
    made = clicks.refund_order(synced.shop, {"id": number, "kind": "line"})
    synced.shop.orders[number]["date_modified_gmt"] = was
    synced.shop.forget_shown(number)
    synced.sync_all()
    assert made["id"] not in synced.refunds()
    synced.sweep()
    assert made["id"] in synced.refunds()
    assert len(synced.told(RefundMade)) == 1


def test_a_change_that_was_missed_is_found(synced: Mirror) -> None:
    number = next(number for number, order in synced.orders().items() if order.status == "pending")
    clicks.pay_order(synced.shop, {"id": number})
    with synced.database.writing() as session:
        state = session.merge(synced.state("orders"))
        state.cursor_at = state.cursor_at and state.cursor_at.replace(year=2099)
    synced.sync_all()
    assert not synced.order(number).paid
    synced.sweep()
    assert synced.order(number).paid
    assert len(synced.told(OrderPaid)) == 1


def test_an_order_the_first_pass_could_not_know_is_found(synced: Mirror) -> None:
    placed = clicks.place(synced.shop, {})["id"]
    synced.shop.orders[placed]["date_modified_gmt"] = "2001-01-01T00:00:00"
    synced.shop.forget_shown(placed)
    synced.sync_all()
    assert placed not in synced.orders()
    synced.sweep()
    assert placed in synced.orders()


def test_what_is_unchanged_is_not_asked_for_again(synced: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(sweeping, "look_at_orders", lambda _visit, numbers: asked.extend(numbers))
    assert sweep_orders(synced.visit(), Stretch()) is None
    assert asked == []


def test_unchanged_customers_are_not_fetched_again(synced: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[tuple[str, int]] = []
    monkeypatch.setattr(sweeping, "look_into", lambda _visit, hints: looked.extend(hints))
    long_ago = synced.shop.now() - timedelta(days=30)
    for person in synced.shop.customers.values():
        synced.shop.stamp(person, "modified", long_ago)
    with synced.database.writing() as session:
        for row in synced.customers().values():
            session.merge(row).modified_at = long_ago
    first, second, third = sorted(synced.customers())[:3]
    clicks.change_role(synced.shop, {"id": first, "role": "subscriber"})
    synced.shop.stamp(synced.shop.customers[second], "modified", long_ago + timedelta(seconds=1))
    del synced.shop.customers[third]
    sweeping.sweep_people(synced.visit())
    assert sorted(looked) == [("customer", first), ("customer", second), ("customer", third)]


def test_a_shop_whose_first_pass_still_runs_is_not_swept(mirror: Mirror, run_jobs: Any) -> None:
    stretch(mirror)
    assert mirror.orders() == {}


def test_orders_deleted_between_two_stretches_are_found(
    synced: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What lies between the last number of one stretch and the first of the next belongs to a stretch, too."""
    monkeypatch.setattr(sweeping, "PER_PAGE", 10)
    visit = synced.visit(seconds=-1)
    numbers = sorted(order["id"] for order in listed_orders(synced.shop))
    first = sweep_orders(visit, Stretch())
    assert first == Stretch(2, numbers[9])
    gone = numbers[10:13]
    for number in gone:
        clicks.delete_order(synced.shop, {"id": number, "force": True})
    stretch: Stretch | None = first
    while stretch is not None:
        stretch = sweep_orders(visit, stretch)
    assert all(synced.order(number).deleted_at is not None for number in gone)
    assert synced.counts() == synced.truth()


def test_a_long_sweep_goes_from_job_to_job(
    synced: Mirror, run_jobs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sweeping, "PER_PAGE", 10)
    monkeypatch.setattr("connector.woo.visits.Visit.is_over", lambda _: True)
    number = max(order["id"] for order in listed_orders(synced.shop))
    clicks.delete_order(synced.shop, {"id": number, "force": True})
    jobs.sweep(synced.database)
    ran = run_jobs()
    assert ran.count("woo.sweep_store") > 5
    assert synced.order(number).deleted_at is not None
    assert synced.state("sweep").last_ok_at is not None


def stretch(mirror: Mirror, **given: Any) -> None:
    """One stretch as the job runs it."""
    chosen: dict[str, Any] = {"day": f"{clock.now():%Y-%m-%d}", "page": 1} | given
    jobs.sweep_store(
        mirror.database, keys=mirror.keys, settings=mirror.settings, store_id=mirror.store_id, **chosen
    )


def test_a_sweep_that_meets_a_shop_away_is_put_off_and_not_lost(synced: Mirror, run_jobs: Any) -> None:
    run_jobs()
    number = listed_orders(synced.shop)[0]["id"]
    clicks.delete_order(synced.shop, {"id": number, "force": True})
    synced.shop.conduct.fault = Fault("down")
    with pytest.raises(StoreUnavailable):
        stretch(synced)
    assert run_jobs.waiting() == []
    stretch(synced, last_attempt=True)
    assert run_jobs.waiting() == ["woo.sweep_store"]
    assert run_jobs() == [], "not at once"
    synced.shop.conduct.fault = None
    run_jobs(later=True)
    assert synced.order(number).deleted_at is not None
    assert synced.state("sweep").last_ok_at is not None


def test_a_sweep_of_another_night_is_not_put_off(synced: Mirror, run_jobs: Any) -> None:
    run_jobs()
    synced.shop.conduct.fault = Fault("down")
    stretch(synced, day="2020-01-01", last_attempt=True)
    assert run_jobs.waiting() == []


def test_a_sweep_by_hand_says_what_went_wrong(synced: Mirror) -> None:
    synced.shop.conduct.fault = Fault("down")
    with pytest.raises(StoreUnavailable, match="could not be reached"):
        synced.sweep()


def test_what_could_not_be_read_is_tried_every_night_and_forgotten_once_it_can(synced: Mirror) -> None:
    broken = clicks.place(synced.shop, {})["id"]
    kept = synced.shop.orders[broken]["tax_lines"]
    synced.shop.orders[broken]["tax_lines"] = [{"odd": True}]
    synced.shop.forget_shown(broken)
    synced.sweep()
    since = synced.state("unreadable").failing_since
    assert since is not None
    synced.sweep()
    assert synced.state("unreadable").failing_since == since
    synced.shop.orders[broken]["tax_lines"] = kept
    synced.shop.forget_shown(broken)
    synced.sweep()
    assert broken in synced.orders()
    assert synced.state("unreadable").failing_since is None
