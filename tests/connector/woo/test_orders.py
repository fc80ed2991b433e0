"""The lives of orders and refunds as polling sees them, one visit after each change in the shop."""

from collections.abc import Callable
from typing import Any

import pytest

from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.woo import jobs, orders, passes
from connector.woo.visits import Visit
from core.database import Database
from core.security import Keys
from core.settings import Settings
from demo import clicks
from demo.figures import listed_orders
from demo.refunding import delete_refund
from demo.storage import Shop

from .mirrors import Mirror, client_for

pytestmark = pytest.mark.database


def facts_of(mirror: Mirror, *numbers: int) -> list[dict[str, int]]:
    """What OrderPaid says of those orders."""
    return [
        {"store_id": mirror.store_id, "order_id": int(mirror.order(number).id or 0)} for number in numbers
    ]


# -- paid --------------------------------------------------------------------------------------------------------


def test_an_order_that_is_paid_after_connecting_is_told_exactly_once(synced: Mirror) -> None:
    placed = clicks.place(synced.shop, {"payment_method": "card"})["id"]
    synced.sync()
    assert not synced.order(placed).paid
    assert synced.told(OrderPaid) == []
    clicks.pay_order(synced.shop, {"id": placed})
    for _ in range(3):
        synced.sync()
    assert synced.order(placed).paid
    assert synced.told(OrderPaid) == facts_of(synced, placed)
    clicks.edit_order(synced.shop, {"id": placed, "status": "completed"})
    synced.sync()
    assert synced.told(OrderPaid) == facts_of(synced, placed)


def test_an_order_placed_and_paid_between_two_visits_is_told_too(synced: Mirror) -> None:
    placed = clicks.place(synced.shop, {"payment_method": "card"})["id"]
    clicks.pay_order(synced.shop, {"id": placed})
    synced.sync()
    assert synced.told(OrderPaid) == facts_of(synced, placed)


def test_an_order_paid_while_the_first_pass_runs_is_told(mirror: Mirror) -> None:
    placed = clicks.place(mirror.shop, {"payment_method": "card"})["id"]
    clicks.pay_order(mirror.shop, {"id": placed})
    mirror.sync()
    assert mirror.told(OrderPaid) == facts_of(mirror, placed)


def test_old_orders_that_change_after_connecting_are_no_news_unless_they_turn_paid(synced: Mirror) -> None:
    paid = next(
        number for number, order in synced.orders().items() if order.paid and order.status == "completed"
    )
    unpaid = next(number for number, order in synced.orders().items() if order.status == "pending")
    clicks.edit_order(synced.shop, {"id": paid, "customer_note": "later"})
    synced.sync()
    assert synced.told(OrderPaid) == []
    clicks.pay_order(synced.shop, {"id": unpaid})
    synced.sync()
    assert synced.told(OrderPaid) == facts_of(synced, unpaid)


def test_cash_on_delivery_is_paid_only_when_the_shop_notes_a_date(synced: Mirror) -> None:
    placed = clicks.place(synced.shop, {"payment_method": "cod"})["id"]
    clicks.edit_order(synced.shop, {"id": placed, "status": "processing"})
    # The real shop notes a date here only for goods that need no sending; the stand-in always does.
    synced.shop.orders[placed] |= {"date_paid": None, "date_paid_gmt": None}
    synced.shop.forget_shown(placed)
    synced.sync()
    assert (synced.order(placed).status, synced.order(placed).paid) == ("processing", False)
    with synced.shop.order_changed(placed) as order:
        order["status"] = "completed"
        synced.shop.stamp(order, "paid")
    synced.sync()
    assert synced.told(OrderPaid) == facts_of(synced, placed)


def test_virtual_goods_moved_on_by_hand_are_paid_by_their_status(synced: Mirror) -> None:
    """Measured: a PUT to processing of an order of only virtual goods leaves date_paid null."""
    placed = clicks.place(synced.shop, {"payment_method": "card"})["id"]
    with synced.shop.order_changed(placed) as order:
        order["status"] = "processing"
    synced.sync()
    assert synced.order(placed).paid_at is None
    assert synced.told(OrderPaid) == facts_of(synced, placed)


@pytest.mark.parametrize("status", ["cancelled", "failed"])
def test_a_paid_order_that_ends_badly_is_paid_no_more(synced: Mirror, status: str) -> None:
    placed = clicks.place(synced.shop, {"payment_method": "card"})["id"]
    clicks.pay_order(synced.shop, {"id": placed})
    synced.sync()
    clicks.edit_order(synced.shop, {"id": placed, "status": status})
    synced.sync()
    assert not synced.order(placed).paid
    assert synced.order(placed).paid_recorded_at is not None


# -- trash and deletion ------------------------------------------------------------------------------------------


def test_a_trashed_order_leaves_the_mirror_by_polling_alone(synced: Mirror) -> None:
    """FACTS §3: it leaves the default list; only a list of its own tells of it."""
    number = listed_orders(synced.shop)[0]["id"]
    clicks.delete_order(synced.shop, {"id": number})
    synced.sync()
    assert synced.order(number).status == "trash"
    assert synced.order(number).deleted_at is not None
    assert not synced.order(number).paid
    assert synced.counts() == synced.truth()


