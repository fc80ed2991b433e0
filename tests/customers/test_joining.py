"""Claims about when two contacts are one person: over a mailbox that was shown to be read, and over nothing less."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from chat import joining
from chat.actions import post_message
from chat.schemas import SHOPPER
from chat.tables import Conversation
from core import clock
from customers import actions, queries
from customers.errors import NoSuchDevice
from customers.joining import prove_address
from customers.tables import Contact, ContactDevice
from tests import factories
from tests.chat.shop_page import Browser, word_of
from tests.customers.test_endpoints import MINJI, ask, code_in, enter, looked_up

pytestmark = pytest.mark.database


@pytest.fixture
def order(database, shop):
    with database.writing() as session:
        return factories.order(session, shop, number="1042")


def talk(database, browser, shop) -> str:
    """A conversation of whoever the browser speaks for; returns its public id."""
    with database.writing() as session:
        who = queries.shopper_of(session, shop.id, browser.token)
        made = factories.conversation(session, shop, queries.contact(session, who.contact_id))
        post_message(session, made.id, author=SHOPPER, text="어디쯤 왔나요?")
    return made.public_id


def conversations(browser) -> set[str]:
    answer = browser.ask("GET", "/api/chat/{shop}/conversations")
    assert answer.status_code == 200, answer.text
    return {one["id"] for one in answer.json()["conversations"]}


# -- two browsers of one mailbox -----------------------------------------------------------------------------------


def test_two_browsers_that_prove_one_mailbox_become_one_person(database, browse, shop, order, run_jobs):
    first, second = browse(), browse()
    talks = {talk(database, first, shop), talk(database, second, shop)}
    looked_up(first, database, run_jobs)
    looked_up(second, database, run_jobs)
    run_jobs()
    assert conversations(first) == conversations(second) == talks
    with database.reading() as session:
        people = session.exec(select(Contact).where(Contact.joined_into_id == None)).all()  # noqa: E711
    assert [(who.email, who.email_proven_at is not None) for who in people] == [(MINJI, True)]


def test_until_the_job_has_run_a_browser_keeps_what_it_had(database, browse, shop, order, run_jobs):
    first, second = browse(), browse()
    theirs = talk(database, second, shop)
    looked_up(first, database, run_jobs)
    code_id = ask(second).json()["code_id"]
    run_jobs()
    assert enter(second, code_id, code_in(database)).status_code == 200
    assert "chat.move_conversations" in run_jobs.waiting()
    assert conversations(second) == {theirs}
    run_jobs()
    assert conversations(second) == {theirs}


def test_a_second_order_of_another_mailbox_joins_nobody(database, browse, shop, order, run_jobs):
    with database.writing() as session:
        factories.order(session, shop, number="2001", billing=factories.ANNA)
    first, second = browse(), browse()
    looked_up(first, database, run_jobs)
    looked_up(second, database, run_jobs, number="2001", email="anna@example.com")
    assert looked_up(first, database, run_jobs, number="2001", email="anna@example.com").status_code == 200
    run_jobs()
    with database.reading() as session:
        assert {who.email for who in session.exec(select(Contact))} == {MINJI, "anna@example.com"}
        assert all(who.joined_into_id is None for who in session.exec(select(Contact)))


def test_saying_the_same_address_joins_nobody(database, session, shop):
    known = factories.contact(session, shop, email=MINJI, email_proven_at=clock.now())
    said = factories.contact(session, shop, email=MINJI)
    prove_address(session, said, "other@example.com")
    assert said.joined_into_id is None and known.joined_into_id is None


def test_people_of_two_shops_stay_apart(session, shops):
    one = factories.contact(session, shops[0], email=MINJI, email_proven_at=clock.now())
    two = factories.contact(session, shops[1])
    prove_address(session, two, MINJI)
    assert two.joined_into_id is None and one.joined_into_id is None
    assert two.email == MINJI and two.email_proven_at is not None


# -- guest and account ---------------------------------------------------------------------------------------------


def test_a_guest_who_proves_the_mailbox_of_an_account_that_proved_it_joins_it_for_a_day(
    database, browse, shop, order, clock, run_jobs
):
    with database.writing() as session:
        account = factories.contact(
            session, shop, customer_remote_id=7, email=MINJI, email_proven_at=clock.now(), name="김민지"
        )
    guest = browse()
    mine = talk(database, guest, shop)
    looked_up(guest, database, run_jobs)
    run_jobs()
    assert conversations(guest) == {mine}
    with database.reading() as session:
        who = queries.shopper_of(session, shop.id, guest.token)
        assert (who.contact_id, who.customer_remote_id) == (account.id, 0)  # Not signed in: no other orders.
    clock.advance(hours=24)
    with database.reading() as session, pytest.raises(NoSuchDevice):
        queries.shopper_of(session, shop.id, guest.token)
    assert guest.open()["conversations"] == []


def test_an_account_that_proves_its_own_address_takes_in_the_guest_of_it(
    database, browse, shop, order, run_jobs
):
    guest = browse()
    theirs = talk(database, guest, shop)
    looked_up(guest, database, run_jobs)
    with database.writing() as session:
        account = factories.contact(session, shop, customer_remote_id=9, email=MINJI)
        prove_address(session, account, MINJI)
    run_jobs()
    with database.reading() as session:
        found = queries.contact_of_address(session, shop.id, MINJI)
        moved = session.exec(select(Conversation).where(Conversation.public_id == theirs)).one()
    assert (found.id, moved.contact_id) == (account.id, account.id)
    assert conversations(guest) == {theirs}


def test_an_account_that_proves_another_address_keeps_its_own(session, shop):
    account = factories.contact(session, shop, customer_remote_id=7, email="own@example.com")
    guest = factories.contact(session, shop, email=MINJI, email_proven_at=clock.now())
    prove_address(session, account, MINJI)
    prove_address(session, account, "third@example.com")
    assert (account.email, account.email_proven_at) == ("own@example.com", None)
    assert guest.joined_into_id is None


def test_what_the_shop_says_of_an_accounts_address_proves_no_mailbox(database, browse, shop):
    browse(word_of(shop, 7))
    with database.reading() as session:
        account = session.exec(select(Contact).where(Contact.customer_remote_id == 7)).one()
    assert account.email == "customer-7@example.com" and account.email_proven_at is None


def test_first_openings_of_an_account_at_one_moment_make_one_contact(app, database, shop):
    browsers = [Browser(app, shop) for _ in range(6)]
    word = word_of(shop, 7)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda browser: browser.open(word), browsers))
    with database.reading() as session:
        assert [who.customer_remote_id for who in session.exec(select(Contact))] == [7]


def test_browsers_that_prove_one_mailbox_at_one_moment_become_one_person(
    database, browse, shop, order, run_jobs
):
    with database.writing() as session:
        for number in ("2001", "2002"):
            factories.order(session, shop, number=number)
    browsers, entered = [browse() for _ in range(3)], []
    for browser, number in zip(browsers, ("1042", "2001", "2002"), strict=True):
        code_id = ask(browser, number).json()["code_id"]
        run_jobs()
        entered.append((browser, code_id, code_in(database)))
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda given: enter(*given).status_code, entered))
    assert answers == [200, 200, 200]
    run_jobs()
    with database.reading() as session:
        owner = queries.contact_of_address(session, shop.id, MINJI)
        assert {one.contact_id for one in session.exec(select(ContactDevice))} == {owner.id}


# -- the job -------------------------------------------------------------------------------------------------------


def test_moving_twice_or_in_another_order_ends_the_same(database, shop):
    with database.writing() as session:
        people = [factories.contact(session, shop) for _ in range(3)]
        talks = [factories.conversation(session, shop, who) for who in people]
        for who in people:
            factories.device(session, who)
        actions.join(session, people[0], people[1])
        actions.join(session, people[1], people[2])
    with database.writing() as session:
        for contact_id, into_id in [(people[1].id, people[2].id), (people[0].id, people[1].id)] * 2:
            joining.move(session, contact_id, into_id)
    with database.reading() as session:
        assert {one.contact_id for one in session.exec(select(Conversation))} == {people[2].id}
        assert {one.contact_id for one in session.exec(select(ContactDevice))} == {people[2].id}
        assert len(talks) == 3


def test_joining_again_changes_nothing_and_nobody_is_joined_with_themselves(session, shop):
    one, two = factories.contact(session, shop, name="민지"), factories.contact(session, shop)
    actions.join(session, one, two)
    actions.join(session, one, one)
    actions.join(session, one, factories.contact(session, shop))
    assert (one.joined_into_id, two.name) == (two.id, "민지")


def test_a_block_goes_along(session, shop):
    one, two = factories.contact(session, shop, blocked_at=clock.now()), factories.contact(session, shop)
    actions.join(session, one, two)
    assert two.blocked_at is not None


def test_a_blocked_guest_is_not_washed_clean_by_signing_in(database, browse, shop):
    browser = browse()
    theirs = talk(database, browser, shop)
    with database.writing() as session:
        guest = session.exec(select(Contact)).one()
        guest.blocked_at = clock.now()
        session.add(guest)
    browser.open(word_of(shop, 7))
    with database.reading() as session:
        talked = session.exec(select(Conversation).where(Conversation.public_id == theirs)).one()
        assert talked.contact_id == guest.id
