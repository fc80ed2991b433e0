import itertools

import pytest

from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.schemas import TaxRate
from connector.tables import ShopRefund
from core import events
from invoices import holding, queries
from invoices.crediting import credit, note_removed_refund
from invoices.issuing import issue
from invoices.tables import Hold, Invoice
from tests import factories

from .rows import all_of


@pytest.fixture
def refund(database, store, order):
    """A refund of 1,100 won of the order, which has its invoice."""
    with database.writing() as session:
        issue(session, order.id)
        return part_back(session, store, order)


def part_back(session, store, order, net=1000, tax=100, **changes):
    """A refund that gives back part of the line."""
    rate = TaxRate(1, "부가세", "10", False, -tax, 0)
    return factories.refund(session, store, order, [factories.line(-net, -tax)], tax_rates=(rate,), **changes)


def test_a_refund_of_an_invoiced_order_makes_a_credit_note_with_its_lines(database, order, refund):
    with database.writing() as session:
        made = credit(session, order.id, refund.id)
    assert (made.number, made.cause, made.total_minor) == ("CN-000001", f"refund:{refund.remote_id}", 1100)
    assert made.snapshot["corrects"]["number"] == "INV-000001"
    assert [line["net_minor"] for line in made.snapshot["lines"]] == [1000]


@pytest.mark.usefixtures("reacting")
def test_a_second_refund_event_makes_no_second_credit_note(database, order, refund, run_jobs):
    for _ in range(3):
        with database.writing() as session:
            events.record(session, RefundMade(order.store_id, order.id, refund.id))
            credit(session, order.id, refund.id)
        run_jobs()
    with database.reading() as session:
        assert [row.number for row in all_of(session, Invoice)] == ["INV-000001", "CN-000001"]


def test_two_partial_refunds_make_two_credit_notes(database, order, refund, store):
    with database.writing() as session:
        second = part_back(session, store, order, net=2000, tax=200)
        numbers = [credit(session, order.id, each.id).number for each in (second, refund)]
    assert numbers == ["CN-000001", "CN-000002"]


def test_a_refund_of_an_order_without_an_invoice_makes_no_document(database, order, store):
    with database.writing() as session:
        refund = part_back(session, store, order)
        assert credit(session, order.id, refund.id) is None
        assert not all_of(session, Invoice)
        assert not all_of(session, Hold)


def test_a_refund_that_gave_nothing_back_makes_no_document(database, order, refund, store):
    with database.writing() as session:
        nothing = part_back(session, store, order, net=0, tax=0)
        assert credit(session, order.id, nothing.id) is None


def test_an_amount_only_refund_is_held_and_burns_no_number(database, order, refund, store):
    with database.writing() as session:
        bare = factories.refund(session, store, order, amount_minor=1100)
        held = credit(session, order.id, bare.id)
        made = credit(session, order.id, refund.id)
    assert (held.reason, held.kind) == ("amount_only_refund", "credit_note")
    assert made.number == "CN-000001"


def test_an_amount_only_refund_that_is_deleted_is_no_task_any_more(database, order, refund, store, clock):
    with database.writing() as session:
        bare = factories.refund(session, store, order, amount_minor=1100)
        credit(session, order.id, bare.id)
        bare.deleted_at = clock.now()
        assert note_removed_refund(session, order.id, bare.id) is None
        assert queries.open_holds(session) == []


@pytest.mark.usefixtures("reacting")
def test_a_refund_deleted_after_its_credit_note_is_one_task_for_staff(
    database, order, refund, run_jobs, clock
):
    with database.writing() as session:
        credit(session, order.id, refund.id)
        session.get(ShopRefund, refund.id).deleted_at = clock.now()
    for _ in range(2):
        with database.writing() as session:
            events.record(session, RefundRemoved(order.store_id, order.id, refund.id))
            note_removed_refund(session, order.id, refund.id)
        run_jobs()
    with database.reading() as session:
        [held] = all_of(session, Hold)
    assert held.reason == "refund_deleted"
    assert "CN-000001" in str(holding.explanation(held))
    assert "₩1,100" in str(holding.explanation(held))


def test_a_settled_task_about_a_deleted_refund_does_not_come_back(database, order, refund, clock):
    with database.writing() as session:
        credit(session, order.id, refund.id)
        session.get(ShopRefund, refund.id).deleted_at = clock.now()
        holding.settle(session, note_removed_refund(session, order.id, refund.id).id, staff_id=5)
        assert note_removed_refund(session, order.id, refund.id) is None
        [held] = all_of(session, Hold)
    assert (held.outcome, held.resolved_by) == ("settled", 5)


def test_a_refund_deleted_before_it_was_credited_makes_no_document(database, order, refund, clock):
    with database.writing() as session:
        session.get(ShopRefund, refund.id).deleted_at = clock.now()
        assert note_removed_refund(session, order.id, refund.id) is None
        assert credit(session, order.id, refund.id) is None
        assert not all_of(session, Hold)


def test_a_refund_is_not_credited_to_another_order(database, store, refund):
    with database.writing() as session:
        other = factories.order(session, store)
        issue(session, other.id)
        assert credit(session, other.id, refund.id) is None


@pytest.mark.parametrize(
    "told", list(itertools.permutations(["paid", "refunded", "refunded again", "removed"]))
)
@pytest.mark.usefixtures("reacting")
def test_events_in_any_order_and_twice_end_in_the_same_documents(database, told, run_jobs, store, clock):
    """One of two refunds is deleted before anything was told, as when the service was away."""
    with database.writing() as session:
        order = factories.order(session, store)
        kept, gone = part_back(session, store, order), part_back(session, store, order)
        gone.deleted_at = clock.now()
    facts = {
        "paid": OrderPaid(order.store_id, order.id),
        "refunded": RefundMade(order.store_id, order.id, kept.id),
        "refunded again": RefundMade(order.store_id, order.id, gone.id),
        "removed": RefundRemoved(order.store_id, order.id, gone.id),
    }
    for name in told + told:
        with database.writing() as session:
            events.record(session, facts[name])
        run_jobs()
    with database.reading() as session:
        documents = [(row.number, row.cause) for row in all_of(session, Invoice)]
        assert documents == [("INV-000001", "first_payment"), ("CN-000001", f"refund:{kept.remote_id}")]
        assert not all_of(session, Hold)
        assert session.get(ShopRefund, gone.id).deleted_at


@pytest.mark.usefixtures("reacting")
def test_old_refunds_of_a_silently_issued_order_make_silent_credit_notes(
    database, order, run_jobs, clock, store
):
    with database.writing() as session:
        part_back(session, store, order)
        issue(session, order.id, silent=True)
    run_jobs()
    clock.advance(hours=1)
    with database.writing() as session:
        new = part_back(session, store, order, net=500, tax=50, created_at=clock.now())
        credit(session, order.id, new.id)
    with database.reading() as session:
        assert [row.letter for row in all_of(session, Invoice)] == ["silent", "silent", "due"]