def test_an_untrashed_order_is_back(synced: Mirror) -> None:
    number = next(order["id"] for order in listed_orders(synced.shop) if order["status"] == "completed")
    clicks.delete_order(synced.shop, {"id": number})
    synced.sync()
    clicks.delete_order(synced.shop, {"id": number, "restore": True})
    synced.sync()
    assert (synced.order(number).status, synced.order(number).deleted_at) == ("completed", None)
    assert synced.order(number).paid
    assert synced.counts() == synced.truth()
    assert synced.told(OrderPaid) == [], "it was paid before connecting"


def test_an_order_put_back_to_life_by_its_status_is_back(synced: Mirror) -> None:
    """FACTS §3: a PUT of a status revives a trashed order without any restored event."""
    number = next(order["id"] for order in listed_orders(synced.shop) if order["status"] == "processing")
    clicks.delete_order(synced.shop, {"id": number})
    synced.sync()
    client_for(synced.shop).put(f"orders/{number}", {"status": "completed"})
    synced.sync()
    assert (synced.order(number).status, synced.order(number).deleted_at) == ("completed", None)
    assert synced.counts() == synced.truth()


# -- refunds -----------------------------------------------------------------------------------------------------


def test_a_refund_arrives_with_its_lines_and_is_told_once(synced: Mirror) -> None:
    number = next(
        number
        for number, order in synced.orders().items()
        if order.status == "completed" and order.currency == "KRW"
    )
    made = clicks.refund_order(synced.shop, {"id": number, "kind": "line", "reason": "사이즈 교환"})
    for _ in range(3):
        synced.sync()
    refund = synced.refunds()[made["id"]]
    assert (refund.reason, refund.deleted_at) == ("사이즈 교환", None)
    assert refund.lines[0]["quantity"] == "-1"
    assert refund.lines[0]["refunds_remote_id"] > 0
    assert synced.told(RefundMade) == [
        {"store_id": synced.store_id, "order_id": synced.order(number).id, "refund_id": refund.id}
    ]
    assert synced.counts() == synced.truth()


def test_a_refund_by_status_has_no_lines(synced: Mirror) -> None:
    number = next(
        number
        for number, order in synced.orders().items()
        if order.status == "processing" and order.currency == "KRW"
    )
    clicks.edit_order(synced.shop, {"id": number, "status": "refunded"})
    synced.sync()
    (refund,) = (refund for refund in synced.refunds().values() if refund.order_id == synced.order(number).id)
    assert refund.lines == []
    assert synced.order(number).paid, "it was paid once; a refund does not undo that"


