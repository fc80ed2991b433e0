"""Bringing a database to this release's state: `python -m migrations.upgrading`, which reads its address from its input."""

import fcntl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.pool import NullPool

from core import jobs
from core.database import Database
from core.languages import Text
from migrations import FAILED, MigrationFailed

# Any number that nobody else locks in this database.
LOCK = 2_383_722_784


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration; env.py takes the open connection from its attributes."""
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    found.set_main_option("path_separator", "os")
    if connection is not None:
        found.attributes["connection"] = connection
    return found


def upgrade(database: Database, *, to: str = "head") -> None:
    """Bring the tables, and those of the jobs engine, to this release's state; does nothing when they are there.

    Several processes may call it at once: one works, the others wait and find it done. Raises MigrationFailed.
    """
    with _alone(database):
        with connected(database) as connection:
            _wait_for_others(connection)
            command.upgrade(configuration(connection), to)
            _check_references(connection)
        jobs.migrate(database)


@contextmanager
def connected(database: Database) -> Iterator[Connection]:
    """One connection in one transaction, made for changing tables.

    SQLite rebuilds a table by dropping it; with foreign keys ON that would silently delete the rows that refer to it,
    and the switch has no effect once a transaction has begun.
    """
    engine = _engine(database)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _engine(database: Database) -> Engine:
    engine = create_engine(database.address, poolclass=NullPool)
    if database.on_sqlite:

        @event.listens_for(engine, "connect")
        def opened(raw: object, _record: object) -> None:
            raw.isolation_level = None  # type: ignore[attr-defined]
            for pragma in ("busy_timeout=30000", "journal_mode=WAL", "foreign_keys=OFF"):
                raw.execute(f"PRAGMA {pragma}")  # type: ignore[attr-defined]

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _check_references(connection: Connection) -> None:
    if connection.dialect.name != "sqlite":
        return
    broken = connection.execute(text("PRAGMA foreign_key_check")).all()
    if broken:
        tables = ", ".join(sorted({str(row[0]) for row in broken}))
        raise MigrationFailed(
            Text("The update was undone: rows in %(tables)s would lose what they belong to.", tables=tables)
        )


@contextmanager
def _alone(database: Database) -> Iterator[None]:
    """On SQLite hold off other processes that start at the same moment; on PostgreSQL `_wait_for_others` does.

    The writer's place alone would not do: switching a new file to WAL does not wait for it (1 of 240 starts failed).
    """
    if database.file is None:
        yield
        return
    database.file.parent.mkdir(parents=True, exist_ok=True)
    with database.file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _wait_for_others(connection: Connection) -> None:
    """On PostgreSQL wait until nobody else migrates, and hold the place until the transaction's end.

    No longer than that: the jobs engine builds indexes concurrently, and such a build waits for every open
    statement, so a process waiting here meanwhile and the builder would wait for each other for ever.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})


def main() -> None:
    """Upgrade the database whose address comes on standard input."""
    try:
        upgrade(Database(sys.stdin.read()))
    except MigrationFailed as problem:
        sys.stdout.write(str(problem))
        sys.exit(FAILED)


if __name__ == "__main__":
    main()
