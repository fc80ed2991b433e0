"""Walking long lists of a shop that changes meanwhile: nothing is skipped, whatever moves."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import StoreUnavailable
from connector.woo import passes
from connector.woo.answers import Answer
from connector.woo.client import WooClient
from connector.woo.passes import AT_REST, GO_ON, Place, Step
from demo import clicks
from demo.conduct import Fault
from demo.figures import listed_orders
from demo.multiplying import multiply
from demo.refunding import delete_refund
from demo.storage import Shop

from .mirrors import client_for


@pytest.fixture
def shop(serve: Callable[..., Shop]) -> Shop:
    return serve("krw")


@pytest.fixture
def client(shop: Shop) -> Iterator[WooClient]:
    found = client_for(shop)
    yield found
    found.close()


@pytest.fixture
def pages_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passes, "PER_PAGE", 10)


def listed(shop: Shop) -> set[int]:
    return {order["id"] for order in listed_orders(shop)}


def tie(shop: Shop, count: int, when: datetime) -> list[int]:
    """Let that many orders share one modified second."""
    chosen = sorted(listed(shop))[:count]
    for number in chosen:
        shop.stamp(shop.orders[number], "modified", when)
        shop.forget_shown(number)
    return chosen


def read(steps: Iterator[Step], meanwhile: Callable[[int], None] = lambda _: None) -> list[dict[str, Any]]:
    """All rows, oldest step first; `meanwhile` is told each step's number before the next one is used."""
    rows = []
    for number, step in enumerate(steps):
        rows += step.rows
        meanwhile(number)
    return rows


@pytest.mark.usefixtures("pages_of_ten")
def test_a_walk_by_change_reads_every_order_and_rests_at_the_newest_second(
    shop: Shop, client: WooClient
) -> None:
    steps = list(passes.by_change(client, "orders", Place()))
    assert {row["id"] for step in steps for row in step.rows} == listed(shop)
    newest = max(order["date_modified_gmt"] for order in listed_orders(shop))
    assert steps[-1].after == Place(datetime.fromisoformat(newest).replace(tzinfo=UTC), AT_REST)
    assert len(steps) > 7


@pytest.mark.usefixtures("pages_of_ten")
def test_a_row_that_moves_between_two_pages_hides_no_other(shop: Shop, client: WooClient) -> None:
    """FACTS §2: by page numbers, order 101 was silently skipped when one row of page 1 was modified."""
    before = listed(shop)
    oldest = sorted(listed_orders(shop), key=lambda order: (order["date_modified_gmt"], order["id"]))

    def move(step: int) -> None:
        if step < 4:
            clicks.edit_order(shop, {"id": oldest[step]["id"], "customer_note": "moved"})

    rows = read(passes.by_change(client, "orders", Place()), move)
    assert {row["id"] for row in rows} >= before
    moved = {row["id"] for row in rows if row["customer_note"] == "moved"}
    assert moved == {order["id"] for order in listed_orders(shop) if order["customer_note"] == "moved"}


@pytest.mark.usefixtures("pages_of_ten")
def test_an_order_placed_during_a_walk_is_in_it(shop: Shop, client: WooClient) -> None:
    placed: list[int] = []

    def place(step: int) -> None:
        if step == 2:
            placed.append(clicks.place(shop, {})["id"])

    rows = read(passes.by_change(client, "orders", Place()), place)
    assert placed[0] in {row["id"] for row in rows}


def test_more_than_a_hundred_orders_in_one_second_are_all_read(shop: Shop, client: WooClient) -> None:
    multiply(shop, 290)
    tied = tie(shop, 250, datetime(2026, 5, 5, 5, 5, 5, tzinfo=UTC))
    rows = read(passes.by_change(client, "orders", Place()))
    assert {row["id"] for row in rows} == listed(shop)
    assert {row["id"] for row in rows} >= set(tied)


@pytest.mark.usefixtures("pages_of_ten")
@pytest.mark.parametrize("leaving", [0, 11, 25, 34])
def test_a_row_that_leaves_a_crowded_second_hides_no_other(
    shop: Shop, client: WooClient, leaving: int
) -> None:
    tied = tie(shop, 35, datetime(2020, 5, 5, 5, 5, 5, tzinfo=UTC))

    def leave(step: int) -> None:
        if step in (1, 2):
            clicks.edit_order(shop, {"id": tied[(leaving + step) % 35], "customer_note": "left"})

    rows = read(passes.by_change(client, "orders", Place()), leave)
    assert {row["id"] for row in rows} == listed(shop)


@pytest.mark.usefixtures("pages_of_ten")
def test_a_walk_goes_on_from_any_place_where_it_was_left(shop: Shop, client: WooClient) -> None:
    tie(shop, 35, datetime(2020, 5, 5, 5, 5, 5, tzinfo=UTC))
    places = [step.after for step in passes.by_change(client, "orders", Place())]
    assert any(place.page > GO_ON for place in places), "the crowded second was not walked by pages"
    for number, place in enumerate(places[:-1]):
        before = [
            step.rows
            for step, _ in zip(passes.by_change(client, "orders", Place()), range(number + 1), strict=False)
        ]
        after = [step.rows for step in passes.by_change(client, "orders", place)]
        assert {row["id"] for rows in (*before, *after) for row in rows} == listed(shop)


