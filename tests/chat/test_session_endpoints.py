"""Claims about opening and ending the chat in a browser, and about who is told what."""

import pytest
from sqlmodel import select

from chat import endpoints, session_endpoints
from chat.actions import mark_read, post_message
from chat.schemas import BOT, SHOPPER
from chat.tables import Conversation, ConversationEvent
from customers.errors import NoSuchDevice
from customers.queries import shopper_of
from customers.tables import Contact, ContactDevice
from faq import help_centres
from tests import factories
from tests.chat.shop_page import Browser, app_of, customer, pair, word_of

pytestmark = pytest.mark.database


@pytest.fixture
def shops(database, keys, clock):
    """Two shops, paired with secrets of their own."""
    with database.writing() as session:
        found = [factories.store(session), factories.store(session, currency="EUR")]
        pair(session, keys, found[0])
        pair(session, keys, found[1], root=bytes(reversed(range(32))))
        for number in (7, 8):
            customer(session, found[0], number)
    return found


@pytest.fixture
def shop(shops):
    return shops[0]


@pytest.fixture
def app(database, settings, keys, files, shops):
    return app_of(database, settings, keys, files, endpoints.router, session_endpoints.router)


@pytest.fixture
def browser(app, shop):
    return Browser(app, shop)


def said_by(database, browser, shop, text="도와주세요", answer=""):
    """A conversation of whoever the browser speaks for, with an answer of the bot; returns its public id."""
    with database.writing() as session:
        who = shopper_of(session, shop.id, browser.token)
        contact = session.get(Contact, who.contact_id)
        conversation = factories.conversation(session, shop, contact)
        post_message(session, conversation.id, author=SHOPPER, text=text)
        if answer:
            post_message(session, conversation.id, author=BOT, text=answer)
    return conversation.public_id


def rows(database, table) -> int:
    with database.reading() as session:
        return len(session.exec(select(table)).all())


# -- nobody yet --------------------------------------------------------------------------------------------------


def test_the_first_opening_gives_a_token_and_knows_nobody(browser, database):
    said = browser.open()
    assert len(said["token"]) >= 40 and said["conversations"] == []
    assert said["shopper"] == {"name": "", "email": "", "proven": False}
    with database.reading() as session:
        device = session.exec(select(ContactDevice)).one()
        contact = session.exec(select(Contact)).one()
    assert browser.token not in device.token_digest and contact.language == "ko"


def test_opening_again_is_the_same_person_and_tells_no_token(browser, database, shop):
    browser.open()
    mine = said_by(database, browser, shop)
    again = browser.open()
    assert again["token"] is None
    assert [one["id"] for one in again["conversations"]] == [mine]
    assert rows(database, Contact) == rows(database, ContactDevice) == 1


@pytest.mark.parametrize("token", ["unknown", "x" * 5000, "a b", "%00", "Bearer"])
def test_an_unknown_token_makes_a_new_browser_and_no_error(browser, token):
    browser.token = token
    assert browser.open()["token"] not in (None, token)


def test_a_token_ends_after_thirty_days_without_a_visit_and_lives_on_with_one(browser, clock):
    first = browser.open()["token"]
    clock.advance(days=29)
    assert browser.open()["token"] is None
    clock.advance(days=29)
    assert browser.open()["token"] is None
    clock.advance(days=31)
    assert browser.open()["token"] not in (None, first)


def test_the_answer_is_for_the_shops_own_pages_and_kept_nowhere(browser, shop):
    address = f"/api/chat/{shop.public_id}/session"
    own = browser.client.post(address, json={}, headers={"origin": shop.home_address})
    assert own.headers["access-control-allow-origin"] == shop.home_address
    assert own.headers["cache-control"] == "private, no-store"
    assert "access-control-allow-credentials" not in own.headers and "set-cookie" not in own.headers
    other = browser.client.post(address, json={}, headers={"origin": "https://evil.example"})
    assert "access-control-allow-origin" not in other.headers


def test_a_preflight_is_granted_to_the_shop_alone(browser, shop):
    address = f"/api/chat/{shop.public_id}/session"
    asked = {"access-control-request-method": "DELETE"}
    own = browser.client.options(address, headers={"origin": shop.home_address, **asked})
    assert own.status_code == 204 and "DELETE" in own.headers["access-control-allow-methods"]
    other = browser.client.options(address, headers={"origin": "https://evil.example", **asked})
    assert other.status_code == 403 and "access-control-allow-origin" not in other.headers


