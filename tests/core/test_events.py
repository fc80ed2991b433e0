"""Claims about facts and the jobs that react to them."""

from dataclasses import FrozenInstanceError, dataclass

import pytest

from core import events
from core.database import Database
from core.events import Event
from core.jobs import Jobs
from core.work import Job
from tests.standins import HandWorker

pytestmark = pytest.mark.database


@dataclass(frozen=True)
class TeaPoured(Event):
    """Tea was poured."""

    cup_id: int
    pot_id: int


@dataclass(frozen=True)
class TeaSpilt(Event):
    """Tea was spilt."""

    cup_id: int
    pot_id: int


@pytest.fixture
def poured() -> list[tuple[str, int, int]]:
    return []


@pytest.fixture
def jobs(database: Database, poured: list[tuple[str, int, int]]) -> Jobs:
    def drink(*, cup_id: int, pot_id: int) -> None:
        poured.append(("drink", cup_id, pot_id))

    def wipe(*, cup_id: int, pot_id: int) -> None:
        poured.append(("wipe", cup_id, pot_id))

    found: Jobs = database.attached["jobs"]
    found.jobs = {"tea.drink": Job("tea.drink", drink), "tea.wipe": Job("tea.wipe", wipe)}
    database.attached["reactions"] = {TeaPoured: ["tea.drink", "tea.wipe"], TeaSpilt: ["tea.wipe"]}
    return found


def record(database: Database, *facts: Event) -> None:
    with database.writing() as session:
        for fact in facts:
            events.record(session, fact)


def test_a_fact_hands_in_every_reaction_with_its_ids(
    database: Database, run_jobs: HandWorker, poured: list[tuple[str, int, int]]
):
    record(database, TeaPoured(cup_id=1, pot_id=2))
    run_jobs()
    assert sorted(poured) == [("drink", 1, 2), ("wipe", 1, 2)]


def test_the_same_fact_recorded_twice_has_one_effect(
    database: Database, run_jobs: HandWorker, poured: list[tuple[str, int, int]]
):
    record(database, TeaPoured(cup_id=1, pot_id=2), TeaPoured(cup_id=1, pot_id=2))
    run_jobs()
    record(database, TeaPoured(cup_id=1, pot_id=2))
    run_jobs()
    assert len(poured) == 2


def test_facts_with_other_ids_are_other_facts(
    database: Database, run_jobs: HandWorker, poured: list[tuple[str, int, int]]
):
    record(database, TeaPoured(cup_id=1, pot_id=23), TeaPoured(cup_id=12, pot_id=3))
    run_jobs()
    assert len(poured) == 4


def test_two_kinds_of_facts_with_the_same_ids_both_reach_the_job_that_reacts_to_both(
    database: Database, run_jobs: HandWorker, poured: list[tuple[str, int, int]]
):
    record(database, TeaPoured(cup_id=1, pot_id=2), TeaSpilt(cup_id=1, pot_id=2))
    run_jobs()
    assert [done for done, *_ in poured].count("wipe") == 2


def test_a_fact_that_is_rolled_back_has_no_effect(
    database: Database, run_jobs: HandWorker, poured: list[tuple[str, int, int]]
):
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        events.record(session, TeaPoured(cup_id=1, pot_id=2))
        raise ZeroDivisionError
    assert run_jobs() == []


def test_a_fact_that_is_not_in_the_wiring_is_a_mistake(database: Database, run_jobs: HandWorker):
    @dataclass(frozen=True)
    class TeaForgotten(Event):
        cup_id: int

    with pytest.raises(KeyError):
        record(database, TeaForgotten(cup_id=1))


def test_a_fact_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        TeaPoured(cup_id=1, pot_id=2).cup_id = 3  # type: ignore[misc]
