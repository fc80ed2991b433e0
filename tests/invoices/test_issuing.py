from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from connector.events import OrderPaid
from connector.tables import ShopOrder
from core import events
from invoices import holding, queries
from invoices.issuing import issue, issue_backlog
from invoices.tables import Hold, Invoice, Series
from tests import factories

from .rows import all_of

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
ODD = 41110


def test_a_paid_order_gets_the_first_number_and_its_own_total(database, order):
    with database.writing() as session:
        made = issue(session, order.id)
    assert isinstance(made, Invoice)
    assert (made.number, made.n, made.total_minor, made.currency) == ("INV-000001", 1, 39000, "KRW")
    assert made.snapshot["number"] == "INV-000001"
    assert made.snapshot["total_minor"] == 39000


@pytest.mark.usefixtures("reacting")
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
        order = factories.order(session, store, status=status)
        order.paid = True  # Whatever the mirror thinks of its payment.
        assert issue(session, order.id) is None
        assert not all_of(session, Series)


def test_an_order_deleted_in_the_shop_is_never_invoiced(database, order, clock):
    with database.writing() as session:
        session.get(ShopOrder, order.id).deleted_at = clock.now()
        assert issue(session, order.id) is None


def test_an_unpaid_order_is_not_invoiced(database, store):
    with database.writing() as session:
        order = factories.order(session, store, paid=False)
        assert issue(session, order.id) is None


def test_a_total_that_lines_cannot_explain_is_held_and_burns_no_number(database, store, order):
    with database.writing() as session:
        odd = factories.order(session, store, total_minor=ODD)
        held = issue(session, odd.id)
        made = issue(session, order.id)
    assert isinstance(held, Hold)
    assert held.reason == "unexplained_total"
    assert "41,110" in str(holding.explanation(held))
    assert made.number == "INV-000001"


def test_holding_the_same_order_twice_makes_one_task_that_keeps_its_age(database, store, clock):
    first = clock.now()
    with database.writing() as session:
        odd = factories.order(session, store, total_minor=ODD)
        issue(session, odd.id)
    clock.advance(hours=5)
    with database.writing() as session:
        issue(session, odd.id)
        [held] = all_of(session, Hold)
        assert held.since == first


def test_an_order_mended_in_the_shop_leaves_its_task_done_and_has_an_invoice(database, store):
    with database.writing() as session:
        odd = factories.order(session, store, total_minor=ODD)
        issue(session, odd.id)
        odd.total_minor = 39000
        made = issue(session, odd.id)
        [held] = all_of(session, Hold)
    assert isinstance(made, Invoice)
    assert held.outcome == "issued"
    assert held.resolved_at is not None


def test_a_held_order_that_is_cancelled_is_no_task_any_more(database, store):
    with database.writing() as session:
        odd = factories.order(session, store, total_minor=ODD)
        issue(session, odd.id)
        odd.status = "cancelled"
        assert issue(session, odd.id) is None
        assert queries.open_holds(session) == []


def test_fifty_concurrent_issuers_number_from_one_without_gaps(database, store):
    with database.writing() as session:
        orders = [factories.order(session, store).id for _ in range(50)]

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


def test_a_failing_transaction_gives_its_number_back(database, store, order):
    with pytest.raises(RuntimeError), database.writing() as session:
        issue(session, order.id)
        raise RuntimeError("the machine stopped")
    with database.writing() as session:
        assert issue(session, factories.order(session, store).id).number == "INV-000001"


def test_each_shop_counts_for_itself(database, store, order):
    with database.writing() as session:
        berlin = factories.store(session, currency="EUR")
        abroad = factories.order(session, berlin, [factories.line(1681, 319)], billing=factories.ANNA)
        assert issue(session, order.id).number == "INV-000001"
        made = issue(session, abroad.id)
    assert (made.number, made.total_minor, made.currency, made.language) == ("INV-000001", 2000, "EUR", "en")


@pytest.fixture
def old_shop(database, clock):
    """A shop that was connected after its one order had been paid."""
    with database.writing() as session:
        shop = factories.store(session, connected_at=clock.now())
        factories.order(session, shop)
    return shop


@pytest.mark.usefixtures("reacting")
def test_an_order_paid_before_connecting_is_not_issued_by_itself(database, old_shop, run_jobs):
    assert run_jobs() == []


@pytest.mark.usefixtures("reacting")
def test_a_backlog_is_issued_without_letters_unless_asked(database, old_shop, run_jobs):
    with database.writing() as session:
        asked = issue_backlog(session, old_shop.id, LONG_AGO, send=False)
    run_jobs()
    with database.reading() as session:
        [invoice] = all_of(session, Invoice)
        assert (asked.orders, invoice.letter) == (1, "silent")
        assert invoice.pdf_digest
        assert queries.figures(session, old_shop.id).letters == 0


@pytest.mark.usefixtures("reacting")
def test_a_backlog_that_was_issued_silently_can_be_sent_later(database, old_shop, run_jobs):
    asked = []
    for send in (False, True, True):
        with database.writing() as session:
            asked.append(issue_backlog(session, old_shop.id, LONG_AGO, send=send))
        run_jobs()
    with database.reading() as session:
        assert all_of(session, Invoice)[0].letter == "handed_in"
    assert [(each.orders, each.letters) for each in asked] == [(1, 0), (0, 1), (0, 0)]


def test_a_backlog_leaves_out_what_was_paid_before(database, store, order, clock):
    with database.writing() as session:
        assert issue_backlog(session, store.id, clock.now(), send=False).orders == 0


def test_a_held_backlog_order_stays_silent_when_it_is_mended(database, store, run_jobs):
    with database.writing() as session:
        odd = factories.order(session, store, total_minor=ODD)
        issue_backlog(session, store.id, LONG_AGO, send=False)
    run_jobs()
    with database.writing() as session:
        session.get(ShopOrder, odd.id).total_minor = 39000
        assert issue(session, odd.id).letter == "silent"


def test_a_refund_told_before_the_invoice_is_credited_after_it(database, store, order, run_jobs):
    with database.writing() as session:
        factories.refund(session, store, order, [factories.line(-1000)])
        issue(session, order.id)
    run_jobs()
    with database.reading() as session:
        invoice, credit_note = all_of(session, Invoice)
    assert (invoice.number, credit_note.number, credit_note.total_minor) == ("INV-000001", "CN-000001", 1000)