def test_an_unknown_shop_is_not_found(app, browser, shop):
    assert browser.client.post("/api/chat/nobody/session", json={}).status_code == 404


@pytest.mark.parametrize("body", [{"identity": 7}, {"language": "x" * 99}, []])
def test_what_is_no_form_is_refused_in_words(browser, shop, body):
    answer = browser.client.post(f"/api/chat/{shop.public_id}/session", json=body)
    assert answer.status_code == 400 and answer.json()["error"]["message"]


def test_one_address_cannot_make_browsers_without_end(browser, shop, monkeypatch):
    monkeypatch.setattr(session_endpoints, "NEW_BROWSERS", "3/hour")
    for _ in range(3):
        browser.token = ""
        browser.open()
    assert browser.open()["token"] is None  # A known browser is not counted.
    refused = browser.client.post(f"/api/chat/{shop.public_id}/session", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "too_many")


def test_the_settings_name_the_help_centre_of_the_shop(browser, database, shop):
    assert browser.open()["settings"]["help"] is None
    with database.writing() as session:
        centre = help_centres.help_centre_of(session, shop.id)
        centre.slug = "daon"
        locales = centre.locales
    told = browser.open()["settings"]
    assert told["help"] == {
        "address": "https://help.service.example/api/help/daon",
        "locales": locales,
    }
    assert told["languages"] == ["ko", "en"]


# -- unread ------------------------------------------------------------------------------------------------------


def test_unread_counts_what_others_said_after_the_mark(browser, database, shop):
    browser.open()
    mine = said_by(database, browser, shop, answer="안녕하세요")
    assert browser.ask("GET", "/api/chat/{shop}/unread").json() == {"unread": 1}
    assert browser.open()["conversations"][0]["unread"] == 1
    with database.writing() as session:
        conversation = session.exec(select(Conversation).where(Conversation.public_id == mine)).one()
        mark_read(session, conversation, reader="shopper", seq=2)
    assert browser.ask("GET", "/api/chat/{shop}/unread").json() == {"unread": 0}


def test_unread_of_a_browser_that_is_not_known_is_refused(browser):
    browser.token = "unknown"
    answer = browser.ask("GET", "/api/chat/{shop}/unread")
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "no_such_device")


# -- signed in at the shop -----------------------------------------------------------------------------------------


def test_the_shops_word_makes_the_browser_the_customers(browser, database, shop):
    said = browser.open(word_of(shop, 7))
    assert said["shopper"] == {"name": "고객 7", "email": "customer-7@example.com", "proven": True}


def test_two_browsers_of_one_account_agree(app, browser, database, shop):
    browser.open(word_of(shop, 7))
    mine = said_by(database, browser, shop)
    other = Browser(app, shop)
    assert [one["id"] for one in other.open(word_of(shop, 7))["conversations"]] == [mine]
    assert rows(database, Contact) == 1


def test_what_was_said_before_signing_in_comes_along_at_once(browser, database, shop, run_jobs):
    before = browser.open()["token"]
    mine = said_by(database, browser, shop)
    said = browser.open(word_of(shop, 7))
    assert [one["id"] for one in said["conversations"]] == [mine]
    # The token of before may have been copied by whoever used this computer earlier.
    assert said["token"] not in (None, before)
    browser.token = before
    assert browser.ask("GET", "/api/chat/{shop}/unread").status_code == 401
    run_jobs()


def test_what_was_said_under_another_address_stays_apart(browser, database, shop):
    browser.open()
    said_by(database, browser, shop)
    with database.writing() as session:
        guest = session.exec(select(Contact)).one()
        guest.email = "somebody-else@example.com"
        session.add(guest)
    assert browser.open(word_of(shop, 7))["conversations"] == []


def test_the_word_renewed_keeps_the_browser_and_lets_it_speak_on(browser, clock, shop):
    browser.open(word_of(shop, 7))
    for _ in range(3):
        clock.advance(minutes=14)
        said = browser.open(word_of(shop, 7))
        assert said["token"] is None and said["shopper"]["proven"]


def test_without_a_new_word_the_account_is_closed_after_a_while(browser, clock, database, shop):
    browser.open(word_of(shop, 7))
    said_by(database, browser, shop)
    clock.advance(minutes=14)
    with database.reading() as session:
        assert shopper_of(session, shop.id, browser.token).customer_remote_id == 7
    clock.advance(minutes=2)
    with database.reading() as session, pytest.raises(NoSuchDevice):
        shopper_of(session, shop.id, browser.token)


