from concurrent.futures import ThreadPoolExecutor

import pytest

from connector.events import OrderPaid
from core import events
from invoices import holding, queries
from invoices.issuing import issue, issue_backlog
from invoices.tables import Hold, Invoice, Series

from .making import NOON, all_of, make_order, make_refund, make_store


def test_a_paid_order_gets_the_first_number_and_its_own_total(database, order):
    with database.writing() as session:
        made = issue(session, order.id)
    assert isinstance(made, Invoice)
    assert (made.number, made.n, made.total_minor, made.currency) == ("INV-000001", 1, 11000, "KRW")
    assert made.snapshot["number"] == "INV-000001"
    assert made.snapshot["total_minor"] == 11000


def test_a_second_paid_event_issues_no_second_invoice(database, order, run_jobs):
    for _ in range(3):
        with database.writing() as session:
            events.record(session, OrderPaid(order.store_id, order.id))
        run_jobs()
    with database.writing() as session:
        issue(session, order.id)
    with database.reading() as session:
        assert len(all_of(session, Invoice)) == 1
        assert all_of(session, Series)[0].last == 1


@pytest.mark.parametrize("status", ["cancelled", "failed", "trash"])
def test_an_order_that_came_to_nothing_is_never_invoiced(database, store, status):
    with database.writing() as session:
        order = make_order(session, store, status=status)
        assert issue(session, order.id) is None
        assert not all_of(session, Series)


def test_an_order_deleted_in_the_shop_is_never_invoiced(database, store):
    with database.writing() as session:
        order = make_order(session, store, deleted_at=NOON)
        assert issue(session, order.id) is None


def test_an_unpaid_order_is_not_invoiced(database, store):
    with database.writing() as session:
        order = make_order(session, store, paid=False, paid_at=None)
        assert issue(session, order.id) is None


def test_a_total_that_lines_cannot_explain_is_held_and_burns_no_number(database, store):
    with database.writing() as session:
        odd = make_order(session, store, total_minor=13110)
        good = make_order(session, store)
        held = issue(session, odd.id)
        made = issue(session, good.id)
    assert isinstance(held, Hold)
    assert held.reason == "unexplained_total"
    assert "13,110" in str(holding.explanation(held))
    assert made.number == "INV-000001"


def test_holding_the_same_order_twice_makes_one_task_that_keeps_its_age(database, store, clock):
    with database.writing() as session:
        odd = make_order(session, store, total_minor=13110)
        issue(session, odd.id)
    clock.advance(hours=5)
    with database.writing() as session:
        issue(session, odd.id)
        [held] = all_of(session, Hold)
        assert held.since == NOON


def test_an_order_mended_in_the_shop_leaves_its_task_done_and_has_an_invoice(database, store):
    with database.writing() as session:
        odd = make_order(session, store, total_minor=13110)
        issue(session, odd.id)
        odd.total_minor = 11000
        made = issue(session, odd.id)
        [held] = all_of(session, Hold)
    assert isinstance(made, Invoice)
    assert held.outcome == "issued"
    assert held.resolved_at is not None


def test_a_held_order_that_is_cancelled_is_no_task_any_more(database, store):
    with database.writing() as session:
        odd = make_order(session, store, total_minor=13110)
        issue(session, odd.id)
        odd.status = "cancelled"
        assert issue(session, odd.id) is None
        assert queries.open_holds(session) == []


def test_fifty_concurrent_issuers_number_from_one_without_gaps(database, store):
    with database.writing() as session:
        orders = [make_order(session, store).id for _ in range(50)]

    def issued(order_id):
        with database.writing() as session:
            return issue(session, order_id).n

    with ThreadPoolExecutor(50) as crowd:
        numbers = list(crowd.map(issued, orders))
    assert sorted(numbers) == list(range(1, 51))


def test_many_issuers_of_one_order_make_one_invoice(database, order):
    def issued(_):
        with database.writing() as session:
            return issue(session, order.id).number

    with ThreadPoolExecutor(10) as crowd:
        assert set(crowd.map(issued, range(20))) == {"INV-000001"}


def test_a_failing_transaction_gives_its_number_back(database, store):
    with database.writing() as session:
        first, second = make_order(session, store), make_order(session, store)
    with pytest.raises(RuntimeError), database.writing() as session:
        issue(session, first.id)
        raise RuntimeError("the machine stopped")
    with database.writing() as session:
        assert issue(session, second.id).number == "INV-000001"


def test_each_shop_counts_for_itself(database, store):
    with database.writing() as session:
        other = make_store(session)
        assert issue(session, make_order(session, store).id).number == "INV-000001"
        assert issue(session, make_order(session, other).id).number == "INV-000001"


def test_a_backlog_is_issued_without_letters_unless_asked(database, store, order, run_jobs):
    with database.writing() as session:
        asked = issue_backlog(session, store.id, NOON.replace(day=1), send=False)
    run_jobs()
    with database.reading() as session:
        [invoice] = all_of(session, Invoice)
        assert (asked.orders, invoice.letter) == (1, "silent")
        assert invoice.pdf_digest
        assert queries.figures(session, store.id).letters == 0


def test_a_backlog_that_was_issued_silently_can_be_sent_later(database, store, order, run_jobs):
    for send in (False, True, True):
        with database.writing() as session:
            asked = issue_backlog(session, store.id, NOON.replace(day=1), send=send)
        run_jobs()
    with database.reading() as session:
        assert all_of(session, Invoice)[0].letter == "handed_in"
    assert (asked.orders, asked.letters) == (0, 0)


def test_a_backlog_leaves_out_what_was_paid_before(database, store, order, run_jobs):
    with database.writing() as session:
        assert issue_backlog(session, store.id, NOON, send=False).orders == 0


def test_a_held_backlog_order_stays_silent_when_it_is_mended(database, store, run_jobs):
    with database.writing() as session:
        odd = make_order(session, store, total_minor=13110)
        issue_backlog(session, store.id, NOON.replace(day=1), send=False)
    run_jobs()
    with database.writing() as session:
        session.merge(odd).total_minor = 11000
    with database.writing() as session:
        assert issue(session, odd.id).letter == "silent"


def test_a_refund_told_before_the_invoice_is_credited_after_it(database, store, run_jobs):
    with database.writing() as session:
        order = make_order(session, store)
        make_refund(session, order)
        issue(session, order.id)
    run_jobs()
    with database.reading() as session:
        invoice, credit_note = all_of(session, Invoice)
    assert (invoice.number, credit_note.number, credit_note.total_minor) == ("INV-000001", "CN-000001", 1100)
