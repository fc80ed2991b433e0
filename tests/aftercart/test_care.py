"""The owners hear, once, of what has needed a hand for an hour."""

import time
from datetime import timedelta

import pytest
from sqlmodel import select

from aftercart import care
from connector import syncing
from core.database import Database
from core.files import Files
from core.jobs import Jobs, enqueue
from core.languages import Text
from core.settings import Settings
from outbox.tables import Letter
from staff import actions as staff
from tests import factories
from tests.standins import Clock

pytestmark = pytest.mark.database


@pytest.fixture
def owners(database: Database) -> None:
    with database.writing() as session:
        for email, role, language in (
            ("owner@example.com", "owner", "en"),
            ("juin@example.com", "owner", "ko"),
            ("agent@example.com", "agent", "en"),
        ):
            staff.add_member(
                session, email=email, name="Somebody", role=role, language=language, password_hash="-"
            )


def fail_sync(database: Database, clock: Clock) -> None:
    with database.writing() as session:
        shop = factories.store(session)
        session.flush()
        assert shop.id is not None
        sentence = Text("The shop knows the consumer key, but the consumer secret is wrong.")
        syncing.fail(session, shop.id, "orders", sentence=sentence, code="store_refused", now=clock.now())


def letters(database: Database) -> list[Letter]:
    with database.reading() as session:
        return list(session.exec(select(Letter).order_by(Letter.to_address)))


def watch(database: Database, jobs: Jobs, files: Files, settings: Settings) -> None:
    care.watch(database, jobs=jobs, files=files, settings=settings)


def test_a_shop_that_fails_for_minutes_disturbs_nobody(
    database: Database, jobs: Jobs, files: Files, settings: Settings, clock: Clock, owners: None
) -> None:
    fail_sync(database, clock)
    clock.advance(minutes=59)
    watch(database, jobs, files, settings)
    assert letters(database) == []


def test_each_owner_hears_once_of_a_shop_that_fails_for_an_hour(
    database: Database, jobs: Jobs, files: Files, settings: Settings, clock: Clock, owners: None
) -> None:
    fail_sync(database, clock)
    clock.advance(minutes=61)
    watch(database, jobs, files, settings)
    clock.advance(minutes=5)
    watch(database, jobs, files, settings)
    found = letters(database)
    assert [letter.to_address for letter in found] == ["juin@example.com", "owner@example.com"]
    assert "consumer secret is wrong" in found[1].text
    assert "/health" in found[1].text


def test_a_second_outage_is_told_again(
    database: Database, jobs: Jobs, files: Files, settings: Settings, clock: Clock, owners: None
) -> None:
    fail_sync(database, clock)
    clock.advance(minutes=61)
    watch(database, jobs, files, settings)
    with database.writing() as session:
        syncing.advance(session, 1, "orders", now=clock.now(), complete=True)
        syncing.fail(session, 1, "orders", sentence="away", code="store_unavailable", now=clock.now())
    clock.advance(minutes=61)
    watch(database, jobs, files, settings)
    assert len(letters(database)) == 4


def test_owners_hear_of_dead_jobs(
    database: Database,
    jobs: Jobs,
    files: Files,
    settings: Settings,
    owners: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Row:
        id, error = "invoices.render:9", "OutsideError: The disk is full"
        updated = care.clock.now() - timedelta(hours=2)

    monkeypatch.setattr(jobs, "dead", lambda limit=100: [Row()])
    watch(database, jobs, files, settings)
    found = letters(database)
    assert len(found) == 2
    assert "The disk is full" in found[1].text


def test_owners_hear_of_a_full_disk_once_a_day(
    database: Database,
    jobs: Jobs,
    files: Files,
    settings: Settings,
    clock: Clock,
    owners: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(files, "free_bytes", lambda: 100 * 1024 * 1024)
    watch(database, jobs, files, settings)
    watch(database, jobs, files, settings)
    assert len(letters(database)) == 2
    clock.advance(hours=24)
    watch(database, jobs, files, settings)
    assert len(letters(database)) == 4


def test_finished_jobs_are_forgotten_after_their_time(worker: Jobs, settings: Settings) -> None:
    with worker.database.writing() as session:
        enqueue(session, "woo.tick", "once")
    deadline = time.monotonic() + 20
    while not worker.client.list_workflows(status="SUCCESS", name="woo.tick"):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    settings.job_retention_days = 1
    care.purge(worker.database, jobs=worker, settings=settings)
    assert worker.client.list_workflows(status="SUCCESS", name="woo.tick"), "a fresh job is kept"
    assert worker.purge(days=-1) >= 1
    assert not worker.client.list_workflows(status="SUCCESS", name="woo.tick")
