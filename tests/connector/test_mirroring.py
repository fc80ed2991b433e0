"""Writing orders and refunds: repeatable, in any order, each fact told once."""

import random
import re
from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from aftercart import wiring
from connector import actions, mirroring, queries
from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.mirroring import Mirrored
from connector.schemas import Coupon, Order, RefundSummary
from connector.tables import OrderLine, OrderTax, ShopOrder, ShopRefund, Store
from core import clock
from core.events import Event
from tests import factories
from tests.factories import CONNECTED, PAID, told_order

pytestmark = pytest.mark.database
BEFORE = CONNECTED - timedelta(days=3)


@pytest.fixture
def store(session: Session) -> Store:
    return factories.store(session)


@pytest.fixture
def told(session: Session) -> Callable[[type[Event]], list[int]]:
    """`told(OrderPaid)`: the orders of which that was told, each as often as others will hear it."""

    def found(fact: type[Event]) -> list[int]:
        table = "workflow_status" if session.get_bind().dialect.name == "sqlite" else "dbos.workflow_status"
        (job,) = wiring.REACTIONS[fact]
        rows = session.execute(
            text(f"SELECT workflow_uuid FROM {table} WHERE workflow_uuid LIKE :job"), {"job": f"{job}:%"}
        )
        # A fact's key ends with its fields: the shop's id, the order's, and for refunds theirs.
        return sorted(int(re.findall(r"-(\d+)", identity)[1]) for (identity,) in rows)

    return found


def mirror(session: Session, store: Store, *orders: Order) -> Mirrored:
    return mirroring.mirror_orders(session, store, orders, now=clock.now())


def row(session: Session, order: Order) -> ShopOrder:
    session.expire_all()
    return session.exec(select(ShopOrder).where(ShopOrder.remote_id == order.remote_id)).one()


def test_new_changed_and_unchanged_orders_are_counted(session: Session, store: Store) -> None:
    first, second = told_order(), told_order()
    assert mirror(session, store, first) == Mirrored(new=1)
    changed = told_order(
        remote_id=first.remote_id,
        customer_note="x",
        raw={"note": "x"},
        modified_at=PAID + timedelta(seconds=5),
    )
    assert mirror(session, store, changed, second) == Mirrored(new=1, changed=1)
    assert mirror(session, store, changed, second) == Mirrored(unchanged=2)
    assert row(session, first).customer_note == "x"


def test_an_older_state_never_wins(session: Session, store: Store) -> None:
    new = told_order(status="completed", raw={"s": 2})
    old = told_order(
        remote_id=new.remote_id, status="processing", raw={"s": 1}, modified_at=PAID - timedelta(seconds=1)
    )
    mirror(session, store, new)
    assert mirror(session, store, old) == Mirrored(unchanged=1)
    assert row(session, new).status == "completed"
    mirror(session, store, old, new)
    assert row(session, new).status == "completed"


def test_two_states_of_one_second_the_later_answer_wins(session: Session, store: Store) -> None:
    """Change dates count whole seconds; only what differs can tell the two apart."""
    first = told_order(status="processing", raw={"s": 1})
    second = told_order(remote_id=first.remote_id, status="completed", raw={"s": 2})
    mirror(session, store, first)
    mirror(session, store, second)
    assert row(session, first).status == "completed"


def test_lines_and_taxes_are_replaced_as_a_whole(session: Session, store: Store) -> None:
    order = told_order([factories.line(100, 10), factories.line(200, 20), factories.line(300, 30)])
    mirror(session, store, order)
    less = told_order([factories.line(200, 20, name="rest")], remote_id=order.remote_id, raw={"less": 1})
    mirror(session, store, less)
    found = row(session, order)
    assert [line.name for line in queries.lines_of(session, int(found.id or 0))] == ["rest"]
    assert len(queries.taxes_of(session, int(found.id or 0))) == 1
    assert len(session.exec(select(OrderLine)).all()) == 1
    assert len(session.exec(select(OrderTax)).all()) == 1


