"""Claims about handing in jobs, running them, and what becomes of failing ones."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlmodel import Session, select

from core import jobs as book
from core import turns
from core.database import Database
from core.errors import NotConfigured, NotFound, OutsideError
from core.jobs import Jobs
from core.turns import JobTurn
from core.work import Job, Schedule
from tests.databases import POLL_SECONDS
from tests.standins import HandWorker, until

pytestmark = pytest.mark.database


class Notebook:
    """What the tests' jobs wrote down, and what they should do next."""

    def __init__(self) -> None:
        self.lines: list[Any] = []
        self.failures: list[Exception] = []
        self.gate = threading.Event()
        self.running: list[int] = []
        self.overlaps = 0

    def note(self, *, n: int = 0) -> None:
        self.lines.append(n)

    def fail(self, *, attempt: int, last_attempt: bool, n: int = 0) -> None:
        self.lines.append((attempt, last_attempt))
        if self.failures:
            raise self.failures.pop(0)

    def crash(self) -> None:
        raise ZeroDivisionError("cs_0123456789abcdef is a key")

    def hold(self, *, n: int = 0) -> None:
        self.lines.append(n)
        assert self.gate.wait(10)

    def visit(self, *, store_id: int, n: int = 0) -> None:
        if store_id in self.running:
            self.overlaps += 1
        self.running.append(store_id)
        time.sleep(0.05)
        self.running.remove(store_id)
        self.lines.append((store_id, n))

    def tick(self) -> None:
        self.lines.append("tick")


@pytest.fixture
def notebook() -> Notebook:
    return Notebook()


@pytest.fixture
def jobs(database: Database, notebook: Notebook) -> Iterator[Jobs]:
    listed = [
        Job("test.note", notebook.note),
        Job("test.fail", notebook.fail, attempts=3, first_delay_seconds=0.05),
        Job("test.crash", notebook.crash, attempts=1),
        Job("test.hold", notebook.hold),
        Job("test.visit", notebook.visit, queue="shop"),
        Job("test.answer", notebook.note, queue="chat"),
    ]
    found = Jobs(database, listed)
    found.services = {"database": database, "jobs": found}
    yield found
    found.close()


Enqueue = Callable[..., None]


@pytest.fixture
def enqueue(jobs: Jobs, database: Database) -> Enqueue:
    def handed_in(name: str, key: str, **arguments: Any) -> None:
        with database.writing() as session:
            book.enqueue(session, name, key, **arguments)

    return handed_in


def test_a_rollback_leaves_neither_the_row_nor_the_job(jobs: Jobs, database: Database):
    def fact_and_job(session: Session) -> None:
        session.add(JobTurn(name="fact", key="1"))
        session.flush()
        book.enqueue(session, "test.note", "1")

    with pytest.raises(ZeroDivisionError), database.writing() as session:
        fact_and_job(session)
        raise ZeroDivisionError
    with database.reading() as session:
        assert session.exec(select(JobTurn)).all() == []
    assert jobs.unfinished() == []

    with database.writing() as session:
        fact_and_job(session)
    assert [found.name for found in jobs.unfinished()] == ["test.note"]


def test_a_job_handed_in_twice_runs_once(
    enqueue: Enqueue, run_jobs: HandWorker, notebook: Notebook, database: Database
):
    enqueue("test.note", "same", n=1)
    enqueue("test.note", "same", n=2)
    with database.writing() as session:
        book.enqueue(session, "test.note", "same", n=3)
        book.enqueue(session, "test.note", "other", n=4)
    run_jobs()
    enqueue("test.note", "same", n=5)
    run_jobs()
    assert notebook.lines == [1, 4]


def test_the_engine_runs_what_was_handed_in(worker: Jobs, enqueue: Enqueue, notebook: Notebook):
    for n in range(20):
        enqueue("test.note", str(n), n=n)
    until(lambda: len(notebook.lines) == 20)
    until(lambda: worker.unfinished() == [])
    assert sorted(notebook.lines) == list(range(20))


