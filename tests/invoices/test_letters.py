import re

import pytest

from connector.tables import ShopOrder
from invoices import jobs, queries
from invoices.access import mail_new_link
from invoices.crediting import credit
from invoices.issuing import issue
from invoices.schemas import RenewalWish, SellerForm
from invoices.selling import save_seller
from outbox.tables import Letter
from tests import factories

from .rows import all_of


@pytest.fixture
def letter_of(database, store, perform):
    """`letter_of(document)` is the letter that brought it."""

    def made(issued):
        perform(jobs.render, invoice_id=issued.id)
        with database.reading() as session:
            return all_of(session, Letter)[-1]

    return made


@pytest.fixture
def letter(database, order, letter_of):
    with database.writing() as session:
        made = issue(session, order.id)
    return letter_of(made)


def test_a_letter_comes_from_the_shop_in_the_customers_language(letter):
    assert (letter.sender_name, letter.language, letter.to_name) == ("다온찻집", "ko", "김민지")
    assert (letter.purpose, letter.legal_class) == ("invoice", "transactional")
    assert letter.subject == "[다온찻집] 거래명세서 INV-000001"
    assert '<html lang="ko"' in letter.html
    assert "2026년 12월 23일" in letter.text


def test_an_english_letter_says_the_same_in_english(database, store, letter_of):
    with database.writing() as session:
        order = factories.order(session, store, billing=factories.ANNA)
        made = issue(session, order.id)
    letter = letter_of(made)
    assert letter.subject == "Invoice INV-000001 from 다온찻집"
    assert letter.text.startswith("Your invoice INV-000001\n\nHello Anna Weber,\n\n")
    assert f"your order {order.number}, paid in full: ₩39,000." in letter.text
    assert "The link works until December 23, 2026." in letter.text


def test_a_letter_has_one_button_and_the_same_link_in_its_text(letter):
    [link] = re.findall(r'<a href="([^"]+)"', letter.html)
    assert re.findall(r"https?://\S+", letter.text) == [link]
    assert "/i/" in link


def test_a_letter_needs_no_picture_no_script_and_no_other_server(letter):
    for tag in ("<img", "<script", "<link", "url(", "@import"):
        assert tag not in letter.html


def test_a_letter_says_nothing_but_its_fact(letter):
    """No promotion, no request for a review, no exclamation (M8)."""
    words = (letter.text + letter.subject).lower()
    for word in ("review", "coupon", "discount", "offer", "리뷰", "쿠폰", "할인", "이벤트", "!"):
        assert word not in words


def test_answers_reach_the_address_of_the_seller(database, store, order, letter_of):
    with database.writing() as session:
        save_seller(
            session, store.id, SellerForm(email="frage@teehaus.example", footer="Montags geschlossen")
        )
        made = issue(session, order.id)
    letter = letter_of(made)
    assert letter.reply_to == "frage@teehaus.example"
    assert "Montags geschlossen" in letter.text


def test_a_credit_note_says_what_goes_back(database, store, letter_of):
    with database.writing() as session:
        order = factories.order(session, store, billing=factories.ANNA)
        issue(session, order.id)
        made = credit(session, order.id, factories.refund(session, store, order, [factories.line(-5000)]).id)
    letter = letter_of(made)
    assert (letter.purpose, letter.subject) == ("credit_note", "Credit note CN-000001 from 다온찻집")
    assert "₩5,000 goes back to you." in letter.text


def test_a_name_from_the_shop_cannot_write_into_the_letter(database, store, letter_of):
    with database.writing() as session:
        evil = factories.replace(factories.ANNA, first_name="<a href='http://x.example'>Win</a>")
        made = issue(session, factories.order(session, store, billing=evil).id)
    letter = letter_of(made)
    assert "<a href='http" not in letter.html
    assert len(re.findall("<a ", letter.html)) == 1


def test_a_new_link_comes_without_the_document(database, store, order, settings, keys):
    wish = RenewalWish.model_validate(
        {"s": store.public_id, "o": order.remote_id, "k": "invoice", "proven": True}
    )
    with database.writing() as session:
        for nonce in ("one", "one", "two"):
            mail_new_link(session, wish, nonce=nonce, settings=settings, keys=keys)
        letters = all_of(session, Letter)
    assert [letter.cause for letter in letters] == [f"link:{order.id}:one", f"link:{order.id}:two"]
    assert letters[0].attachments == []
    assert letters[0].purpose == "document_link"


def test_the_letter_goes_to_the_address_that_the_order_has_when_it_is_written(database, order, letter_of):
    with database.writing() as session:
        made = issue(session, order.id)
        session.get(ShopOrder, order.id).email = "new@example.com"
    assert letter_of(made).to_address == "new@example.com"
    with database.reading() as session:
        assert queries.document(session, made.id).snapshot["buyer"]["email"] == "minji@example.com"
