"""The database: where every transaction begins and ends, on SQLite and on PostgreSQL alike.

Domain code takes a session and may flush; only this file commits. `reading()` sessions cannot write; `writing()`
sessions hold the writer's place from their first moment (on SQLite a transaction that reads first and writes later
fails under load), so nothing slow belongs inside them.
"""

import json
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import JSON, Connection, DateTime, Dialect, Engine, Table, create_engine, event, text
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, SQLModel

SQLITE_BUSY_MILLISECONDS = 30_000

# Every constraint has a name, the same on both databases: a later migration can only change what it can name.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, always UTC and always aware; PostgreSQL's timestamptz, SQLite's sortable text."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a zone cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


Json = JSON


def _teach_old_sqlite(raw: sqlite3.Connection) -> None:
    """Give SQLite before 3.42 the clock that the jobs engine asks for; it would silently answer NULL."""
    if sqlite3.sqlite_version_info < (3, 42):
        raw.create_function("unixepoch", -1, lambda *_: time.time())


def _sqlite_engine(address: str, *, begin: str | None, read_only: bool, pool_size: int) -> Engine:
    """An engine whose transactions start with `begin`; None leaves that to the driver, as the jobs engine expects."""
    engine = create_engine(
        address,
        json_serializer=_column_json,
        hide_parameters=True,  # They hold customers' data; errors reach the logs.
        connect_args={"timeout": SQLITE_BUSY_MILLISECONDS / 1000, "check_same_thread": False},
        pool_size=pool_size,
        max_overflow=8,
    )

    @event.listens_for(engine, "connect")
    def opened(raw: sqlite3.Connection, _record: object) -> None:
        # We say BEGIN ourselves; the driver's default mode lost updates.
        raw.isolation_level = None if begin else "IMMEDIATE"
        pragmas = [
            f"busy_timeout={SQLITE_BUSY_MILLISECONDS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ]
        for pragma in [*pragmas, *(["query_only=ON"] if read_only else [])]:
            raw.execute(f"PRAGMA {pragma}")
        _teach_old_sqlite(raw)

    if begin:

        @event.listens_for(engine, "begin")
        def begun(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

    return engine


class JsonText(str):
    """JSON that is written already, as a value for a JSON column: spares writing a large body twice."""

    __slots__ = ()


compact_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _column_json(value: object) -> str:
    return str(value) if isinstance(value, JsonText) else compact_json(value)


class Database:
    """The engines for reading, for writing and for the jobs engine, and the sessions that come from them.

    `attached` is carried by every session, so that core/jobs.py and core/events.py find what they need from the
    session alone.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.on_sqlite = address.startswith("sqlite")
        self.attached: dict[str, Any] = {}
        if self.on_sqlite:
            self.engine = _sqlite_engine(address, begin="BEGIN IMMEDIATE", read_only=False, pool_size=2)
            self.reading_engine = _sqlite_engine(address, begin="BEGIN", read_only=True, pool_size=4)
            self.jobs_engine = _sqlite_engine(address, begin=None, read_only=False, pool_size=2)
        else:
            self.engine = create_engine(
                address, json_serializer=_column_json, pool_pre_ping=True, hide_parameters=True
            )
            self.reading_engine = self.engine.execution_options(postgresql_readonly=True)
            self.jobs_engine = create_engine(address, pool_pre_ping=True, hide_parameters=True)

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(self.address.removeprefix("sqlite:///")) if self.on_sqlite else None

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one moment and cannot write."""
        with Session(self.reading_engine, info=self.attached, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits when the block ends well and leaves nothing when it does not."""
        with Session(self.engine, info=self.attached, expire_on_commit=False) as session:
            with session.begin():
                yield session
            for call in session.info.pop(_AFTER_COMMIT, ()):
                call()

    def dispose(self) -> None:
        """Close all connections."""
        for engine in (self.engine, self.reading_engine, self.jobs_engine):
            engine.dispose()


_AFTER_COMMIT = "after_commit"


def after_commit(session: Session, call: Callable[[], None]) -> None:
    """Have `call` called once the writing session is committed, and never when it is not. It must not raise.

    A process may die between the two: only what may be lost belongs here.
    """
    session.info.setdefault(_AFTER_COMMIT, []).append(call)


def upsert(
    session: Session,
    model: type[SQLModel],
    rows: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
    update: Sequence[str] | None = None,
    where: str = "",
) -> None:
    """Insert the rows; where the key exists already, take over the named columns (all others of the row by default).

    `update=[]` leaves existing rows as they are. `where` names the condition of a partial unique index.
    """
    if not rows:
        return
    table: Table = model.metadata.tables[str(model.__tablename__)]
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    statement = insert(table)
    columns = [name for name in rows[0] if name not in key] if update is None else update
    condition = text(where) if where else None
    if columns:
        statement = statement.on_conflict_do_update(
            index_elements=list(key),
            index_where=condition,
            set_={name: statement.excluded[name] for name in columns},
        )
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key), index_where=condition)
    session.execute(statement, list(rows))


def refresh_statistics(session: Session, *models: type[SQLModel]) -> None:
    """Have PostgreSQL count those tables now, after many rows came at once; it would choose bad plans until it does so by itself."""
    if session.get_bind().dialect.name == "postgresql":
        counting = f"ANALYZE {', '.join(str(model.__tablename__) for model in models)}"
        session.execute(text(counting))


def database_of(request: Request) -> Database:
    """The database that the running app was built with."""
    database: Database = request.app.state.database
    return database


def _reading(request: Request) -> Iterator[Session]:
    with database_of(request).reading() as session:
        yield session


def _writing(request: Request) -> Iterator[Session]:
    with database_of(request).writing() as session:
        yield session


# With the default scope the commit would run after the answer had left, and a failing commit would still say 200.
Reading = Annotated[Session, Depends(_reading, scope="function")]
Writing = Annotated[Session, Depends(_writing, scope="function")]