def test_a_job_handed_in_as_less_urgent_lets_all_others_go_first(
    jobs: Jobs, services: dict[str, Any], enqueue: Enqueue, notebook: Notebook
):
    for n in (1, 2, 3):
        enqueue("test.note", f"old-{n}", n=n, urgency=5)
    enqueue("test.note", "new", n=9)
    book.register_queues(jobs.client, workers=1, poll_seconds=POLL_SECONDS)
    jobs.start(services, node="test", workers=1, poll_seconds=POLL_SECONDS)
    until(lambda: len(notebook.lines) == 4)
    jobs.stop(drain_seconds=0)
    assert notebook.lines == [9, 1, 2, 3]


def test_requests_before_a_run_begins_are_one_run(
    jobs: Jobs, run_jobs: HandWorker, database: Database, notebook: Notebook
):
    for _ in range(5):
        with database.writing() as session:
            book.request(session, "test.note", "shop-1", n=1)
    run_jobs()
    assert notebook.lines == [1]


def test_a_request_after_a_run_has_begun_leads_to_another_run(
    worker: Jobs, database: Database, notebook: Notebook
):
    def request() -> None:
        with database.writing() as session:
            book.request(session, "test.hold", "shop-1", n=1)

    request()
    until(lambda: len(notebook.lines) == 1)
    request()
    request()
    notebook.gate.set()
    until(lambda: len(notebook.lines) == 2)
    until(lambda: worker.unfinished() == [])
    assert len(notebook.lines) == 2


def test_a_request_that_was_rolled_back_does_not_stand_for_the_next(
    run_jobs: HandWorker, database: Database, notebook: Notebook
):
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        book.request(session, "test.note", "shop-1", n=1)
        with session.begin_nested():
            session.add(JobTurn(name="inner", key="1"))
        raise ZeroDivisionError
    with database.writing() as session:
        book.request(session, "test.note", "shop-1", n=2)
    run_jobs()
    assert notebook.lines == [2]


def test_what_another_process_has_run_is_handed_in_again(
    jobs: Jobs, run_jobs: HandWorker, database: Database, notebook: Notebook
):
    with database.writing() as session:
        book.request(session, "test.note", "shop-1", n=1)
    other = Jobs(database, list(jobs.jobs.values()))
    other.services = jobs.services
    HandWorker(other)()
    database.attached["jobs"] = jobs
    with database.writing() as session:
        book.request(session, "test.note", "shop-1", n=2)
    run_jobs()
    other.close()
    assert notebook.lines == [1, 2]


def test_more_keys_than_are_remembered_lose_no_request(
    jobs: Jobs, run_jobs: HandWorker, database: Database, notebook: Notebook
):
    jobs.known_turns = turns.KnownTurns(at_most=3)
    for _ in range(2):
        for n in range(8):
            with database.writing() as session:
                book.request(session, "test.note", f"shop-{n}", n=n)
    run_jobs()
    assert sorted(notebook.lines) == list(range(8))


def test_a_run_that_could_not_begin_its_turn_begins_it_at_the_next_attempt(
    jobs: Jobs,
    database: Database,
    run_jobs: HandWorker,
    notebook: Notebook,
    monkeypatch: pytest.MonkeyPatch,
):
    def request() -> None:
        with database.writing() as session:
            book.request(session, "test.fail", "shop-1")

    def locked(*_: object) -> None:
        monkeypatch.undo()
        raise TimeoutError("database is locked")

    request()
    monkeypatch.setattr(turns, "begin", locked)
    run_jobs(later=True)
    assert notebook.lines == [(2, False)]
    request()
    run_jobs(later=True)
    assert notebook.lines == [(2, False), (1, False)]


def test_what_a_shopper_waits_for_is_never_behind_other_work(
    worker: Jobs, enqueue: Enqueue, notebook: Notebook
):
    for n in range(30):
        enqueue("test.hold", str(n), n=n)
    until(lambda: len(notebook.lines) == 4)  # All that run at the same time are busy, and the others wait.
    enqueue("test.answer", "1", n=99)
    until(lambda: 99 in notebook.lines, seconds=3)
    assert len(notebook.lines) == 5
    notebook.gate.set()


