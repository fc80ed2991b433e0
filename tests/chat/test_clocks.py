"""The clock of the first response."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from chat import actions, assigning, clocks, rounds, settings
from chat.schemas import Author
from chat.settings import Targets
from connector.tables import Store
from core.database import Database
from outbox.tables import Letter
from tests import factories
from tests.standins import Clock

from .handlers import kept, member, now, waiting

pytestmark = pytest.mark.database


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    clock.moment = datetime(2026, 11, 23, 1, tzinfo=UTC)  # Ten on a Monday in Seoul.
    with database.writing() as session:
        made = factories.store(session)
        settings.change(session, made, targets=Targets({"chat": 20, "other": 120}))
        return made


def warnings(database: Database, talk) -> list[str]:
    return [one.data["warning"] for one in kept(database, talk) if one.kind == "clock"]


def look(database: Database) -> None:
    rounds.warn_of_targets(database, address="https://help.example")


def test_the_clock_starts_with_waiting_and_ends_with_the_answer(
    database: Database, store: Store, clock: Clock
):
    with database.writing() as session:
        found = waiting(session, store)
    assert now(database, found).respond_by == clock.now() + timedelta(minutes=20)
    with database.writing() as session:
        mina = member(session, "Mina")
        actions.post_message(session, found.id, author=Author("agent", mina.staff_id), text="Hi")
    assert now(database, found).respond_by is None
    clock.advance(hours=1)
    look(database)
    assert warnings(database, found) == []


def test_each_channel_has_its_own_target_counted_in_open_time(database: Database, store: Store, clock: Clock):
    clock.moment = datetime(2026, 11, 27, 8, 30, tzinfo=UTC)  # Half an hour before the weekend.
    with database.writing() as session:
        mail = waiting(session, store, channel="email")
    assert now(database, mail).respond_by == datetime(2026, 11, 30, 1, 30, tzinfo=UTC)


def test_people_are_warned_before_a_miss_and_at_it_once_each(database: Database, store: Store, clock: Clock):
    with database.writing() as session:
        found = waiting(session, store)
    clock.advance(minutes=14, seconds=59)
    look(database)
    assert warnings(database, found) == []
    for minutes in (0, 3, 5, 60):
        clock.advance(minutes=minutes, seconds=1)
        look(database)
        look(database)
    assert warnings(database, found) == ["soon", "missed"]
    assert all(not one.public for one in kept(database, found) if one.kind == "clock")


def test_a_second_wait_is_warned_of_anew(database: Database, store: Store, clock: Clock):
    with database.writing() as session:
        found, mina = waiting(session, store), member(session, "Mina")
    clock.advance(minutes=21)
    look(database)
    with database.writing() as session:
        actions.post_message(session, found.id, author=Author("agent", mina.staff_id), text="Hi")
        clock.advance(minutes=1)
        actions.post_message(session, found.id, author=actions.SHOPPER, text="And?")
    clock.advance(minutes=21)
    look(database)
    assert warnings(database, found) == ["missed", "missed"]


def test_a_warning_that_came_too_late_is_not_given(database: Database, store: Store, clock: Clock):
    with database.writing() as session:
        found = waiting(session, store)
        clock.advance(minutes=30)
        actions.set_state(session, found.id, author=actions.SHOPPER, state="resolved")
        assert clocks.warn(session, found.id, address="") is None


def addresses(session: Session) -> list[str]:
    return sorted(session.exec(select(Letter.to_address)))


def test_a_miss_is_written_to_who_cares_for_it_else_the_team_else_all_who_want_it(
    database: Database, store: Store, clock: Clock
):
    with database.writing() as session:
        mina, jun, ara = (member(session, name) for name in ("Mina", "Jun", "Ara"))
        assigning.set_letters(session, ara, wanted=False)
        found = waiting(session, store)
        assigning.assign(session, found.id, mina, staff_id=jun.staff_id)
    clock.advance(minutes=25)
    look(database)
    with database.writing() as session:
        assert addresses(session) == ["jun@shop.example"]
        waiting(session, store)
    clock.advance(minutes=25)
    look(database)
    with database.reading() as session:
        assert addresses(session) == ["jun@shop.example", "jun@shop.example", "mina@shop.example"]


def test_who_has_a_page_open_reads_of_what_is_nearly_missed_there(
    database: Database, store: Store, clock: Clock
):
    with database.writing() as session:
        mina = member(session, "Mina")
        waiting(session, store)
        clock.advance(minutes=16)
        assigning.seen(session, mina.staff_id)
    look(database)
    with database.reading() as session:
        assert addresses(session) == []
    clock.advance(minutes=5)
    with database.writing() as session:
        assigning.seen(session, mina.staff_id)
    look(database)
    with database.reading() as session:
        assert addresses(session) == ["mina@shop.example"]


def test_a_hand_over_says_whether_the_shop_is_open_and_when_to_expect_an_answer(
    database: Database, store: Store, clock: Clock
):
    with database.writing() as session:
        found = waiting(session, store)
        clock.moment = datetime(2026, 11, 28, 1, tzinfo=UTC)  # A Saturday.
        closed = waiting(session, store)
    told = [one.data for talk in (found, closed) for one in kept(database, talk) if one.kind == "handed_over"]
    assert told[0]["hours"] == "open"
    assert told[0]["reply_by"] == "2026-11-23T01:20:00+00:00"
    assert (told[1]["hours"], told[1]["reply_by"]) == ("closed", "2026-11-30T00:20:00+00:00")
    assert now(database, closed).respond_by > factories.CONNECTED
