import re

import pytest

from connector.tables import ShopOrder
from invoices import jobs, queries
from invoices.crediting import credit
from invoices.issuing import issue
from invoices.tables import Hold, Invoice
from outbox.tables import Letter
from tests import factories

from .rows import all_of


@pytest.fixture
def invoice(database, order, perform):
    """The order's invoice with its PDF."""
    with database.writing() as session:
        made = issue(session, order.id)
    perform(jobs.render, invoice_id=made.id)
    with database.reading() as session:
        return queries.document(session, made.id)


@pytest.fixture
def held(database, store):
    """A task: an order whose total nobody can explain."""
    with database.writing() as session:
        return issue(session, factories.order(session, store, total_minor=41110).id)


PAGES = [
    "/invoices",
    "/invoices/held",
    "/console/invoices/today",
    "/console/invoices/settings",
    "/console/invoices/order-panel?order_id={order_id}",
    "/console/invoices/{invoice_id}.pdf",
]
ACTIONS = [
    ("/console/invoices/holds/{hold_id}/retry", "agent"),
    ("/console/invoices/holds/{hold_id}/settle", "agent"),
    ("/console/invoices/{invoice_id}/send", "agent"),
    ("/console/invoices/orders/{order_id}/issue", "agent"),
    ("/console/invoices/orders/{order_id}/close-links", "agent"),
    ("/settings/seller/{store_id}", "owner"),
]


@pytest.fixture
def filled(invoice, held, order, store):
    """An address with its numbers filled in."""
    return lambda path: path.format(
        invoice_id=invoice.id, hold_id=held.id, order_id=order.id, store_id=store.id
    )


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_for_staff_alone_and_readers_see_it(client, staff, filled, path):
    assert client.get(filled(path)).status_code == 303
    assert staff("reader").get(filled(path)).status_code == 200


@pytest.mark.parametrize(("path", "least"), ACTIONS)
def test_every_action_asks_for_its_role_and_for_the_pages_proof(staff, filled, path, least):
    refused = {"owner": ["reader", "agent"], "agent": ["reader"]}[least]
    for role in refused:
        assert staff(role).post(filled(path), data={"csrf": f"proof-{role}"}).status_code == 403
    assert staff(least).post(filled(path), data={"csrf": "wrong"}).status_code == 403


def text_of(answer):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))


def test_the_list_shows_who_what_state_and_how_much(staff, invoice):
    shown = text_of(staff("reader").get("/invoices"))
    for word in ("김민지", "INV-000001", "Ready", "₩39,000"):
        assert word in shown


@pytest.mark.parametrize(
    "words", ["INV-000001", "inv-0000", "김민지", "민지 김", "minji@example", "{number}", "#{number}"]
)
def test_a_document_is_found_by_number_order_name_and_address(staff, invoice, order, words):
    q = words.format(number=order.number)
    row = f'href="/orders/{order.id}"'
    assert row in staff("reader").get("/invoices", params={"q": q}).text
    assert row not in staff("reader").get("/invoices", params={"q": q + "zz"}).text


def test_filters_stand_in_the_address_and_keep_what_does_not_fit_out(staff, invoice):
    assert "INV-000001" in staff("reader").get("/invoices?state=invoice").text
    for others in ("credit_note", "preparing", "without_address", "silent"):
        assert "INV-000001" not in staff("reader").get(f"/invoices?state={others}").text
    assert "INV-000001" not in staff("reader").get("/invoices?store=99").text


def test_a_long_list_goes_on_on_the_next_page(database, staff, store):
    with database.writing() as session:
        for _ in range(51):
            issue(session, factories.order(session, store).id)
    first = staff("reader").get("/invoices").text
    assert "INV-000051" in first
    assert "INV-000001" not in first
    older = re.search(r'href="(/invoices\?before=\d+)"', first)[1]
    assert "INV-000001" in staff("reader").get(older).text


def test_a_held_document_shows_its_reason_and_its_one_action(staff, held):
    for path in ("/invoices/held", "/console/invoices/today"):
        shown = staff("agent").get(path)
        assert "41,110" in shown.text
        assert f"/console/invoices/holds/{held.id}/retry" in shown.text
        assert "Try again" not in staff("reader").get(path).text


def test_today_says_nothing_when_nothing_is_held_back(staff, invoice):
    assert staff("agent").get("/console/invoices/today").text.strip() == ""


def test_missing_details_of_a_shop_are_one_task_for_today(database, staff, clock):
    with database.writing() as session:
        shop = factories.store(session, seller={}, name="Teehaus")
        for _ in range(7):
            issue(session, factories.order(session, shop).id)
    shown = staff("owner").get("/console/invoices/today").text
    assert shown.count("<article") == 1
    assert "7 documents" in shown
    assert f"/settings/seller/{shop.id}" in shown


