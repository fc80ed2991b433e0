"""What every test may ask for. The suite runs on SQLite, and again on PostgreSQL with `--database=postgresql`."""

import logging
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog
from sqlmodel import Session

from core import clock as wall
from core import settings as core_settings
from core.database import Database
from core.files import Files
from core.jobs import Jobs
from core.security import Keys, RateLimits
from core.settings import Settings

from .browsers import chromium, windows
from .databases import POLL_SECONDS, Databases, PostgresqlCopies, SqliteFiles
from .postgresql import Server
from .standins import Clock, HandWorker, Tripwire
from .wired import wire

__all__ = ["chromium", "windows"]

SERVER_VARIABLE = "AFTERCART_TEST_SERVER"
TRIPWIRE = Tripwire()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database", choices=["sqlite", "postgresql"], default="sqlite", help="which database the tests use"
    )


def pytest_configure(config: pytest.Config) -> None:
    for name in Settings.model_fields:
        for given in (f"AFTERCART_{name.upper()}", f"AFTERCART_{name.upper()}_FILE"):
            os.environ.pop(given, None)
    # The first process starts the server; the others of xdist find its address in their environment.
    if config.getoption("--database") == "postgresql" and SERVER_VARIABLE not in os.environ:
        server = Server()
        os.environ[SERVER_VARIABLE] = server.address
        config.add_cleanup(server.stop)
    TRIPWIRE.allowed = {urlsplit(os.environ.get("AFTERCART_STORE_URL", "")).hostname or "localhost"}
    TRIPWIRE.watch()


@pytest.fixture(autouse=True)
def no_other_machine() -> Iterator[None]:
    """Fail a test that reached for another machine, even when the product swallowed the refusal."""
    TRIPWIRE.seen.clear()
    yield
    assert not TRIPWIRE.seen, f"the test spoke to other machines: {TRIPWIRE.seen}"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    """Undo what a command did to the logs: its handler writes to a stream that ends with the test."""
    watched = [logging.getLogger(name) for name in ("", "dbos")]
    before = [(found, found.handlers[:], found.level, found.propagate) for found in watched]
    yield
    for found, handlers, level, propagate in before:
        found.handlers, found.propagate = handlers, propagate
        found.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def databases(pytestconfig: pytest.Config) -> Iterator[Databases]:
    """The maker of clean databases."""
    on_sqlite = pytestconfig.getoption("--database") == "sqlite"
    found: Databases = SqliteFiles() if on_sqlite else PostgresqlCopies(os.environ[SERVER_VARIABLE])
    yield found
    found.close()


@pytest.fixture
def database(databases: Databases, tmp_path: Path) -> Iterator[Database]:
    """A clean, migrated database; its sessions can hand in jobs and record events."""
    address = databases.make(tmp_path / "data")
    found = Database(address)
    book = wire(found)
    yield found
    book.close()
    found.dispose()
    databases.remove(address)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A writing session for tests of actions and queries; it commits at the test's end."""
    with database.writing() as opened:
        yield opened


@pytest.fixture
def settings(database: Database, tmp_path: Path) -> Settings:
    """Settings as on a first start, in the test's own folder, on the test's database."""
    address = "" if database.on_sqlite else database.address
    return core_settings.load(
        data_folder=tmp_path / "data", database_url=address, queue_poll_seconds=POLL_SECONDS, node="test"
    )


@pytest.fixture
def keys(settings: Settings) -> Keys:
    return Keys(settings.secret_key.get_secret_value())


@pytest.fixture
def files(settings: Settings) -> Files:
    return Files(settings.files_folder)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that stands at noon of 23 November 2026 (UTC) until the test moves it."""
    found = Clock(datetime(2026, 11, 23, 12, tzinfo=UTC))
    monkeypatch.setattr(wall, "now", found.now)
    return found


@pytest.fixture
def services(settings: Settings, keys: Keys, files: Files) -> dict[str, Any]:
    """What jobs are given by name; a room's conftest adds its own (mailer, renderer)."""
    return {"settings": settings, "keys": keys, "files": files, "limits": RateLimits()}


@pytest.fixture
def jobs(database: Database, services: Mapping[str, Any]) -> Jobs:
    """The book of jobs without a running engine: hands in, lists, and performs when told."""
    found: Jobs = database.attached["jobs"]
    found.services = {"database": database, "jobs": found, **services}
    return found


@pytest.fixture
def run_jobs(jobs: Jobs) -> HandWorker:
    """`run_jobs()` runs all waiting jobs here and now; `run_jobs(later=True)` also those that wait for a moment."""
    return HandWorker(jobs)


@pytest.fixture
def worker(jobs: Jobs, services: Mapping[str, Any]) -> Iterator[Jobs]:
    """The engine really running, with four threads."""
    jobs.start(services, node="test", workers=4, poll_seconds=POLL_SECONDS)
    yield jobs
    jobs.stop(drain_seconds=0)