def test_an_old_run_that_begins_again_after_a_crash_takes_no_later_turn_back(database: Database):
    with database.writing() as session:
        for _ in range(3):
            turns.begin(session, "test.note", "shop-1", turns.take(session, "test.note", "shop-1"))
        turns.begin(session, "test.note", "shop-1", 0)
        assert turns.take(session, "test.note", "shop-1") == 3


def test_a_failing_job_is_tried_again_later_and_then_is_dead(
    worker: Jobs, enqueue: Enqueue, notebook: Notebook
):
    notebook.failures = [OutsideError("away"), ValueError("odd"), OutsideError("still away")]
    enqueue("test.fail", "1")
    dead = until(worker.dead)
    assert notebook.lines == [(1, False), (2, False), (3, True)]
    assert [(found.name, found.status) for found in dead] == [("test.fail", "dead")]
    assert "still away" in dead[0].error
    assert worker.counts()["dead"] == 1


def test_a_failing_job_that_recovers_leaves_no_dead_letter(
    worker: Jobs, enqueue: Enqueue, notebook: Notebook
):
    notebook.failures = [OutsideError("away")]
    enqueue("test.fail", "1")
    until(lambda: len(notebook.lines) == 2)
    until(lambda: worker.unfinished() == [])
    assert worker.dead() == []


def test_waiting_for_the_next_attempt_grows_and_is_capped(
    jobs: Jobs, database: Database, monkeypatch: pytest.MonkeyPatch
):
    def away() -> None:
        raise OutsideError("away")

    jobs.jobs["test.away"] = Job("test.away", away, attempts=20)
    delays = []
    hand_in = jobs.hand_in

    def watched(session: Session, job: Job, identity: str, delay: float, arguments: dict[str, Any]) -> None:
        delays.append(delay)
        hand_in(session, job, identity, delay, arguments)

    monkeypatch.setattr(jobs, "hand_in", watched)
    for attempt in range(1, 13):
        jobs.perform("test.away", json.dumps({"_attempt": attempt}), f"test.away:1#{attempt}")
    assert delays[:4] == [5, 10, 20, 40]
    assert delays[-1] == 3600


@pytest.mark.parametrize(
    "problem", [OutsideError("never", permanent=True), NotFound("no such order"), NotConfigured("no key")]
)
def test_a_permanent_error_dies_at_once(
    jobs: Jobs, enqueue: Enqueue, run_jobs: HandWorker, notebook: Notebook, problem: Exception
):
    notebook.failures = [problem]
    enqueue("test.fail", "1")
    run_jobs(later=True)
    assert notebook.lines == [(1, False)]
    assert len(run_jobs.died) == 1


def test_a_dead_job_tells_no_secret(worker: Jobs, enqueue: Enqueue):
    enqueue("test.crash", "1")
    dead = until(worker.dead)
    assert "ZeroDivisionError" in dead[0].error
    assert "0123456789abcdef" not in dead[0].error


def test_a_dead_job_that_is_retried_runs_all_its_attempts_again(
    worker: Jobs, enqueue: Enqueue, notebook: Notebook
):
    notebook.failures = [OutsideError("away")] * 3
    enqueue("test.fail", "1", n=7)
    dead = until(worker.dead)
    assert dead[0].arguments["n"] == 7

    notebook.lines.clear()
    notebook.failures = [OutsideError("away")] * 3
    worker.retry(dead[0].id)
    again = until(worker.dead)
    assert notebook.lines == [(1, False), (2, False), (3, True)]

    notebook.lines.clear()
    worker.retry(again[0].id)
    until(lambda: notebook.lines == [(1, False)])
    assert worker.dead() == []


def test_a_job_that_is_not_dead_cannot_be_retried(jobs: Jobs, enqueue: Enqueue):
    enqueue("test.note", "1")
    for job_id in (jobs.unfinished()[0].id, "test.note:nothing"):
        with pytest.raises(NotFound):
            jobs.retry(job_id)


