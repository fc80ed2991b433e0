"""The one door of conversations: numbers without gaps, nothing twice, and what follows from a message."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from chat import actions, queries
from chat.announcing import EVENTS, Reached
from chat.errors import AnsweredMeanwhile, ConversationNotFound, MessageRefused, NotForTheBot
from chat.schemas import BOT, SHOPPER, Author, NewEvent
from chat.tables import Conversation, ConversationEvent
from core.database import Database
from core.fanout import InProcess
from customers.schemas import Shopper
from staff.tables import StaffMember
from tests import factories
from tests.standins import Clock

pytestmark = pytest.mark.database


@pytest.fixture
def talk(database: Database, clock: Clock) -> Conversation:
    with database.writing() as session:
        store = factories.store(session)
        return factories.conversation(session, store, factories.contact(session, store))


@pytest.fixture
def agents(database: Database, clock: Clock) -> tuple[Author, Author]:
    with database.writing() as session:
        made = [
            StaffMember(
                email=f"{name}@example.com",
                name=name,
                role="agent",
                language="ko",
                password_hash="",
                created_at=clock.now(),
            )
            for name in ("mina", "jun")
        ]
        session.add_all(made)
        session.flush()
        return Author("agent", made[0].id), Author("agent", made[1].id)


def say(
    database: Database, talk: Conversation, author: Author, text: str, **more: object
) -> ConversationEvent:
    with database.writing() as session:
        return actions.post_message(session, talk.id, author=author, text=text, **more).event


def now(database: Database, talk: Conversation) -> Conversation:
    with database.reading() as session:
        return queries.conversation(session, talk.id)


def test_events_are_numbered_without_gaps_however_many_write(database: Database, talk: Conversation):
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda n: say(database, talk, SHOPPER, f"m{n}", client_id=f"c{n % 20}"), range(40)))
    with database.reading() as session:
        found = queries.events(session, talk.id, since=0, public_only=True)
    assert [one.seq for one in found] == list(range(1, 21))
    assert len({one.client_id for one in found}) == 20
    assert now(database, talk).last_seq == 20


def test_the_same_client_id_is_the_same_message(database: Database, talk: Conversation):
    first = say(database, talk, SHOPPER, "언제 오나요?", client_id="a")
    again = say(database, talk, SHOPPER, "언제 오나요?", client_id="a")
    assert (first.seq, again.seq) == (1, 1)
    with database.reading() as session:
        assert len(session.exec(select(ConversationEvent)).all()) == 1


@pytest.mark.parametrize("text", ["", "   ", "\0", "가" * 2731])
def test_what_is_no_message_is_refused_and_leaves_nothing(database: Database, talk: Conversation, text: str):
    with pytest.raises(MessageRefused):
        say(database, talk, SHOPPER, text)
    assert now(database, talk).last_seq == 0


def test_a_message_of_8_kb_is_taken(database: Database, talk: Conversation):
    assert say(database, talk, SHOPPER, "가" * 2730).seq == 1


def test_the_bot_is_silent_once_a_person_wrote(database: Database, talk: Conversation, agents):
    say(database, talk, SHOPPER, "hello")
    say(database, talk, BOT, "automatic")
    say(database, talk, agents[0], "Hi, this is Mina.")
    with pytest.raises(NotForTheBot):
        say(database, talk, BOT, "late")
    assert now(database, talk).assignee_id == agents[0].staff_id


def test_a_resolved_conversation_opens_again_with_a_new_question_for_the_bot(
    database: Database, talk: Conversation, agents
):
    say(database, talk, agents[0], "Done.")
    with database.writing() as session:
        actions.set_state(session, talk.id, author=agents[0], state="resolved")
    assert (now(database, talk).state, now(database, talk).held_by) == ("resolved", "people")
    say(database, talk, SHOPPER, "another question")
    found = now(database, talk)
    assert (found.state, found.held_by, found.resolved_at) == ("open", "bot", None)
    with database.reading() as session:
        kinds = [one.kind for one in queries.events(session, talk.id, since=0, public_only=True)]
    assert kinds == ["message", "state", "message", "state"]


def test_waiting_begins_with_the_first_unanswered_message(
    database: Database, talk: Conversation, agents, clock: Clock
):
    with database.writing() as session:
        actions.hand_over(session, talk.id, author=SHOPPER, reason="asked")
    began = clock.now()
    clock.advance(minutes=5)
    say(database, talk, SHOPPER, "anybody?")
    assert now(database, talk).waiting_since == began
    say(database, talk, agents[0], "I am here.")
    assert now(database, talk).waiting_since is None


def test_a_second_agent_is_told_of_the_first_answer(database: Database, talk: Conversation, agents):
    seen = say(database, talk, SHOPPER, "?").seq
    say(database, talk, agents[0], "Tomorrow.", after=seen)
    say(database, talk, agents[0], "Before noon.", after=seen)
    with pytest.raises(AnsweredMeanwhile) as refused:
        say(database, talk, agents[1], "Next week.", after=seen)
    assert refused.value.details["text"] == "Before noon."


def test_a_shopper_sees_nothing_of_others_and_no_notes(database: Database, talk: Conversation, agents):
    with database.writing() as session:
        actions.post(session, talk.id, NewEvent("note", agents[0], "internal"))
        other = Shopper(talk.store_id, talk.contact_id + 1, 1)
        with pytest.raises(ConversationNotFound):
            queries.conversation_seen_by(session, other, talk.public_id)
        own = Shopper(talk.store_id, talk.contact_id, 1)
        assert queries.conversation_seen_by(session, own, talk.public_id).id == talk.id
        assert queries.events(session, talk.id, since=0, public_only=True) == []


def test_others_hear_of_it_after_the_commit_and_only_then(database: Database, talk: Conversation):
    fanout, heard = InProcess(), []
    database.attached["fanout"] = fanout
    fanout.listen(lambda topic, note: heard.append((topic, Reached.read(note).seq)))
    with database.writing() as session:
        actions.post_message(session, talk.id, author=SHOPPER, text="one")
        assert heard == []
    assert heard == [(EVENTS, 1)]
    with pytest.raises(RuntimeError), database.writing() as session:
        actions.post_message(session, talk.id, author=SHOPPER, text="two")
        raise RuntimeError
    assert heard == [(EVENTS, 1)]


def test_a_read_mark_only_grows(database: Database, talk: Conversation):
    for n in range(3):
        say(database, talk, SHOPPER, f"m{n}")
    for seq, kept in ((2, 2), (1, 2), (9, 3)):
        with database.writing() as session:
            conversation = queries.conversation(session, talk.id)
            actions.mark_read(session, conversation, reader="shopper", seq=seq)
        with database.reading() as session:
            assert queries.read_marks(session, talk.id) == {"shopper": kept}
