import pytest

from connector.tables import ShopOrder
from invoices import queries
from invoices.crediting import credit
from invoices.errors import HoldNotFound, StillDue
from invoices.holding import settle
from invoices.issuing import issue
from invoices.jobs import retry_changed
from invoices.retrying import retry, retry_for_seller
from invoices.schemas import SellerForm
from invoices.selling import save_seller
from invoices.tables import Hold, Invoice
from tests import factories

from .rows import all_of


@pytest.fixture
def held(database, store):
    """The task of an order whose total cannot be explained."""
    with database.writing() as session:
        return issue(session, factories.order(session, store, total_minor=41110).id)


def mend(database, order_id):
    with database.writing() as session:
        order = session.get(ShopOrder, order_id)
        order.total_minor, order.fingerprint = 39000, "second"


def test_trying_again_without_a_change_keeps_the_task(database, held):
    with database.writing() as session:
        assert retry(session, held.id).id == held.id


def test_trying_again_after_the_order_was_mended_issues(database, held):
    mend(database, held.order_id)
    with database.writing() as session:
        assert retry(session, held.id).number == "INV-000001"
        with pytest.raises(HoldNotFound):
            retry(session, held.id)


def test_a_mended_order_is_issued_without_anybody_asking(database, held, run_jobs):
    retry_changed(database)
    assert run_jobs() == []
    mend(database, held.order_id)
    retry_changed(database)
    run_jobs()
    with database.reading() as session:
        assert len(all_of(session, Invoice)) == 1


def test_a_changed_order_that_is_still_odd_is_tried_once_for_each_change(database, held, run_jobs):
    with database.writing() as session:
        session.get(ShopOrder, held.order_id).fingerprint = "second"
    retry_changed(database)
    assert run_jobs() == ["invoices.issue_for_order"]
    retry_changed(database)
    assert run_jobs() == []


def test_a_held_order_that_was_trashed_is_no_task_any_more(database, held, run_jobs, clock):
    with database.writing() as session:
        session.get(ShopOrder, held.order_id).deleted_at = clock.now()
    retry_changed(database)
    run_jobs()
    with database.reading() as session:
        assert queries.open_holds(session) == []


def turn(database, order_id, *, status, paid):
    """The shop changes the order."""
    with database.writing() as session:
        order = session.get(ShopOrder, order_id)
        order.status, order.paid, order.fingerprint = status, paid, f"{status} {order.fingerprint[:8]}"


def test_an_order_cancelled_before_its_invoice_and_paid_after_all_gets_it(database, order, run_jobs):
    turn(database, order.id, status="cancelled", paid=False)
    with database.writing() as session:
        for _ in range(2):
            assert issue(session, order.id) is None
        assert len(all_of(session, Hold)) == 1
    retry_changed(database)
    assert run_jobs() == []
    turn(database, order.id, status="processing", paid=True)
    for _ in range(2):
        retry_changed(database)
        run_jobs()
    with database.reading() as session:
        assert [(invoice.number, invoice.letter) for invoice in all_of(session, Invoice)] == [
            ("INV-000001", "due")
        ]


def test_a_held_order_cancelled_and_paid_again_is_one_task_again(database, held, run_jobs):
    turn(database, held.order_id, status="cancelled", paid=False)
    retry_changed(database)
    run_jobs()
    with database.reading() as session:
        assert queries.open_holds(session) == []
    turn(database, held.order_id, status="processing", paid=True)
    for _ in range(2):
        retry_changed(database)
        run_jobs()
    with database.reading() as session:
        assert [task.reason for task in queries.open_holds(session)] == ["unexplained_total"]


def test_an_order_that_was_never_paid_is_not_remembered(database, store):
    with database.writing() as session:
        unpaid = factories.order(session, store, paid=False)
        issue(session, unpaid.id)
        assert all_of(session, Hold) == []


def test_saving_the_sellers_data_issues_what_waited_for_them(database, run_jobs):
    with database.writing() as session:
        store = factories.store(session, seller={})
        orders = [factories.order(session, store) for _ in range(3)]
        reasons = {issue(session, order.id).reason for order in orders}
    assert reasons == {"missing_shop_data"}
    with database.writing() as session:
        save_seller(
            session,
            store.id,
            SellerForm(legal_name="모리 주식회사", street="세종대로 1", city="서울", country="kr"),
        )
        assert retry_for_seller(session, store.id) == 3
    run_jobs()
    with database.reading() as session:
        invoices = all_of(session, Invoice)
        assert [invoice.n for invoice in invoices] == [1, 2, 3]
        assert invoices[0].snapshot["seller"]["name"] == "모리 주식회사"
        assert queries.open_holds(session) == []


def test_a_held_credit_note_can_be_tried_again(database, store, order):
    with database.writing() as session:
        issue(session, order.id)
        bare = factories.refund(session, store, order)
        held = credit(session, order.id, bare.id)
        assert retry(session, held.id).id == held.id


def test_a_person_may_settle_a_credit_note_but_not_an_invoice(database, store, order, held):
    with database.writing() as session:
        issue(session, order.id)
        refund = factories.refund(session, store, order)
        settle(session, credit(session, order.id, refund.id).id, staff_id=3)
        assert credit(session, order.id, refund.id) is None
        with pytest.raises(StillDue):
            settle(session, held.id, staff_id=3)
