"""Polls, webhooks and sweeps of one shop at the same time, while the shop goes on selling."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.woo import jobs as woo_jobs
from connector.woo.intake import look_into
from core.jobs import Jobs, request
from core.work import Schedule
from demo import clicks
from demo.refunding import delete_refund
from tests.standins import until

from .mirrors import Mirror, client_for

pytestmark = pytest.mark.database


def busy_hour(mirror: Mirror, hint: Callable[[str, int], None]) -> tuple[list[int], list[int], int]:
    """A shop's busy hour in a second: the paid orders, the refunds made, and the one taken back."""
    shop, client = mirror.shop, client_for(mirror.shop)
    paid, refunds = [], []
    for count in range(12):
        number = clicks.place(shop, {"payment_method": "card"})["id"]
        hint("order", number)
        clicks.pay_order(shop, {"id": number})
        paid.append(number)
        if count % 3 == 0:
            refunds.append(clicks.refund_order(shop, {"id": number, "kind": "line"})["id"])
        if count % 4 == 0:
            other = clicks.place(shop, {})["id"]
            clicks.delete_order(shop, {"id": other, "force": count == 4})
            hint("order", other)
        client.put("products/13", {"name": f"이름 {count}"})
        hint("product", 13)
        client.put(f"customers/{min(mirror.customers())}", {"first_name": f"사람 {count}"})
        hint("customer", min(mirror.customers()))
        time.sleep(0.02)
    delete_refund(shop, refunds[0])
    return paid, refunds, refunds[0]


def ids(told: list[dict[str, int]], rows: dict[int, Any], field: str) -> list[int]:
    """The shop's numbers of what was told, in order."""
    numbers = {row.id: number for number, row in rows.items()}
    return sorted(numbers[fields[field]] for fields in told)


def check(mirror: Mirror, paid: list[int], refunds: list[int], taken_back: int) -> None:
    mirror.sync_all()
    mirror.sweep()
    assert mirror.differing() == []
    assert mirror.counts() == mirror.truth()
    assert ids(mirror.told(OrderPaid), mirror.orders(), "order_id") == paid
    assert ids(mirror.told(RefundMade), mirror.refunds(), "refund_id") == refunds
    assert ids(mirror.told(RefundRemoved), mirror.refunds(), "refund_id") == [taken_back]


def test_visits_that_overlap_in_every_way_end_in_the_shops_truth(synced: Mirror) -> None:
    """Queues keep them apart in life; the command line does not, and a mirror must not need it."""
    ended, problems = threading.Event(), []

    def again(work: Callable[[], object]) -> threading.Thread:
        def loop() -> None:
            while not ended.is_set():
                try:
                    work()
                except Exception as problem:
                    problems.append(problem)
                    return

        thread = threading.Thread(target=loop)
        thread.start()
        return thread

    hints: list[tuple[str, int]] = []
    threads = [
        again(synced.sync),
        again(synced.sync_all),
        again(synced.sweep),
        again(lambda: look_into(synced.visit(), [*hints[-5:]])),
    ]
    try:
        paid, refunds, taken_back = busy_hour(synced, lambda kind, number: hints.append((kind, number)))
        time.sleep(0.5)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert problems == []
    check(synced, paid, refunds, taken_back)


def test_the_engine_itself_brings_polls_webhooks_and_sweeps_together(
    synced: Mirror, served: str, jobs: Jobs, services: dict[str, Any]
) -> None:
    woo_jobs.care_for_webhooks(
        synced.database, keys=synced.keys, settings=synced.settings, store_id=synced.store_id
    )
    synced.shop.conduct.webhook_delay_seconds = 0.05
    synced.shop.conduct.webhook_copies = 3
    synced.shop.conduct.webhook_shuffle = True
    only_woo(jobs)
    jobs.schedules = [Schedule("woo.tick", "* * * * * *")]
    jobs.start(services, node="test", workers=4, poll_seconds=0.02)
    try:
        paid, refunds, taken_back = busy_hour(synced, lambda kind, number: None)
        with synced.database.writing() as session:
            request(session, "woo.sweep", "now")
        until(lambda: set(paid) <= set(synced.orders()), seconds=30)
        until(lambda: synced.orders()[paid[-1]].paid, seconds=30)
    finally:
        jobs.stop(drain_seconds=5)
    check(synced, paid, refunds, taken_back)


def only_woo(book: Jobs) -> None:
    """Let the other rooms' jobs do nothing."""
    for name, job in list(book.jobs.items()):
        if not name.startswith("woo."):
            book.jobs[name] = type(job)(name, _nothing, queue="work")


def _nothing(**_: int) -> None:
    """Somebody else's work."""
