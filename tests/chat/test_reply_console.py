"""Writing at the desk: answers, notes, drafts, what is put in, and what is done with a conversation."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from chat import actions, inserting, labels, saved_replies, snoozing
from chat.desk_tables import Mention, ReplyDraft, SavedReply, StaffDuty
from chat.schemas import SHOPPER
from connector.tables import Store
from core import clock as wall
from core.database import Database
from faq.tables import ArticleText
from invoices import issuing
from tests import factories
from tests.faq import factories as articles

from .at_desk import Desk, Talk, answer, now_of, said_in, words

pytestmark = pytest.mark.database


# -- answers -----------------------------------------------------------------------------------------------------


def test_the_same_answer_sent_twice_is_said_once(desk: Desk, talk: Talk, database: Database) -> None:
    me, found = desk("agent"), talk("hello")
    for _ in range(2):
        reply = me.send(f"/conversations/{found.public_id}/reply", text="Hello", after=2, client_id="c-1")
        assert (reply.status_code, reply.text) == (204, "")
    assert [one.text for one in said_in(database, found)] == ["hello", "Hello"]


def test_an_answer_after_a_colleagues_is_refused_and_shows_theirs(
    desk: Desk, talk: Talk, database: Database
) -> None:
    me, other, found = desk("agent", "Jun"), desk("agent", "민지"), talk("hello")
    with database.writing() as session:
        answer(session, found, other.who.staff_id, "먼저 <b>답변</b>")
    reply = me.send(f"/conversations/{found.public_id}/reply", text="My answer", after=2)
    assert reply.status_code == 409
    told = reply.json()["error"]
    assert told["code"] == "answered_meanwhile"
    assert (told["details"]["name"], told["details"]["text"]) == ("민지", "먼저 <b>답변</b>")
    again = me.send(f"/conversations/{found.public_id}/reply", text="My answer", after=told["details"]["seq"])
    assert again.status_code == 204


def test_without_a_script_what_was_refused_comes_back_as_a_draft(
    desk: Desk, talk: Talk, database: Database
) -> None:
    me, other, found = desk("agent"), desk("agent"), talk("hello")
    with database.writing() as session:
        answer(session, found, other.who.staff_id, "First")
    reply = me.post(f"/conversations/{found.public_id}/reply", text="My answer", after=2)
    assert reply.status_code == 303
    page = words(me.get(reply.headers["location"]))
    assert "My answer" in page
    assert "First" in page
    assert "Somebody else has answered meanwhile." in page


def test_what_the_shopper_adds_meanwhile_stops_no_answer(desk: Desk, talk: Talk, database: Database) -> None:
    me, found = desk("agent"), talk("hello")
    with database.writing() as session:
        actions.post_message(session, found.id, author=SHOPPER, text="anybody?")
    assert me.send(f"/conversations/{found.public_id}/reply", text="Here", after=1).status_code == 204


@pytest.mark.parametrize("text", ["", "   \n", "x" * 9000, "Dear {{customer.name}}, hello"])
def test_what_cannot_be_sent_is_refused_and_says_why(
    desk: Desk, talk: Talk, database: Database, text: str
) -> None:
    me, found = desk("agent"), talk("hello")
    reply = me.send(f"/conversations/{found.public_id}/reply", text=text, after=2)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"]
    assert [one.text for one in said_in(database, found)] == ["hello"]


def test_a_note_is_for_colleagues_and_names_them(desk: Desk, talk: Talk, database: Database) -> None:
    me, other, found = desk("agent", "Jun"), desk("agent", "김민지"), talk("hello")
    me.send(f"/conversations/{found.public_id}/reply", note="true", text="@김민지님 봐 주세요 {{x}}")
    (note,) = said_in(database, found, "note")
    assert (note.public, note.data["mentions"]) == (False, [other.who.staff_id])
    assert now_of(database, found).waiting_since is not None
    assert "봐 주세요" in words(other.get("/conversations?view=mentions"))
    other.send(f"/conversations/{found.public_id}/read", seq=note.seq)
    with database.reading() as session:
        assert session.exec(select(Mention)).one().seen_at is not None
    assert "read every note" in words(other.get("/conversations?view=mentions"))


def test_answering_and_resolving_are_one_step_when_wished(desk: Desk, talk: Talk, database: Database) -> None:
    me, found = desk("agent"), talk("hello")
    me.send(f"/conversations/{found.public_id}/reply", text="Done", after=2, then="resolve")
    assert now_of(database, found).state == "resolved"


# -- drafts ------------------------------------------------------------------------------------------------------


def test_a_draft_is_kept_for_each_person_and_conversation_until_it_is_sent(
    desk: Desk, talk: Talk, database: Database
) -> None:
    me, other, one, two = desk("agent"), desk("agent"), talk("a"), talk("b")
    me.send(f"/conversations/{one.public_id}/draft", text="to be continued", note="true")
    assert "to be continued" in words(me.get(f"/conversations/{one.public_id}"))
    assert "composer-note" in me.get(f"/conversations/{one.public_id}").text
    for who, found in ((other, one), (me, two)):
        assert "to be continued" not in who.get(f"/conversations/{found.public_id}").text
    me.send(f"/conversations/{one.public_id}/reply", text="Sent", after=2)
    with database.reading() as session:
        assert session.exec(select(ReplyDraft)).all() == []


def test_an_emptied_draft_leaves_nothing(desk: Desk, talk: Talk, database: Database) -> None:
    me, found = desk("agent"), talk("a")
    for text in ("something", " "):
        me.send(f"/conversations/{found.public_id}/draft", text=text)
    with database.reading() as session:
        assert session.exec(select(ReplyDraft)).all() == []


# -- what is put in ----------------------------------------------------------------------------------------------


def test_saved_replies_come_filled_and_name_what_is_missing(
    desk: Desk, talk: Talk, database: Database
) -> None:
    me = desk("agent", "Jun")
    with database.writing() as session:
        texts = {"ko": "{{customer.name}}님, 주문 {{order.number}} 확인했어요."}
        saved_replies.save(session, me.who, shortcut="ok", title="Confirmed", texts=texts)
    found = talk("x", name="민지")
    (offered,) = me.get(f"/conversations/{found.public_id}/replies?q=o").json()["replies"]
    assert offered["unfilled"] == ["order.number"]
    assert offered["text"].startswith("민지님, 주문 {{order.number}}")
    refused = me.send(f"/conversations/{found.public_id}/reply", text=offered["text"], after=2)
    assert refused.json()["error"]["code"] == "reply_unfilled"
    me.send(f"/conversations/{found.public_id}/reply", text="확인했어요", after=2, used=[offered["id"]])
    with database.reading() as session:
        assert session.exec(select(SavedReply)).one().used == 1


def test_invoice_links_are_offered_only_to_who_proved_to_be_the_customer(
    desk: Desk, talk: Talk, shop: Store, database: Database, app
) -> None:
    with database.writing() as session:
        order = factories.order(session, shop)
        invoice = issuing.issue(session, int(order.id or 0), silent=True)
        assert invoice is not None
        invoice.pdf_digest = "0" * 64
        session.add(invoice)
    said = talk("x", email="minji@example.com")
    proven = talk("x", email="minji@example.com", email_proven_at=wall.now())
    me = desk("agent")
    assert "data-insert" not in me.get(f"/conversations/{said.public_id}/invoices").text
    page = me.get(f"/conversations/{proven.public_id}/invoices").text
    assert 'data-insert="https://help.shop.example/i/' in page


def test_a_good_reply_becomes_a_draft_article_without_what_tells_who_asked(
    desk: Desk, talk: Talk, shop: Store, database: Database
) -> None:
    me, found = desk("agent"), talk("교환은 어떻게 하나요? 제 번호는 010-1234-5678이에요", language="ko")
    link = "https://help.shop.example/i/" + "a" * 60
    me.send(f"/conversations/{found.public_id}/reply", text=f"7일 안에 보내 주세요. {link}", after=2)
    seq = said_in(database, found)[-1].seq
    reply = me.post(f"/conversations/{found.public_id}/article", seq=seq)
    with database.reading() as session:
        text = session.exec(select(ArticleText)).one()
    assert reply.headers["location"] == f"/articles/{text.article_id}/ko"
    assert (text.state, text.body) == ("draft", "7일 안에 보내 주세요. …")
    assert text.title.startswith("교환은 어떻게 하나요?")
    assert "1234" not in text.title + "".join(text.samples)
    assert me.post(f"/conversations/{found.public_id}/article", seq=1).status_code == 404


def test_articles_that_fit_the_question_are_offered_with_their_address(
    desk: Desk, talk: Talk, shop: Store, database: Database
) -> None:
    with database.writing() as session:
        store = session.get_one(Store, shop.id)
        articles.article(session, store, "반품은 어떻게 하나요?", "14일 안에 보내 주세요.", locale="ko")
    found = talk("반품은 어떻게 하나요?", language="ko")
    page = desk("agent").get(f"/conversations/{found.public_id}/articles").text
    assert "반품은 어떻게 하나요?" in page
    assert "https://help.shop.example/help/" in page
    with database.reading() as session:
        assert inserting.last_question(session, found) == "반품은 어떻게 하나요?"


# -- what is done ------------------------------------------------------------------------------------------------


def test_every_button_does_what_it_says(desk: Desk, talk: Talk, database: Database) -> None:
    me, other, found = desk("agent"), desk("owner"), talk("x")
    place = f"/conversations/{found.public_id}"
    with database.writing() as session:
        one = labels.save(session, name="VIP", colour="green")

    def after(verb: str, **fields: object):
        assert me.send(f"{place}/{verb}", **fields).status_code == 204, verb
        return now_of(database, found)

    assert after("take").assignee_id == me.who.staff_id
    assert after("assign", staff=other.who.staff_id).assignee_id == other.who.staff_id
    assert after("assign", staff=0).assignee_id is None
    assert after("priority", priority=2).priority == 2
    after("labels", label=[one.id], new="Returns")
    with database.reading() as session:
        assert [x.name for x in labels.labels_of(session, [found.id])[found.id]] == ["Returns", "VIP"]
    after("labels")
    with database.reading() as session:
        assert labels.labels_of(session, [found.id])[found.id] == []
    assert after("snooze", until="later").state == "snoozed"
    assert after("state", to="resolved").state == "resolved"
    assert after("state", to="open").state == "open"
    assert after("spam", block="true").state == "spam"
    with database.reading() as session:
        assert session.get_one(factories.Contact, found.contact_id).blocked_at is not None
    after("unblock")
    with database.reading() as session:
        assert session.get_one(factories.Contact, found.contact_id).blocked_at is None


@pytest.mark.parametrize(
    ("verb", "fields"),
    [
        ("assign", {"staff": 999}),
        ("team", {"team": 999}),
        ("labels", {"label": [999]}),
        ("priority", {"priority": 7}),
        ("snooze", {"until": "own", "own": "yesterday"}),
        ("snooze", {"until": "own", "own": "2020-01-01T10:00"}),
        ("order", {"order": 999}),
        ("merge", {"into": ""}),
        ("merge", {"into": "nowhere"}),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(desk: Desk, talk: Talk, verb: str, fields) -> None:
    reply = desk("agent").send(f"/conversations/{talk('x').public_id}/{verb}", **fields)
    assert reply.status_code in (400, 404)
    assert reply.json()["error"]["message"]


def test_snoozing_wakes_in_the_morning_of_the_shop(clock) -> None:
    clock.moment = datetime(2026, 11, 23, 12, tzinfo=UTC)  # A Monday; in Seoul it is nine in the evening.
    assert snoozing.moment("later", "Asia/Seoul") == clock.moment + timedelta(hours=3)
    assert snoozing.moment("tomorrow", "Asia/Seoul") == datetime(2026, 11, 24, 0, tzinfo=UTC)
    assert snoozing.moment("week", "Asia/Seoul") == datetime(2026, 11, 30, 0, tzinfo=UTC)
    assert snoozing.moment("own", "Europe/Berlin", own="2026-11-25T08:30") == datetime(
        2026, 11, 25, 7, 30, tzinfo=UTC
    )


def test_being_available_is_switched_by_hand_and_being_here_changes_it_not(
    desk: Desk, database: Database
) -> None:
    me = desk("agent")

    def duty() -> bool:
        with database.reading() as session:
            return session.get_one(StaffDuty, me.who.staff_id).available

    me.send("/console/chat/here")
    assert duty() is False
    me.send("/console/chat/duty", available="true")
    me.send("/console/chat/here")
    assert duty() is True
    assert "checked" in me.get("/conversations").text
    me.send("/console/chat/duty")
    assert duty() is False