def test_everything_told_of_an_order_is_kept(session: Session, store: Store) -> None:
    order = told_order(
        coupons=(Coupon("봄", 500, 50),),
        meta={"_business_no": "123"},
        language="ko_KR",
        raw={"id": 1, "말": ["x", None, 1.5]},
    )
    mirror(session, store, order)
    found = row(session, order)
    assert (found.person, found.email, found.country) == ("김민지", "minji@example.com", "KR")
    assert found.coupons == [{"code": "봄", "discount_minor": 500, "discount_tax_minor": 50}]
    assert (found.meta, found.language, found.raw) == (
        {"_business_no": "123"},
        "ko_KR",
        {"id": 1, "말": ["x", None, 1.5]},
    )
    assert (found.total_minor, found.paid_at) == (39000, PAID)
    (line,) = queries.lines_of(session, int(found.id or 0))
    assert (line.net_minor, line.tax_minor, line.taxes) == (35455, 3545, [{"rate_id": 1, "minor": 3545}])


def test_the_decimals_of_an_order_are_those_it_was_served_with(session: Session, store: Store) -> None:
    known, untold = told_order(served_decimals=2), told_order()
    mirror(session, store, known, untold)
    assert row(session, known).store_decimals == 2
    assert row(session, untold).store_decimals == store.decimals == 0


# -- paid --------------------------------------------------------------------------------------------------------


def test_paid_is_told_once_however_often_and_in_whatever_order_states_come(
    session: Session, store: Store, told: Any
) -> None:
    pending = told_order(
        status="pending", paid_at=None, raw={"s": 0}, modified_at=PAID - timedelta(minutes=1)
    )
    number = pending.remote_id
    paid = told_order(remote_id=number, raw={"s": 1})
    done = told_order(
        remote_id=number, status="completed", raw={"s": 2}, modified_at=PAID + timedelta(minutes=1)
    )
    for states in permutations((pending, paid, done)):
        for state in (*states, *states):
            mirror(session, store, state)
    assert told(OrderPaid) == [row(session, paid).id]


def test_a_backlog_order_is_never_told(session: Session, store: Store, told: Any) -> None:
    old = told_order(paid_at=BEFORE, created_at=BEFORE, modified_at=BEFORE)
    by_status = told_order(paid_at=None, created_at=BEFORE, modified_at=BEFORE)
    edited = told_order(paid_at=None, created_at=BEFORE, modified_at=PAID)
    mirror(session, store, old, by_status, edited)
    assert told(OrderPaid) == []
    assert all(row(session, order).paid for order in (old, by_status, edited))


def test_a_backlog_order_that_turns_paid_is_told(session: Session, store: Store, told: Any) -> None:
    unpaid = told_order(
        status="on-hold", paid_at=None, created_at=BEFORE, modified_at=BEFORE, payment_method="bacs"
    )
    mirror(session, store, unpaid)
    paid = told_order(remote_id=unpaid.remote_id, created_at=BEFORE, payment_method="bacs", raw={"s": 1})
    mirror(session, store, paid)
    assert told(OrderPaid) == [row(session, paid).id]


def test_paid_in_the_very_second_of_connecting_counts(session: Session, store: Store, told: Any) -> None:
    order = told_order(paid_at=CONNECTED, created_at=BEFORE)
    mirror(session, store, order)
    assert told(OrderPaid) == [row(session, order).id]


@pytest.mark.parametrize("status", ["cancelled", "failed", "trash"])
def test_what_ended_badly_is_paid_no_more_and_told_only_the_first_time(
    session: Session, store: Store, told: Any, status: str
) -> None:
    order = told_order()
    mirror(session, store, order)
    mirror(
        session,
        store,
        told_order(remote_id=order.remote_id, status=status, raw={"s": 1}, modified_at=PAID + timedelta(1)),
    )
    assert not row(session, order).paid
    assert (row(session, order).deleted_at is not None) == (status == "trash")
    mirror(
        session, store, told_order(remote_id=order.remote_id, raw={"s": 2}, modified_at=PAID + timedelta(2))
    )
    assert row(session, order).paid
    assert row(session, order).deleted_at is None
    assert told(OrderPaid) == [row(session, order).id]


def test_one_order_of_a_batch_is_told_and_the_others_are_not(
    session: Session, store: Store, told: Any
) -> None:
    orders = [told_order(paid_at=BEFORE), told_order(), told_order(paid_at=None, status="pending")]
    mirror(session, store, *orders)
    assert told(OrderPaid) == [row(session, orders[1]).id]


# -- ways to pay that are settled later --------------------------------------------------------------------------