def test_jobs_of_one_shop_never_overlap_and_shops_do_not_wait_for_each_other(
    worker: Jobs, enqueue: Enqueue, notebook: Notebook
):
    for n in range(4):
        enqueue("test.visit", f"1-{n}", store_id=1, n=n)
        enqueue("test.visit", f"2-{n}", store_id=2, n=n)
    until(lambda: len(notebook.lines) == 8)
    assert notebook.overlaps == 0
    first_of_second = next(place for place, (store, _) in enumerate(notebook.lines) if store == 2)
    assert first_of_second < 4


def test_a_delayed_job_waits_for_its_moment(worker: Jobs, database: Database, notebook: Notebook):
    handed_in = time.monotonic()
    with database.writing() as session:
        book.enqueue(session, "test.note", "1", delay_seconds=1.5, n=1)
    assert [found.status for found in worker.unfinished()] == ["later"]
    assert worker.counts()["later"] == 1
    until(lambda: notebook.lines)
    # The engine counts whole seconds on Python 3.11, so a delay may be up to a second short.
    assert time.monotonic() - handed_in >= 0.5


def test_a_schedule_starts_its_job(database: Database, notebook: Notebook):
    jobs = Jobs(database, [Job("test.tick", notebook.tick)], [Schedule("test.tick", "* * * * * *")])
    jobs.start({}, node="test", workers=1, poll_seconds=0.02)
    try:
        until(lambda: notebook.lines.count("tick") >= 2)
    finally:
        jobs.stop(drain_seconds=0)
        jobs.close()


def test_jobs_of_a_worker_that_never_returns_are_adopted(
    database: Database, notebook: Notebook, jobs: Jobs, enqueue: Enqueue
):
    jobs.start({}, node="lost", workers=2, poll_seconds=0.02)
    enqueue("test.hold", "1", n=1)
    until(lambda: notebook.lines)
    jobs.stop(drain_seconds=0)
    assert [(found.status, found.node) for found in jobs.unfinished()] == [("running", "lost")]

    assert jobs.adopt("somebody else") == 0
    assert jobs.adopt("lost") == 1
    notebook.gate.set()
    jobs.start({}, node="other", workers=2, poll_seconds=0.02)
    try:
        until(lambda: jobs.unfinished() == [])
    finally:
        jobs.stop(drain_seconds=0)
    assert notebook.lines == [1, 1]


def test_finished_jobs_are_forgotten_after_their_time_and_dead_ones_stay(
    jobs: Jobs, enqueue: Enqueue, run_jobs: HandWorker, notebook: Notebook
):
    notebook.failures = [NotFound("gone")]
    enqueue("test.note", "1")
    enqueue("test.fail", "1")
    run_jobs()
    assert jobs.purge(days=1) == 0
    until(lambda: jobs.purge(days=-1) == 1)
    assert len(jobs.dead()) == 1


def test_a_job_receives_only_the_collaborators_it_names(jobs: Jobs, database: Database):
    received: dict[str, Any] = {}

    def collect(database: Database, attempt: int, *, n: int) -> None:
        received.update(database=database, attempt=attempt, n=n)

    jobs.jobs["test.collect"] = Job("test.collect", collect)
    jobs.perform("test.collect", '{"n": 3}', "test.collect:1")
    assert received == {"database": database, "attempt": 1, "n": 3}


def test_keys_that_differ_only_in_the_engines_marks_or_far_behind_are_not_one_job(
    jobs: Jobs, enqueue: Enqueue, run_jobs: HandWorker, notebook: Notebook
):
    for n, key in enumerate(["a" * 200 + "1", "a" * 200 + "2"]):
        enqueue("test.note", key, n=n)
    run_jobs()
    assert notebook.lines == [0, 1]


def test_a_worker_without_a_name_is_refused(jobs: Jobs):
    with pytest.raises(NotConfigured, match="AFTERCART_NODE"):
        jobs.start({}, node="", workers=1, poll_seconds=1)
