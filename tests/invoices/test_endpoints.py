import jwt
import pytest

from connector.tables import ShopOrder
from core.security import Viewer
from invoices import jobs as work
from invoices import queries
from invoices.access import close_links
from invoices.crediting import credit
from invoices.errors import InvoiceNotFound
from invoices.issuing import issue
from outbox.tables import Letter
from tests import factories

from .rows import all_of


@pytest.fixture
def address(path_of, order):
    """The path of a link to the order's newest invoice."""
    return path_of(order)


@pytest.fixture
def invoice(database, order, perform):
    """The order's invoice with its PDF."""
    with database.writing() as session:
        made = issue(session, order.id)
    perform(work.render, invoice_id=made.id)
    with database.reading() as session:
        return queries.document(session, made.id)


def letters(database):
    with database.reading() as session:
        return [(letter.purpose, letter.to_address) for letter in all_of(session, Letter)]


# -- opening -----------------------------------------------------------------------------------------------------


def test_a_link_opens_the_very_bytes_that_were_frozen(client, address, invoice, files):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content == files.read(invoice.pdf_digest)
    assert answer.headers["content-type"] == "application/pdf"


@pytest.mark.usefixtures("invoice")
def test_what_a_link_opens_is_kept_nowhere_and_told_nobody(client, address):
    for path in (address, address + "x"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "private, no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert "noindex" in headers["x-robots-tag"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.usefixtures("invoice")
def test_the_file_is_named_by_shop_and_number_in_any_script(client, address):
    shown = client.get(address).headers["content-disposition"]
    assert shown.startswith("inline; filename=\"INV-000001.pdf\"; filename*=UTF-8''%EB%8B%A4%EC%98%A8")
    assert client.get(f"{address}?download=1").headers["content-disposition"].startswith("attachment;")


def test_a_link_signed_before_the_document_asks_for_patience(client, address):
    answer = client.get(address)
    assert answer.status_code == 202
    assert answer.headers["retry-after"] == answer.headers["refresh"] == "5"
    assert "being prepared" in answer.text


def test_a_link_signed_before_the_order_came_here_asks_for_patience(client, path_of):
    unknown = ShopOrder.model_construct(remote_id=999_999, email="minji@example.com")
    assert client.get(path_of(unknown)).status_code == 202


def test_a_held_invoice_asks_for_patience_and_says_no_reason(client, database, store, path_of):
    with database.writing() as session:
        odd = factories.order(session, store, total_minor=41110)
        issue(session, odd.id)
    answer = client.get(path_of(odd))
    assert answer.status_code == 202
    assert "41" not in answer.text


def test_a_link_to_an_unpaid_order_says_when_the_invoice_comes(client, database, store, path_of):
    with database.writing() as session:
        unpaid = factories.order(session, store, paid=False)
    answer = client.get(path_of(unpaid))
    assert (answer.status_code, answer.headers["retry-after"]) == (202, "60")
    assert "after the payment" in answer.text


def test_an_order_paid_before_connecting_has_no_document_to_wait_for(client, database, clock, path_of):
    with database.writing() as session:
        shop = factories.store(session, connected_at=clock.now())
        old = factories.order(session, shop)
    assert client.get(path_of(old, shop=shop)).status_code == 404


@pytest.mark.usefixtures("invoice")
def test_a_link_to_credit_notes_opens_the_newest(client, database, store, order, path_of):
    path = path_of(order, "credit_note")
    assert client.get(path).status_code == 404
    with database.writing() as session:
        refund = factories.refund(session, store, order, [factories.line(-1000)])
    assert client.get(path).status_code == 202
    with database.writing() as session:
        credit(session, order.id, refund.id)
    assert client.get(path).status_code == 202


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.usefixtures("invoice")
def test_an_expired_link_leads_to_a_page_with_the_masked_address(client, address, clock, language):
    clock.advance(days=31)
    answer = client.get(address, headers={"Accept-Language": language})
    assert answer.status_code == 410
    assert "m***@example.com" in answer.text
    assert "minji@" not in answer.text
    assert "다온찻집" in answer.text
    assert f'action="{address}/renew"' in answer.text


@pytest.mark.parametrize("last", [*"AEIB", "", "-.", "한"])
@pytest.mark.usefixtures("invoice")
def test_an_altered_or_cut_link_leads_to_a_page_with_the_address_it_names(client, address, last):
    answer = client.get(address[:-1] + last if last != address[-1] else address[:-9])
    assert answer.status_code == 404
    assert "m***@example.com" in answer.text
    assert "/renew" in answer.text


@pytest.mark.parametrize("token", ["x", "a.b.c", "%00", "가나다", "a" * 3000])
def test_nonsense_leads_to_a_friendly_page_too(client, token):
    answer = client.get(f"/i/{token}")
    assert answer.status_code == 404
    assert "ask the shop for a new link" in answer.text


@pytest.mark.usefixtures("invoice")
def test_closed_links_open_nothing_and_newer_ones_do(client, database, clock, path_of, order):
    before = path_of(order)
    clock.advance(seconds=10)
    with database.writing() as session:
        close_links(session, order.id)
    assert client.get(before).status_code == 410
    clock.advance(seconds=1)
    assert client.get(path_of(order)).status_code == 200


def test_a_link_to_a_deleted_order_opens_nothing(client, database, address, invoice, clock):
    with database.writing() as session:
        session.get(ShopOrder, invoice.order_id).deleted_at = clock.now()
    assert client.get(address).status_code == 410


@pytest.mark.usefixtures("invoice")
def test_a_link_of_one_order_opens_no_other(client, database, store, path_of):
    with database.writing() as session:
        other = factories.order(session, store)
    answer = client.get(path_of(other))
    assert answer.status_code == 202


def test_not_yours_and_not_there_are_the_same_error(database, invoice):
    stranger = Viewer(store_id=invoice.store_id, order_id=invoice.order_id + 1)
    with database.reading() as session:
        told = []
        for asked in (invoice.id, invoice.id + 1):
            with pytest.raises(InvoiceNotFound) as refused:
                queries.invoice_seen_by(session, stranger, asked)
            told.append((str(refused.value), refused.value.details))
    assert told[0] == told[1]


# -- a new link --------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("invoice")
def test_an_expired_link_mails_a_new_one_to_the_orders_own_address(
    client, database, address, clock, run_jobs
):
    clock.advance(days=31)
    answer = client.post(f"{address}/renew")
    run_jobs()
    assert answer.status_code == 200
    assert letters(database) == [
        ("invoice", "minji@example.com"),
        ("document_link", "minji@example.com"),
    ]
    with database.reading() as session:
        text = all_of(session, Letter)[1].text
    token = text.split("/i/")[1].split()[0]
    assert client.get(f"/i/{token}").status_code == 200


def forged(**claims):
    return f"/i/{jwt.encode({'k': 'invoice', 'm': 'm***@example.com', **claims}, b'x' * 32)}/renew"


@pytest.mark.usefixtures("invoice")
def test_an_altered_link_that_names_the_right_masked_address_mails_a_new_one(
    client, database, store, order, run_jobs
):
    client.post(forged(s=store.public_id, o=order.remote_id))
    run_jobs()
    assert letters(database)[1:] == [("document_link", "minji@example.com")]


@pytest.mark.usefixtures("invoice")
def test_wrong_guesses_get_the_same_answer_and_no_letter(client, database, store, order, run_jobs):
    right = {"s": store.public_id, "o": order.remote_id}
    run_jobs()
    answers = set()
    for claims in (
        right,
        {**right, "o": order.remote_id + 1},
        {**right, "s": "store-unknown"},
        {**right, "m": "x***@example.com"},
    ):
        path = forged(**claims)
        answer = client.post(path)
        shown = answer.text.replace(path, "").replace("x***", "m***")
        answers.add((answer.status_code, shown, *run_jobs.waiting()))
        run_jobs()
    assert len(answers) == 1
    assert len(letters(database)) == 2


def test_an_order_gets_three_new_links_an_hour_and_no_more(client, store, order):
    statuses = [client.post(forged(s=store.public_id, o=order.remote_id)).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_an_unknown_order_is_limited_like_a_known_one(client, store):
    statuses = [client.post(forged(s=store.public_id, o=424242)).status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_one_asker_gets_ten_tries_an_hour_over_all_orders(client, store):
    statuses = [client.post(forged(s=store.public_id, o=number)).status_code for number in range(1, 12)]
    assert statuses == [200] * 10 + [429]


def test_an_order_without_an_address_gets_no_letter(client, database, store, run_jobs):
    with database.writing() as session:
        nobody = factories.order(session, store, billing=factories.replace(factories.MINJI, email="minji"))
    client.post(forged(s=store.public_id, o=nobody.remote_id, m=""))
    run_jobs()
    assert letters(database) == []


# -- for programs of staff ---------------------------------------------------------------------------------------


def asked(client, store, order):
    return client.get(
        f"/api/stores/{store.public_id}/orders/{order.remote_id}/documents",
        headers={"Accept": "application/json"},
    )


def test_the_documents_of_an_order_are_listed_with_links_that_open_them(client, staff, store, order, invoice):
    [told] = asked(staff("reader"), store, order).json()["documents"]
    assert (told["kind"], told["number"], told["state"]) == ("invoice", "INV-000001", "ready")
    assert (told["total_minor"], told["currency"], told["sha256"]) == (39000, "KRW", invoice.pdf_digest)
    assert client.get("/i/" + told["link"].split("/i/")[1]).status_code == 200


def test_a_held_document_is_listed_with_its_reason_and_no_link(database, staff, store):
    with database.writing() as session:
        odd = factories.order(session, store, total_minor=41110)
        issue(session, odd.id)
    [told] = asked(staff("reader"), store, odd).json()["documents"]
    assert (told["state"], told["reason"], told["number"], told["link"]) == (
        "held",
        "unexplained_total",
        None,
        None,
    )
    assert "41,110" in told["explanation"]


@pytest.mark.usefixtures("invoice")
def test_documents_are_listed_for_staff_alone(client, store, order):
    assert asked(client, store, order).status_code == 401