def undated(**changes: Any) -> Order:
    return told_order(**{"paid_at": None, "status": "processing", "payment_method": "cod"} | changes)


def test_when_a_way_to_pay_is_no_longer_settled_later_its_orders_are_paid_at_once(
    session: Session, store: Store, told: Any
) -> None:
    new, old = undated(), undated(created_at=BEFORE)
    other = undated(payment_method="bacs")
    ended, trashed, open_ = undated(status="cancelled"), undated(status="trash"), undated(status="pending")
    mirror(session, store, new, old, other, ended, trashed, open_)
    assert told(OrderPaid) == []
    actions.set_pays_later(session, store, ["bacs"])
    assert [row(session, order).paid for order in (new, old, other, ended, trashed, open_)] == [
        True,
        True,
    ] + [False] * 4
    assert told(OrderPaid) == [row(session, new).id], "the old one was placed before connecting"
    assert row(session, new).paid_recorded_at is not None


def test_when_a_way_to_pay_becomes_settled_later_its_undated_orders_are_unpaid(
    session: Session, store: Store, told: Any
) -> None:
    undated_card, dated_card = undated(payment_method="card"), told_order(payment_method="card")
    mirror(session, store, undated_card, dated_card)
    actions.set_pays_later(session, store, ["bacs", "card", "card"])
    assert store.pays_later == ["bacs", "card"]
    assert not row(session, undated_card).paid
    assert row(session, dated_card).paid, "a payment date is a payment date"


def test_back_and_forth_is_told_once(session: Session, store: Store, told: Any) -> None:
    order = undated()
    mirror(session, store, order)
    for chosen in (["bacs"], ["bacs", "cod"], [], ["cod"], []):
        actions.set_pays_later(session, store, chosen)
        assert row(session, order).paid == ("cod" not in chosen)
    assert told(OrderPaid) == [row(session, order).id]


def test_the_choice_of_one_shop_leaves_another_alone(session: Session, store: Store) -> None:
    other = factories.store(session)
    mine, theirs = undated(), undated()
    mirror(session, store, mine)
    mirror(session, other, theirs)
    actions.set_pays_later(session, store, [])
    assert (row(session, mine).paid, row(session, theirs).paid) == (True, False)


def test_judging_again_agrees_with_judging_the_first_time(session: Session, store: Store) -> None:
    statuses = ["processing", "completed", "pending", "on-hold", "cancelled", "refunded", "shipped"]
    orders = [
        undated(status=status, payment_method=method, paid_at=paid_at)
        for status in statuses
        for method in ("cod", "bacs", "card")
        for paid_at in (None, PAID)
    ]
    mirror(session, store, *orders)
    for chosen in (["cod"], [], ["card"], ["bacs", "cheque", "cod"]):
        actions.set_pays_later(session, store, chosen)
        for order in orders:
            assert row(session, order).paid == mirroring.is_paid(order, chosen), (
                order.status,
                order.payment_method,
                chosen,
            )


# -- refunds -----------------------------------------------------------------------------------------------------


def test_a_refund_is_told_once_and_waits_for_its_order(session: Session, store: Store, told: Any) -> None:
    order = factories.order(session, store)
    refund = factories.told_refund(order, [factories.line(-1000, -100)])
    for _ in range(3):
        mirroring.mirror_refunds(session, store, [refund], now=clock.now())
    assert told(RefundMade) == [order.id]
    stranger = factories.told_refund(ShopOrder(remote_id=999_999, total_minor=1))
    assert mirroring.mirror_refunds(session, store, [stranger], now=clock.now()) == 0


def test_a_refund_of_before_connecting_is_kept_and_not_told(
    session: Session, store: Store, told: Any
) -> None:
    order = factories.order(session, store)
    mirroring.mirror_refunds(
        session, store, [factories.told_refund(order, created_at=BEFORE)], now=clock.now()
    )
    assert len(queries.refunds_of(session, int(order.id or 0))) == 1
    assert told(RefundMade) == []


