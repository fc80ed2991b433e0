"""One click after the end: in the widget, and by the link in the transcript."""

import re

import pytest
from sqlmodel import select

from chat import actions, rating, transcripts
from chat import settings as chat_settings
from chat.errors import MessageRefused, NotYet, TranscriptRefused
from chat.schemas import BOT, SHOPPER, Author, NewEvent
from connector.tables import Store
from core.database import Database
from core.errors import TooMany
from core.security import SignedIn
from core.settings import Settings
from outbox.tables import Letter
from tests import factories
from tests.standins import Clock, HandWorker

from .conftest import Browse
from .handlers import kept, talk
from .signed_in import Browser, words

pytestmark = pytest.mark.database


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    with database.writing() as session:
        return factories.store(session)


@pytest.fixture
def ended(database: Database, store: Store, staff: dict[str, SignedIn], clock: Clock):
    """A resolved conversation of a shopper whose address is proven."""
    with database.writing() as session:
        contact = factories.contact(
            session, store, name="Minji", email="minji@example.com", email_proven_at=clock.now()
        )
        found = talk(session, store, "Where is my <b>parcel</b>?", contact=contact)
        actions.post_message(session, found.id, author=BOT, text="I am a machine.")
        agent = Author("agent", staff["agent"].staff_id)
        actions.post(session, found.id, NewEvent("note", agent, "internal secret"))
        actions.post_message(session, found.id, author=agent, text="It comes tomorrow.")
        actions.set_state(session, found.id, author=agent, state="resolved")
        return found


def scores(database: Database, found) -> list[int]:
    return [one.data["score"] for one in kept(database, found) if one.kind == "rating"]


def test_a_later_rating_counts_in_place_of_the_one_before(database: Database, ended):
    with database.writing() as session:
        rating.rate(session, ended.id, score=2)
        rating.rate(session, ended.id, score=2)
        rating.rate(session, ended.id, score=5, comment=" quick ")
        assert rating.given(session, ended.id) == rating.Given(5, "quick")
    assert scores(database, ended) == [2, 5]


def test_a_new_end_asks_anew(database: Database, ended):
    with database.writing() as session:
        rating.rate(session, ended.id, score=2)
        actions.post_message(session, ended.id, author=SHOPPER, text="again")
        actions.set_state(session, ended.id, author=SHOPPER, state="resolved")
        assert rating.given(session, ended.id) is None
        rating.rate(session, ended.id, score=2)
    assert scores(database, ended) == [2, 2]


@pytest.mark.parametrize(("score", "comment"), [(0, ""), (6, ""), (3, "x" * 2001)])
def test_what_is_no_rating_is_refused(database: Database, ended, score: int, comment: str):
    with database.writing() as session, pytest.raises(MessageRefused):
        rating.rate(session, ended.id, score=score, comment=comment)


def test_nothing_is_rated_before_its_end(database: Database, store: Store):
    with database.writing() as session:
        found = talk(session, store, "hi")
        with pytest.raises(NotYet):
            rating.rate(session, found.id, score=5)


# -- the letter --------------------------------------------------------------------------------------------------


def want(database: Database, found, address: str = "minji@example.com") -> None:
    with database.writing() as session:
        transcripts.want(session, found, address=address)


def letters(database: Database) -> list[Letter]:
    with database.reading() as session:
        return list(session.exec(select(Letter).where(Letter.purpose == "transcript")))


def test_the_letter_holds_what_was_said_in_public(database: Database, ended, run_jobs: HandWorker):
    want(database, ended, " Minji@Example.com ")
    want(database, ended)
    run_jobs()
    (letter,) = letters(database)
    assert (letter.to_address, letter.language) == ("minji@example.com", "ko")
    for said in ("parcel", "I am a machine.", "It comes tomorrow.", "Minji", "Agent", "/rate/"):
        assert said in letter.text
        assert said in letter.html
    assert "internal secret" not in letter.text + letter.html
    assert "<b>" not in letter.html


def test_it_is_sent_again_only_when_something_changed_and_seldom(
    database: Database, ended, clock: Clock, run_jobs: HandWorker
):
    for n in range(3):
        want(database, ended)
        want(database, ended)
        run_jobs()
        assert len(letters(database)) == n + 1
        with database.writing() as session:
            actions.post_message(session, ended.id, author=SHOPPER, text=f"more {n}")
    with pytest.raises(TooMany):
        want(database, ended)
    clock.advance(days=1, seconds=1)
    want(database, ended)
    run_jobs()
    assert len(letters(database)) == 4