def test_a_refund_made_during_the_first_pass_is_not_lost(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[int] = []
    real = orders.note_page

    def note_page(*given: Any) -> None:
        if not made:
            number = next(
                order["id"] for order in listed_orders(mirror.shop) if order["status"] == "completed"
            )
            made.append(clicks.refund_order(mirror.shop, {"id": number, "kind": "line"})["id"])
        real(*given)

    monkeypatch.setattr(orders, "note_page", note_page)
    mirror.sync()
    monkeypatch.undo()
    mirror.sync()
    assert made[0] in mirror.refunds()
    assert len(mirror.told(RefundMade)) == 1


def test_a_deleted_refund_is_seen_when_its_order_changes_and_told_once(synced: Mirror) -> None:
    refund = next(row for row in synced.refunds().values() if len(row.lines))
    order = next(order for order in synced.orders().values() if order.id == refund.order_id)
    delete_refund(synced.shop, refund.remote_id)
    synced.sync()
    assert synced.refunds()[refund.remote_id].deleted_at is None, "FACTS §3: no change date moves"
    clicks.edit_order(synced.shop, {"id": order.remote_id, "customer_note": "x"})
    for _ in range(2):
        synced.sync()
    assert synced.refunds()[refund.remote_id].deleted_at is not None
    assert synced.told(RefundRemoved) == [
        {"store_id": synced.store_id, "order_id": order.id, "refund_id": refund.id}
    ]
    assert synced.counts() == synced.truth()


def test_an_order_read_before_its_refund_was_made_does_not_remove_the_refund(
    synced: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two visits: one reads the order, the other mirrors a refund made since, then the first one writes."""
    number = next(
        number
        for number, order in synced.orders().items()
        if order.status == "completed" and order.currency == "KRW"
    )
    clicks.edit_order(synced.shop, {"id": number, "customer_note": "x"})
    real = orders.refunds_of
    made: list[int] = []

    def refunds_of(visit: Visit, found: Any) -> Any:
        if not made and any(order.remote_id == number for order in found):
            made.append(clicks.refund_order(synced.shop, {"id": number, "kind": "line"})["id"])
            synced.sync()
            assert synced.refunds()[made[0]].deleted_at is None
        return real(visit, found)

    monkeypatch.setattr(orders, "refunds_of", refunds_of)
    synced.sync()
    assert made
    assert synced.refunds()[made[0]].deleted_at is None
    assert synced.told(RefundRemoved) == []
    monkeypatch.undo()
    synced.sync()
    assert synced.counts() == synced.truth()


def test_an_order_deleted_between_two_questions_does_not_stop_the_visit(
    synced: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = next(
        number
        for number, order in synced.orders().items()
        if order.status == "completed" and order.currency == "KRW"
    )
    clicks.refund_order(synced.shop, {"id": number, "kind": "line"})
    other = clicks.place(synced.shop, {})["id"]
    real = orders.refunds_of

    def refunds_of(visit: Visit, found: Any) -> Any:
        if number in synced.shop.orders:
            clicks.delete_order(synced.shop, {"id": number, "force": True})
        return real(visit, found)

    monkeypatch.setattr(orders, "refunds_of", refunds_of)
    synced.sync()
    assert other in synced.orders()
    assert synced.state("orders").failing_since is None


# -- odd things --------------------------------------------------------------------------------------------------


def test_one_order_that_cannot_be_read_holds_up_no_other_and_is_reported(synced: Mirror) -> None:
    broken, good = clicks.place(synced.shop, {})["id"], clicks.place(synced.shop, {})["id"]
    synced.shop.orders[broken]["tax_lines"] = [{"odd": True}]
    synced.shop.forget_shown(broken)
    synced.sync()
    assert good in synced.orders()
    assert broken not in synced.orders()
    state = synced.state("unreadable")
    assert state.failing_since is not None
    assert str(broken) in state.problem


def test_a_status_of_a_plugin_that_was_removed_is_mirrored_as_it_is(synced: Mirror) -> None:
    """FACTS §5: it cannot be asked for any more; "any" still lists it."""
    placed = clicks.place(synced.shop, {})["id"]
    with synced.shop.order_changed(placed) as order:
        order["status"] = "gone-plugin"
    synced.sync()
    assert synced.order(placed).status == "gone-plugin"
    assert not synced.order(placed).paid


def test_a_note_changes_nothing_that_is_mirrored(synced: Mirror) -> None:
    """FACTS §3: notes move no change date."""
    before = synced.whole()
    client_for(synced.shop).post("orders/71/notes", {"note": "packed"})
    synced.sync_all()
    assert synced.whole() == before


def test_an_answer_that_is_older_than_the_mirror_is_left_aside(synced: Mirror) -> None:
    number = next(number for number, order in synced.orders().items() if order.status == "completed")
    old = client_for(synced.shop).get(f"orders/{number}").body
    synced.shop.clock_ahead += orders.passes.SECOND * 2
    clicks.edit_order(synced.shop, {"id": number, "customer_note": "newer"})
    synced.sync()
    visit = synced.visit()
    found = visit.readable([old], orders.payloads.order)
    with synced.database.writing() as session:
        orders.write(session, visit, found, orders.Refunds())
    assert synced.order(number).customer_note == "newer"


def test_a_euro_shop_lives_the_same_life(
    serve: Callable[..., Shop], database: Database, keys: Keys, settings: Settings
) -> None:
    mirror = Mirror(serve("eur"), database, keys, settings)
    mirror.connect()
    mirror.sync()
    placed = clicks.place(mirror.shop, {"payment_method": "card"})["id"]
    clicks.pay_order(mirror.shop, {"id": placed})
    clicks.refund_order(mirror.shop, {"id": placed, "kind": "full"})
    clicks.delete_order(
        mirror.shop,
        {"id": next(order["id"] for order in listed_orders(mirror.shop) if order["id"] != placed)},
    )
    mirror.sync()
    assert mirror.counts() == mirror.truth()
    assert mirror.told(OrderPaid) == facts_of(mirror, placed)
    assert len(mirror.told(RefundMade)) == 1


def test_the_pages_of_a_long_list_of_refunds_of_one_order_are_all_read(
    synced: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = clicks.place(synced.shop, {"payment_method": "card"})["id"]
    clicks.pay_order(synced.shop, {"id": number})
    for _ in range(5):
        clicks.refund_order(synced.shop, {"id": number, "kind": "amount", "amount": "100"})
    monkeypatch.setattr("connector.woo.client.PER_PAGE", 2)
    synced.sync()
    assert len([row for row in synced.refunds().values() if row.order_id == synced.order(number).id]) == 5


def test_passes_look_back_some_time_only_when_at_rest(synced: Mirror) -> None:
    state = synced.state("orders")
    assert state.page == passes.AT_REST
    assert state.cursor_at is not None
    assert orders.start_of(state) == passes.Place(state.cursor_at - passes.OVERLAP)
    state.page = passes.GO_ON
    assert orders.start_of(state) == passes.Place(state.cursor_at)


def test_the_job_of_a_visit_mirrors_what_is_due(synced: Mirror) -> None:
    placed = clicks.place(synced.shop, {})["id"]
    jobs.sync(synced.database, keys=synced.keys, settings=synced.settings, store_id=synced.store_id)
    assert placed in synced.orders()
