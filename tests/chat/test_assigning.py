"""Who cares for a conversation."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from chat import actions, assigning, rounds, settings
from chat.desk_tables import Team, TeamMember
from chat.errors import HandlingRefused
from chat.schemas import SHOPPER
from connector.tables import Store
from core.database import Database
from core.errors import NotAllowed
from core.security import SignedIn
from outbox.tables import Letter
from staff.tables import StaffMember
from tests import factories
from tests.standins import Clock, HandWorker

from .handlers import kept, member, now, talk, waiting

pytestmark = pytest.mark.database


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    with database.writing() as session:
        made = factories.store(session)
        settings.change(session, made, assignment="least_busy")
        return made


@pytest.fixture
def crew(database: Database, clock: Clock) -> list[SignedIn]:
    """Three people on duty with an open page."""
    with database.writing() as session:
        made = [member(session, name) for name in ("Mina", "Jun", "Ara")]
        for one in made:
            assigning.set_available(session, one, available=True)
        return made


def a_team(session: Session, *people: SignedIn) -> int:
    made = Team(name="Parcels")
    session.add(made)
    session.flush()
    session.add_all(TeamMember(team_id=made.id, staff_id=one.staff_id) for one in people)
    session.flush()
    return int(made.id or 0)


def test_an_assignment_is_told_with_before_and_after_and_only_once(
    database: Database, store: Store, crew: list[SignedIn]
):
    mina, jun, _ = crew
    with database.writing() as session:
        found = talk(session, store, "hi")
        for _ in range(2):
            assigning.assign(session, found.id, mina, staff_id=jun.staff_id)
        assigning.take(session, found.id, mina)
        assigning.assign(session, found.id, mina, staff_id=None)
    changes = [
        (one.data["staff_id"], one.data["because"]) for one in kept(database, found) if one.kind == "assigned"
    ]
    assert changes == [
        ([None, jun.staff_id], "hand"),
        ([jun.staff_id, mina.staff_id], "took"),
        ([mina.staff_id, None], "hand"),
    ]


def test_nobody_who_cannot_answer_is_given_one(database: Database, store: Store, crew: list[SignedIn]):
    with database.writing() as session:
        found = talk(session, store, "hi")
        reader = member(session, "Ruth", "reader")
        gone = member(session, "Gone", disabled_at=found.created_at)
        for staff_id in (reader.staff_id, gone.staff_id, 9999):
            with pytest.raises(HandlingRefused):
                assigning.assign(session, found.id, crew[0], staff_id=staff_id)
        with pytest.raises(NotAllowed):
            assigning.take(session, found.id, reader)


def test_a_team_gets_it_and_one_of_the_team_cares(database: Database, store: Store, crew: list[SignedIn]):
    mina, jun, ara = crew
    with database.writing() as session:
        team_id = a_team(session, ara)
        found = waiting(session, store)
        assigning.assign(session, found.id, mina, staff_id=jun.staff_id)
        assigning.hand_to_team(session, found.id, mina, team_id=team_id)
    assert (now(database, found).team_id, now(database, found).assignee_id) == (team_id, ara.staff_id)


def test_the_least_busy_is_chosen(database: Database, store: Store, crew: list[SignedIn]):
    with database.writing() as session:
        for busy, count in zip(crew, (2, 0, 1), strict=True):
            for _ in range(count):
                assigning.assign(session, talk(session, store, "x").id, busy, staff_id=busy.staff_id)
        found = waiting(session, store)
        assigning.give_by_turn(session, found.id)
    assert now(database, found).assignee_id == crew[1].staff_id


def test_round_robin_goes_round(database: Database, store: Store, crew: list[SignedIn]):
    with database.writing() as session:
        settings.change(session, store, assignment="round_robin")
        chosen = []
        for _ in range(6):
            found = waiting(session, store)
            assigning.give_by_turn(session, found.id)
            chosen.append(found.assignee_id)
    assert chosen == [one.staff_id for one in crew] * 2


@pytest.mark.parametrize("how", ["least_busy", "round_robin"])
def test_many_hand_overs_at_once_are_spread_evenly(
    database: Database, store: Store, crew: list[SignedIn], how: str
):
    with database.writing() as session:
        settings.change(session, store, assignment=how)
        talks = [waiting(session, store) for _ in range(12)]

    def give(one):
        with database.writing() as session:
            assigning.give_by_turn(session, one.id)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(give, [*talks, *talks]))
    counts = Counter(now(database, one).assignee_id for one in talks)
    assert counts == {one.staff_id: 4 for one in crew}


@pytest.mark.parametrize("why", ["off", "off duty", "page closed", "disabled"])
def test_nobody_is_given_one_who_does_not_take_any(
    database: Database, store: Store, crew: list[SignedIn], clock: Clock, why: str
):
    with database.writing() as session:
        if why == "off":
            settings.change(session, store, assignment="off")
        for one in crew:
            if why == "off duty":
                assigning.set_available(session, one, available=False)
            if why == "disabled":
                session.get_one(StaffMember, one.staff_id).disabled_at = clock.now()
        if why == "page closed":
            clock.advance(minutes=2, seconds=1)
        found = waiting(session, store)
        assert assigning.give_by_turn(session, found.id) is None
    assert now(database, found).assignee_id is None


def test_what_waits_for_somebody_away_is_given_on_and_the_rest_stays(
    database: Database, store: Store, crew: list[SignedIn], clock: Clock
):
    mina, jun, _ = crew
    with database.writing() as session:
        found, answered = waiting(session, store), waiting(session, store)
        for one in (found, answered):
            assigning.assign(session, one.id, mina, staff_id=mina.staff_id)
        actions.post_message(session, answered.id, author=actions.Author("agent", mina.staff_id), text="Hi")
    clock.advance(minutes=1, seconds=59)
    with database.writing() as session:
        assigning.seen(session, jun.staff_id)
    rounds.give_on_waiting(database)
    assert now(database, found).assignee_id == mina.staff_id
    clock.advance(seconds=2)
    rounds.give_on_waiting(database)
    rounds.give_on_waiting(database)
    assert now(database, found).assignee_id == jun.staff_id
    assert now(database, answered).assignee_id == mina.staff_id
    because = [one.data["because"] for one in kept(database, found) if one.kind == "assigned"]
    assert because == ["hand", "away", "turn"]


def test_it_stays_with_who_is_away_while_nobody_else_is_there(
    database: Database, store: Store, crew: list[SignedIn], clock: Clock
):
    with database.writing() as session:
        found = waiting(session, store)
        assigning.assign(session, found.id, crew[0], staff_id=crew[0].staff_id)
    clock.advance(minutes=10)
    rounds.give_on_waiting(database)
    assert now(database, found).assignee_id == crew[0].staff_id


def test_whoever_comes_back_is_given_what_nobody_cares_for(
    database: Database, store: Store, crew: list[SignedIn], clock: Clock
):
    clock.advance(minutes=10)
    with database.writing() as session:
        found = waiting(session, store)
        assigning.give_by_turn(session, found.id)
        assigning.seen(session, crew[2].staff_id)
    rounds.give_on_waiting(database)
    assert now(database, found).assignee_id == crew[2].staff_id


def letters(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        return sorted((one.to_address, one.subject) for one in session.exec(select(Letter)))


def test_a_hand_over_finds_a_person_by_itself(
    database: Database, store: Store, crew: list[SignedIn], run_jobs: HandWorker
):
    with database.writing() as session:
        found = waiting(session, store)
    run_jobs()
    assert now(database, found).assignee_id == crew[0].staff_id
    assert letters(database) == []


def test_when_nobody_has_a_page_open_each_who_wants_it_gets_one_letter(
    database: Database, store: Store, crew: list[SignedIn], clock: Clock, run_jobs: HandWorker
):
    clock.advance(minutes=10)
    with database.writing() as session:
        assigning.set_letters(session, crew[1], wanted=False)
        member(session, "Ruth", "reader")
        member(session, "Boss", "owner")
        found = waiting(session, store, contact=factories.contact(session, store, name="Secret"))
        actions.post_message(session, found.id, author=SHOPPER, text="my secret")
    run_jobs()
    assert [address for address, _ in letters(database)] == [
        "ara@shop.example",
        "boss@shop.example",
        "mina@shop.example",
    ]
    with database.reading() as session:
        written = session.exec(select(Letter)).all()
    assert all(found.public_id in one.text for one in written)
    assert not any("ecret" in one.text + one.html + one.subject for one in written)
