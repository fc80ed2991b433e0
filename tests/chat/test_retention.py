"""Old conversations go when an owner wants that, and only then."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select

from chat import actions, handling, jobs, merging, retention, settings
from chat.tables import Conversation, ConversationEvent
from connector.tables import Store
from core.database import Database
from customers.tables import Contact
from tests import factories
from tests.standins import Clock

from .handlers import member, talk

pytestmark = pytest.mark.database


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    with database.writing() as session:
        return factories.store(session)


def left(database: Database) -> set[int]:
    with database.reading() as session:
        return set(session.exec(select(Conversation.id)))


def test_nothing_is_erased_unless_an_owner_wants_it(database: Database, store: Store, clock: Clock):
    with database.writing() as session:
        found = talk(session, store, "hi")
        actions.set_state(session, found.id, author=actions.SHOPPER, state="resolved")
    clock.advance(days=4000)
    jobs.erase_old(database)
    assert left(database) == {found.id}


def test_what_was_resolved_long_ago_goes_with_all_that_hangs_on_it(
    database: Database, store: Store, clock: Clock
):
    with database.writing() as session:
        mina, other = member(session, "Mina"), factories.store(session)
        settings.change(session, store, keep_months=3)
        old, merged = talk(session, store, "a"), None
        merged = talk(session, store, "b", contact=session.get(Contact, old.contact_id))
        merging.merge(session, merged.id, old.id, mina)
        spam, still_open, elsewhere = (talk(session, at, "x") for at in (store, store, other))
        for one in (old, elsewhere):
            handling.resolve(session, one.id, mina)
        handling.mark_spam(session, spam.id, mina)
    clock.moment = datetime(2027, 2, 22, 12, tzinfo=UTC)
    with database.writing() as session:
        young = talk(session, store, "new")
        handling.resolve(session, young.id, mina)
    jobs.erase_old(database)
    assert left(database) == {old.id, merged.id, spam.id, still_open.id, elsewhere.id, young.id}
    clock.moment = datetime(2027, 2, 24, 12, tzinfo=UTC)
    jobs.erase_old(database)
    jobs.erase_old(database)
    assert left(database) == {still_open.id, elsewhere.id, young.id}
    with database.reading() as session:
        kept = set(session.exec(select(ConversationEvent.conversation_id)))
    assert kept == left(database)


def test_many_go_in_small_steps(database: Database, store: Store, clock: Clock):
    with database.writing() as session:
        settings.change(session, store, keep_months=1)
        for _ in range(retention.AT_A_TIME * 2 + 1):
            found = talk(session, store)
            actions.set_state(session, found.id, author=actions.SHOPPER, state="resolved")
    clock.advance(days=40)
    with database.writing() as session:
        before = retention.before(session, store.id)
        assert before is not None
        assert retention.erase_some(session, store.id, before) is True
    assert len(left(database)) == retention.AT_A_TIME + 1
    jobs.erase_old(database)
    assert left(database) == set()


def test_a_month_has_the_length_of_its_calendar(database: Database, store: Store, clock: Clock):
    clock.moment = datetime(2027, 3, 31, 12, tzinfo=UTC)
    with database.writing() as session:
        settings.change(session, store, keep_months=13)
        before = retention.before(session, store.id)
    assert before is not None
    assert (before.year, before.month, before.day) == (2026, 2, 1)