def test_trying_again_issues_what_was_mended(database, staff, held):
    with database.writing() as session:
        session.get(ShopOrder, held.order_id).total_minor = 39000
    answer = staff("agent").post(
        f"/console/invoices/holds/{held.id}/retry", data={"csrf": "proof-agent", "next": "/"}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    with database.reading() as session:
        assert [invoice.number for invoice in all_of(session, Invoice)] == ["INV-000001"]


def test_a_form_does_not_lead_to_another_site(staff, held):
    answer = staff("agent").post(
        f"/console/invoices/holds/{held.id}/retry",
        data={"csrf": "proof-agent", "next": "//elsewhere.example"},
    )
    assert answer.headers["location"] == "/"


def test_a_person_marks_an_amount_only_refund_as_done(database, staff, store, order, invoice):
    with database.writing() as session:
        held = credit(session, order.id, factories.refund(session, store, order).id)
    path = f"/console/invoices/holds/{held.id}/settle"
    assert path in staff("agent").get("/console/invoices/today").text
    assert staff("agent").post(path, data={"csrf": "proof-agent"}).status_code == 303
    with database.reading() as session:
        assert [(each.outcome, each.resolved_by) for each in all_of(session, Hold)] == [("settled", 2)]


def test_sending_again_makes_one_more_letter_each_time(database, staff, invoice):
    for _ in range(2):
        answer = staff("agent").post(f"/console/invoices/{invoice.id}/send", data={"csrf": "proof-agent"})
        assert answer.headers["location"] == f"/orders/{invoice.order_id}"
    with database.reading() as session:
        causes = [letter.cause for letter in all_of(session, Letter)]
    assert causes == [f"invoice:{invoice.id}{again}" for again in ("", ":again:1", ":again:2")]


def test_a_document_that_is_still_prepared_cannot_be_sent_again(database, staff, order):
    with database.writing() as session:
        made = issue(session, order.id)
    answer = staff("agent").post(f"/console/invoices/{made.id}/send", data={"csrf": "proof-agent"})
    assert answer.status_code == 409


def test_an_agent_issues_the_invoice_of_an_order_paid_before_connecting(database, staff, clock):
    with database.writing() as session:
        old = factories.order(session, factories.store(session, connected_at=clock.now()))
    panel = staff("agent").get(f"/console/invoices/order-panel?order_id={old.id}").text
    path = f"/console/invoices/orders/{old.id}/issue"
    assert path in panel
    assert staff("agent").post(path, data={"csrf": "proof-agent"}).status_code == 303
    assert path not in staff("agent").get(f"/console/invoices/order-panel?order_id={old.id}").text


def test_an_unpaid_order_is_not_issued_by_hand_either(database, staff, store):
    with database.writing() as session:
        unpaid = factories.order(session, store, paid=False)
    answer = staff("agent").post(f"/console/invoices/orders/{unpaid.id}/issue", data={"csrf": "proof-agent"})
    assert answer.status_code == 409


def test_closing_links_closes_those_that_were_mailed(database, client, staff, invoice, clock):
    with database.reading() as session:
        path = "/i/" + all_of(session, Letter)[0].text.split("/i/")[1].split()[0]
    assert client.get(path).status_code == 200
    clock.advance(minutes=1)
    staff("agent").post(
        f"/console/invoices/orders/{invoice.order_id}/close-links", data={"csrf": "proof-agent"}
    )
    assert client.get(path).status_code == 410


def test_saving_the_sellers_data_issues_what_waited(database, staff, run_jobs):
    with database.writing() as session:
        shop = factories.store(session, seller={})
        issue(session, factories.order(session, shop).id)
    form = {"csrf": "proof-owner", "street": "Torstr. 1", "city": "Berlin", "country": "de"}
    assert staff("owner").post(f"/settings/seller/{shop.id}", data=form).status_code == 303
    run_jobs()
    with database.reading() as session:
        [made] = all_of(session, Invoice)
    assert made.snapshot["seller"]["address"]["country"] == "DE"


def test_a_mistake_in_the_sellers_data_shows_the_form_as_it_was_filled_in(database, staff, store):
    form = {
        "csrf": "proof-owner",
        "legal_name": "Mori & Söhne",
        "email": "mori",
        "accent": "green",
        "country": "XQ",
    }
    answer = staff("owner").post(f"/settings/seller/{store.id}", data=form)
    assert answer.status_code == 400
    assert "Mori &amp; Söhne" in answer.text
    assert answer.text.count('aria-invalid="true"') == 3
    with database.reading() as session:
        assert queries.seller_profile(session, store.id) is None