def test_a_refund_is_gone_only_when_it_is_said_to_be_and_told_once(
    session: Session, store: Store, told: Any
) -> None:
    order = factories.order(session, store)
    refund = factories.refund(session, store, order)
    mirror(
        session,
        store,
        told_order(remote_id=order.remote_id, raw={"refunds": []}, modified_at=PAID + timedelta(1)),
    )
    assert row_of(session, refund).deleted_at is None, "an order's silence proves nothing"
    for _ in range(2):
        mirroring.remove_refunds(session, store, [refund.remote_id, 12345], now=clock.now())
    assert row_of(session, refund).deleted_at is not None
    assert told(RefundRemoved) == [order.id]


def row_of(session: Session, refund: ShopRefund) -> ShopRefund:
    session.expire_all()
    return session.exec(select(ShopRefund).where(ShopRefund.id == refund.id)).one()


def test_a_refund_that_the_shop_has_after_all_comes_back(session: Session, store: Store, told: Any) -> None:
    order = factories.order(session, store)
    told_refund = factories.told_refund(order)
    mirroring.mirror_refunds(session, store, [told_refund], now=clock.now())
    mirroring.remove_refunds(session, store, [told_refund.remote_id], now=clock.now())
    mirroring.mirror_refunds(session, store, [told_refund], now=clock.now())
    assert len(queries.refunds_of(session, int(order.id or 0))) == 1
    assert told(RefundMade) == [order.id]


def test_an_order_whose_refunds_differ_is_to_be_asked_for(session: Session, store: Store) -> None:
    order = factories.order(session, store)
    refund = factories.refund(session, store, order)
    same = told_order(remote_id=order.remote_id, refunds=(RefundSummary(refund.remote_id, "", 1),))
    more = told_order(remote_id=order.remote_id, refunds=(*same.refunds, RefundSummary(77, "", 1)))
    none = told_order(remote_id=order.remote_id)
    unknown = told_order(refunds=(RefundSummary(78, "", 1),))
    store_id = int(store.id or 0)
    assert mirroring.refunds_to_ask_for(session, store_id, [same]) == {}
    assert mirroring.refunds_to_ask_for(session, store_id, [more]) == {order.remote_id: set()}
    assert mirroring.refunds_to_ask_for(session, store_id, [none, unknown]) == {
        order.remote_id: {refund.remote_id},
        unknown.remote_id: set(),
    }


def test_amounts_of_a_refund_follow_the_decimals_of_the_shop(session: Session, store: Store) -> None:
    order = factories.order(session, store)
    rounded = factories.told_refund(order, amount_minor=9900, raw={"amount": "99"})
    mirroring.mirror_refunds(session, store, [rounded], now=clock.now())
    exact = factories.told_refund(
        order, remote_id=rounded.remote_id, amount_minor=9863, raw={"amount": "98.63"}
    )
    mirroring.mirror_refunds(session, store, [exact], now=clock.now())
    (refund,) = queries.refunds_of(session, int(order.id or 0))
    assert refund.amount_minor == 9863


def test_orders_deleted_for_good_are_marked_and_stay_paid_no_more(session: Session, store: Store) -> None:
    order = told_order()
    mirror(session, store, order)
    mirroring.remove_orders(session, store, [order.remote_id], now=clock.now())
    assert (row(session, order).paid, row(session, order).deleted_at is not None) == (False, True)
    assert queries.paid_orders(session, int(store.id or 0)) == []


# -- whatever comes, in whatever order ---------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(20))
def test_the_newest_state_wins_whatever_the_order_and_the_batches_in_which_states_arrive(
    session: Session, store: Store, told: Any, seed: int
) -> None:
    chance = random.Random(seed)
    states = [
        told_order(
            remote_id=number,
            status=chance.choice(["pending", "processing", "completed", "cancelled", "trash"]),
            paid_at=chance.choice([None, BEFORE, PAID]),
            modified_at=PAID + timedelta(seconds=moment),
            raw={"moment": moment},
        )
        for number in (1, 2, 3)
        for moment in range(4)
    ]
    arriving = states * 2
    chance.shuffle(arriving)
    while arriving:
        size = chance.randint(1, 5)
        mirror(session, store, *arriving[:size])
        arriving = arriving[size:]
    for newest in states[3::4]:
        found = row(session, newest)
        assert (found.status, found.raw, found.paid) == (
            newest.status,
            newest.raw,
            mirroring.is_paid(newest, store.pays_later),
        )
        assert (found.deleted_at is not None) == (newest.status == "trash")
    heard = told(OrderPaid)
    assert len(heard) == len(set(heard))