def test_the_number_of_answers_alone_is_told_while_the_account_is_closed(browser, clock, database, shop):
    browser.open(word_of(shop, 7))
    said_by(database, browser, shop, answer="안녕하세요")
    clock.advance(days=3)
    assert browser.ask("GET", "/api/chat/{shop}/unread").json() == {"unread": 1}
    browser.open()  # Signed out: nothing more is told to this browser.
    assert browser.ask("GET", "/api/chat/{shop}/unread").json() == {"unread": 0}


def test_signing_out_shows_nothing_of_the_account_and_ends_its_token(browser, database, shop):
    token = browser.open(word_of(shop, 7))["token"]
    said_by(database, browser, shop)
    said = browser.open()
    assert said["conversations"] == [] and said["shopper"]["email"] == ""
    assert said["token"] not in (None, token)
    browser.token = token
    assert browser.ask("GET", "/api/chat/{shop}/unread").status_code == 401


def test_another_account_on_the_same_browser_sees_nothing_of_the_first(browser, database, shop):
    browser.open(word_of(shop, 7))
    theirs = said_by(database, browser, shop)
    said = browser.open(word_of(shop, 8))
    assert said["conversations"] == [] and said["shopper"]["email"] == "customer-8@example.com"
    assert [one["id"] for one in browser.open(word_of(shop, 7))["conversations"]] == [theirs]


def test_what_a_stranger_says_after_somebody_signed_out_is_not_the_accounts(browser, database, shop):
    browser.open(word_of(shop, 7))
    browser.open()
    with database.writing() as session:
        guest = session.exec(select(Contact).where(Contact.customer_remote_id == 0)).one()
        assert guest.name == guest.email == ""


def test_a_wrong_word_makes_a_stranger_and_no_error(browser, shops, shop, clock):
    for identity in (
        None,
        "",
        "nonsense",
        "x" * 5000,
        "a.b.c",
        word_of(shop, 7, kid="k2"),
        word_of(shops[1], 7),
    ):
        browser.token = ""
        said = browser.open(identity)
        assert said["token"] and said["shopper"]["proven"] is False


def test_a_token_of_one_shop_opens_nothing_in_another(app, browser, database, shops):
    browser.open(word_of(shops[0], 7))
    said_by(database, browser, shops[0])
    other = Browser(app, shops[1])
    other.token = browser.token
    assert other.ask("GET", "/api/chat/{shop}/unread").status_code == 401
    assert other.open()["conversations"] == []
    assert browser.open(word_of(shops[0], 7))["conversations"] != []


# -- ending ------------------------------------------------------------------------------------------------------


def test_a_nameless_person_is_erased_with_all_they_wrote(browser, database, shop):
    browser.open()
    said_by(database, browser, shop, answer="네")
    assert browser.ask("DELETE", "/api/chat/{shop}/session").status_code == 204
    assert [rows(database, one) for one in (Contact, ContactDevice, Conversation, ConversationEvent)] == [
        0,
        0,
        0,
        0,
    ]
    assert browser.open()["conversations"] == []


def test_a_person_with_an_address_is_forgotten_by_this_browser_alone(browser, database, shop):
    browser.open(word_of(shop, 7))
    mine = said_by(database, browser, shop)
    assert browser.ask("DELETE", "/api/chat/{shop}/session").status_code == 204
    assert rows(database, ContactDevice) == 0 and rows(database, Conversation) == 1
    assert browser.open()["conversations"] == []
    assert [one["id"] for one in browser.open(word_of(shop, 7))["conversations"]] == [mine]


@pytest.mark.parametrize("token", ["", "unknown"])
def test_ending_twice_or_without_a_token_is_no_error_and_erases_nobody(browser, database, shop, token):
    browser.open()
    said_by(database, browser, shop)
    browser.token = token
    assert browser.ask("DELETE", "/api/chat/{shop}/session").status_code == 204
    assert rows(database, Conversation) == 1


def test_a_token_of_another_shop_ends_nothing(app, browser, database, shops):
    browser.open()
    other = Browser(app, shops[1])
    other.token = browser.token
    assert other.ask("DELETE", "/api/chat/{shop}/session").status_code == 204
    assert rows(database, ContactDevice) == 1