@pytest.mark.usefixtures("pages_of_ten")
def test_modified_after_excludes_its_own_second_so_the_walk_looks_one_back(
    shop: Shop, client: WooClient
) -> None:
    """FACTS §3: exclusive at both ends; a cursor of "max seen" would lose what else happens in that second."""
    last = max(listed_orders(shop), key=lambda order: order["date_modified_gmt"])
    cursor = datetime.fromisoformat(last["date_modified_gmt"]).replace(tzinfo=UTC)
    rows = read(passes.by_change(client, "orders", Place(cursor)))
    assert last["id"] in {row["id"] for row in rows}
    assert not read(passes.by_change(client, "orders", Place(cursor + timedelta(seconds=1))))


def test_dates_are_sent_so_that_no_site_setting_can_shift_them() -> None:
    """FACTS §3: a bare value is site-local; passing GMT bare on a +9 h shop returned 100 rows in place of 2."""
    assert passes.gmt(datetime(2026, 11, 23, 4, 5, 6, tzinfo=UTC)) == "2026-11-23T04:05:06Z"


@pytest.mark.usefixtures("pages_of_ten")
@pytest.mark.parametrize("gone", [0, 9, 10, 30])
def test_a_refund_deleted_during_a_walk_by_id_hides_no_other(
    shop: Shop, client: WooClient, gone: int
) -> None:
    multiply(shop, 300)
    numbers = sorted(shop.refunds)

    def delete(step: int) -> None:
        if step == 0:
            delete_refund(shop, numbers[gone])

    rows = read(passes.by_id(client, "refunds"), delete)
    assert {row["id"] for row in rows} >= set(shop.refunds)


@pytest.mark.usefixtures("pages_of_ten")
def test_a_walk_by_id_goes_on_from_any_place_where_it_was_left(shop: Shop, client: WooClient) -> None:
    steps = list(passes.by_id(client, "customers", role="all"))
    assert {row["id"] for step in steps for row in step.rows} == set(shop.customers)
    for number, step in enumerate(steps[:-1]):
        rest = [
            row["id"]
            for after in passes.by_id(client, "customers", step.after, role="all")
            for row in after.rows
        ]
        begun = [row["id"] for before in steps[: number + 1] for row in before.rows]
        assert set(begun) | set(rest) == set(shop.customers)


def test_an_empty_list_is_one_empty_page(shop: Shop, client: WooClient) -> None:
    shop.refunds.clear()
    (step,) = passes.by_id(client, "refunds")
    assert (step.rows, step.after, step.last) == ([], Place(None, AT_REST), True)
    nobody = passes.by_change(client, "orders", Place(datetime(2099, 1, 1, tzinfo=UTC)))
    assert [step.rows for step in nobody] == [[]]


class Told:
    """A shop that gives the same answers whatever it is asked."""

    address = "https://shop.example"

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)

    def get(self, path: str, **parameters: object) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def answer(rows: list[dict[str, Any]], total: int) -> Answer:
    return Answer("https://shop.example", rows, total, 1, datetime(2026, 1, 1, tzinfo=UTC))


def test_a_shop_that_ignores_change_dates_is_named_instead_of_walked_for_ever() -> None:
    rows = [{"id": number, "date_modified_gmt": "2020-01-01T00:00:00"} for number in range(100)]
    shop: Any = Told(answer(rows, 100))
    with pytest.raises(StoreUnavailable, match="does not answer by date of change") as caught:
        list(passes.by_change(shop, "orders", Place(datetime(2026, 1, 1, tzinfo=UTC))))
    assert caught.value.permanent


def test_a_shop_whose_headers_are_taken_away_is_named() -> None:
    shop: Any = Told(answer([{"id": 1}], 0))
    with pytest.raises(StoreUnavailable, match="X-WP-Total") as caught:
        list(passes.by_id(shop, "refunds"))
    assert caught.value.permanent


@pytest.mark.usefixtures("pages_of_ten")
def test_a_walk_that_is_left_early_leaves_no_thread_behind(shop: Shop, client: WooClient) -> None:
    before = threading.active_count()
    walk = passes.by_change(client, "orders", Place())
    next(walk)
    walk.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "shop-pages"]
    assert threading.active_count() <= before + 1, "the shop itself may still be answering"


@pytest.mark.usefixtures("pages_of_ten")
def test_a_walk_that_is_over_hands_out_what_it_fetched_and_ends(shop: Shop, client: WooClient) -> None:
    (step,) = passes.by_change(client, "orders", Place(), over=lambda: True)
    assert (len(step.rows), step.last) == (10, False)
    rest = read(passes.by_change(client, "orders", step.after))
    assert {row["id"] for row in [*step.rows, *rest]} == listed(shop)


@pytest.mark.usefixtures("pages_of_ten")
def test_what_goes_wrong_while_fetching_ahead_is_raised_where_the_walk_is(
    shop: Shop, client: WooClient
) -> None:
    walk = passes.by_change(client, "orders", Place())
    next(walk)
    shop.conduct.fault = Fault("down")
    with pytest.raises(StoreUnavailable, match="could not be reached"):
        list(walk)
