import pkgutil
from contextlib import contextmanager
from itertools import product

import pytest

from core import jobs as jobs_core
from invoices import delivering, jobs, queries
from invoices.issuing import issue
from invoices.tables import Invoice
from outbox.tables import Letter
from tests import factories
from tests.standins import until

from .rows import all_of


@pytest.fixture
def invoice(database, order):
    with database.writing() as session:
        return issue(session, order.id)


def documents(database):
    with database.reading() as session:
        return all_of(session, Invoice), all_of(session, Letter)


@pytest.mark.usefixtures("reacting")
def test_a_paid_order_ends_as_one_pdf_in_one_letter(database, store, run_jobs, files, paper):
    with database.writing() as session:
        factories.order(session, store)
    run_jobs()
    [invoice], [letter] = documents(database)
    assert (letter.cause, letter.to_address) == (f"invoice:{invoice.id}", "minji@example.com")
    assert letter.attachments == [
        {"digest": invoice.pdf_digest, "filename": "INV-000001.pdf", "content_type": "application/pdf"}
    ]
    assert files.read(invoice.pdf_digest).startswith(b"%PDF")
    assert invoice.letter == "handed_in"


def test_rendering_twice_changes_nothing(database, invoice, perform, paper):
    perform(jobs.render, invoice_id=invoice.id)
    before = documents(database)
    perform(jobs.render, invoice_id=invoice.id)
    assert documents(database) == before
    assert paper.made == ["INV-000001"]


class Crash(BaseException):
    """The machine stops here."""


@pytest.fixture
def stop_at(monkeypatch):
    """`with stop_at(function, "before")`: the machine stops before or after that function did its work."""

    @contextmanager
    def stopping(name, when):
        module, _, function = name.rpartition(".")
        step = getattr(pkgutil.resolve_name(module), function)

        def stop(*given, **named):
            if when == "after":
                step(*given, **named)
            raise Crash

        with monkeypatch.context() as broken, pytest.raises(Crash):
            broken.setattr(name, stop)
            yield

    return stopping


RENDERING = (
    "core.files.Files.keep",
    "invoices.delivering.attach_pdf",
    "invoices.delivering.deliver",
    "outbox.actions.hand_in",
)
ISSUING = ("locked_order", "build_invoice", "freeze", "_credit_earlier_refunds")


@pytest.mark.parametrize("point", list(product(RENDERING, ["before", "after"])), ids="-".join)
def test_a_crash_anywhere_in_rendering_still_ends_in_one_document_and_one_letter(
    database, invoice, perform, stop_at, point
):
    with stop_at(*point):
        perform(jobs.render, invoice_id=invoice.id)
    perform(jobs.render, invoice_id=invoice.id)
    [kept], letters = documents(database)
    assert [letter.cause for letter in letters] == [f"invoice:{kept.id}"]
    assert letters[0].attachments[0]["digest"] == kept.pdf_digest


@pytest.mark.parametrize("point", list(product(ISSUING, ["before", "after"])), ids="-".join)
def test_a_crash_anywhere_in_issuing_leaves_nothing_and_the_next_try_everything(
    database, order, perform, stop_at, point
):
    names = {"store_id": order.store_id, "order_id": order.id}
    with stop_at(f"invoices.issuing.{point[0]}", point[1]):
        perform(jobs.issue_for_order, **names)
    assert documents(database) == ([], [])
    perform(jobs.issue_for_order, **names)
    assert [invoice.number for invoice in documents(database)[0]] == ["INV-000001"]


def test_the_bytes_stored_first_stay(database, invoice, perform):
    perform(jobs.render, invoice_id=invoice.id)
    [kept], _ = documents(database)
    with database.writing() as session:
        again = delivering.attach_pdf(session, invoice.id, "0" * 64)
    assert again.pdf_digest == kept.pdf_digest


def test_an_order_without_an_address_has_its_pdf_but_no_letter(database, store, perform, clock):
    with database.writing() as session:
        nobody = factories.order(session, store, billing=factories.replace(factories.MINJI, email=""))
        invoice = issue(session, nobody.id)
    perform(jobs.render, invoice_id=invoice.id)
    [kept], letters = documents(database)
    assert (kept.letter, letters) == ("without_address", [])
    assert kept.pdf_digest
    with database.reading() as session:
        assert queries.figures(session, store.id).without_address == 1


@pytest.mark.usefixtures("reacting")
def test_a_slow_renderer_delays_the_letter_and_loses_nothing(database, store, run_jobs, paper):
    paper.failing = True
    with database.writing() as session:
        factories.order(session, store)
    run_jobs()
    assert documents(database)[1] == []
    paper.failing = False
    run_jobs(later=True)
    [kept], letters = documents(database)
    assert (kept.letter, len(letters)) == ("handed_in", 1)


@pytest.mark.usefixtures("reacting", "worker")
def test_many_paid_orders_at_once_end_as_one_document_and_one_letter_each(database, store):
    with database.writing() as session:
        orders = [factories.order(session, store) for _ in range(20)]
        for order in orders * 2:  # Told again under other keys, as a second way to the same fact would.
            jobs_core.request(
                session, "invoices.issue_for_order", f"again-{order.id}", store_id=store.id, order_id=order.id
            )

    def all_handed_in():
        invoices, letters = documents(database)
        return len(letters) == 20 and all(invoice.letter == "handed_in" for invoice in invoices)

    until(all_handed_in, seconds=60)
    invoices, letters = documents(database)
    assert sorted(invoice.n for invoice in invoices) == list(range(1, 21))
    assert sorted(letter.cause for letter in letters) == sorted(
        f"invoice:{invoice.id}" for invoice in invoices
    )


def test_no_transaction_is_open_while_the_pdf_is_made(database, invoice, perform, paper, monkeypatch):
    free = []

    def while_printing(document):
        with database.writing() as session:  # Waits for ever if the job still held the writer's place.
            free.append(queries.document(session, invoice.id).number)
        return b"%PDF"

    monkeypatch.setattr(paper, "pdf", while_printing)
    perform(jobs.render, invoice_id=invoice.id)
    assert free == ["INV-000001"]


@pytest.mark.usefixtures("reacting")
def test_the_figures_of_a_shop_agree(database, store, run_jobs):
    with database.writing() as session:
        factories.order(session, store)
        factories.order(session, store, total_minor=41110)
        nobody = factories.order(session, store, billing=factories.replace(factories.MINJI, email=""))
        factories.refund(session, store, nobody, [factories.line(-5000)])
        factories.refund(session, store, nobody, amount_minor=10)
    run_jobs()
    with database.reading() as session:
        found = queries.figures(session, store.id)
    assert (found.invoices, found.credit_notes, found.pdfs) == (2, 1, 3)
    assert (found.letters, found.without_address, found.silent) == (1, 2, 0)
    assert found.totals == {"KRW": 78000}
    assert found.held == {"unexplained_total": 1}
    assert found.held_credit_notes == {"amount_only_refund": 1}