@pytest.mark.parametrize("address", ["victim@example.com", "", "minji@example.com.evil.example"])
def test_it_goes_to_no_address_but_the_contacts_own(database: Database, ended, address: str):
    with pytest.raises(TranscriptRefused):
        want(database, ended, address)


def test_a_shopper_asks_for_it_at_the_chats_address(database: Database, browse: Browse, run_jobs: HandWorker):
    me, other = browse(), browse()
    mine = me.begin()
    path = f"/conversations/{mine}/transcript"
    assert other.ask("POST", path, json={"email": "me@shop-mail.com"}).status_code == 404
    assert me.ask("POST", path, json={"email": "no address"}).status_code == 400
    assert me.ask("POST", path, json={"email": "me@shop-mail.com"}).status_code == 202
    refused = me.ask("POST", path, json={"email": "victim@shop-mail.com"})
    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "transcript_refused")
    run_jobs()
    assert [one.to_address for one in letters(database)] == ["me@shop-mail.com"]
    answers = [me.ask("POST", path, json={"email": "me@shop-mail.com"}).status_code for _ in range(6)]
    assert answers[-1] == 429


def test_nobody_can_write_to_strangers_through_it(database: Database, store: Store, run_jobs: HandWorker):
    with database.writing() as session:
        contact = factories.contact(session, store, name="Buy pills", email="victim@example.com")
        found = talk(session, store, "Buy pills at evil.example", contact=contact)
        actions.post_message(session, found.id, author=BOT, text="A person will answer.")
    want(database, found, "victim@example.com")
    run_jobs()
    (letter,) = letters(database)
    for part in (letter.text, letter.html, letter.subject, letter.to_name):
        assert "pills" not in part
        assert "evil.example" not in part
    assert "A person will answer." in letter.text


def test_a_letter_whose_contact_has_another_address_by_now_is_not_sent(
    database: Database, ended, run_jobs: HandWorker
):
    want(database, ended)
    with database.writing() as session:
        contact = session.get_one(
            type(factories.contact(session, factories.store(session))), ended.contact_id
        )
        contact.email = "other@example.com"
    run_jobs()
    assert letters(database) == []


# -- the link in it ----------------------------------------------------------------------------------------------


@pytest.fixture
def link(database: Database, ended, run_jobs: HandWorker, settings: Settings) -> str:
    want(database, ended)
    run_jobs()
    address = re.search(r"https?://\S+/rate/\S+", letters(database)[0].text)
    assert address
    return address[0].removeprefix(settings.address)


def test_opening_the_link_counts_nothing_and_a_click_counts(
    database: Database,
    ended,
    link: str,
    browser: Browser,
):
    for _ in range(3):
        shown = browser().get(link)
        assert (shown.status_code, shown.headers["referrer-policy"]) == (200, "no-referrer")
        assert browser().head(link).status_code in (200, 405)
    assert scores(database, ended) == []
    assert "One click is enough" in words(shown)
    answer = browser().post(link, data={"score": 4})
    assert "Your answer: Good" in words(answer)
    browser().post(link, data={"score": 4})
    browser().post(link, data={"score": 4, "comment": "<script>x</script>"})
    assert scores(database, ended) == [4, 4]
    assert "<script>x" not in browser().post(link, data={"score": 4, "comment": "<script>x</script>"}).text
    assert "만족" in words(browser(language="ko").get(link))


@pytest.mark.parametrize("score", ["0", "6", "x", ""])
def test_a_crafted_answer_counts_nothing(
    database: Database,
    ended,
    link: str,
    browser: Browser,
    score: str,
):
    assert browser().post(link, data={"score": score}).status_code in (400, 422)
    assert scores(database, ended) == []


def test_an_altered_link_and_one_from_another_site_count_nothing(
    database: Database,
    ended,
    link: str,
    browser: Browser,
):
    assert browser().post(link[:-2] + "xx", data={"score": 5}).status_code == 404
    sent = browser().post(link, data={"score": 5}, headers={"sec-fetch-site": "cross-site"})
    assert sent.status_code == 403
    assert scores(database, ended) == []


def test_an_old_link_and_a_shop_that_asks_no_more_say_so(
    database: Database,
    store: Store,
    ended,
    link: str,
    browser: Browser,
    clock: Clock,
):
    with database.writing() as session:
        chat_settings.change(session, store, rating=False)
    assert browser().post(link, data={"score": 5}).status_code == 404
    with database.writing() as session:
        chat_settings.change(session, store, rating=True)
    clock.advance(days=30, seconds=1)
    assert browser().get(link).status_code == 410
    assert scores(database, ended) == []
