"""Claims about sessions, transactions and the column types of both databases."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

import pytest
from fastapi import Depends, FastAPI, Request
from fastapi.testclient import TestClient
from sqlalchemy import event, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError, StatementError
from sqlmodel import Session, col, select

from connector.tables import SyncState
from core.database import Database, Reading, Writing, upsert
from core.turns import JobTurn
from tests import factories

pytestmark = pytest.mark.database


def turns(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return {found.key: found.turn for found in session.exec(select(JobTurn))}


def test_a_reading_session_cannot_write(database: Database):
    with database.reading() as session, pytest.raises((OperationalError, ProgrammingError, DBAPIError)):
        session.add(JobTurn(name="a", key="a"))
        session.flush()
    assert turns(database) == {}


def test_a_reading_session_sees_one_moment(database: Database):
    if not database.on_sqlite:
        pytest.skip("PostgreSQL's read committed sees each statement's own moment")
    with database.writing() as session:
        session.add(JobTurn(name="a", key="a"))
    with database.reading() as reader:
        assert len(reader.exec(select(JobTurn)).all()) == 1
        with database.writing() as writer:
            writer.add(JobTurn(name="b", key="b"))
        assert len(reader.exec(select(JobTurn)).all()) == 1


def test_a_writing_session_commits_when_it_ends_well(database: Database):
    with database.writing() as session:
        session.add(JobTurn(name="a", key="a", turn=3))
    assert turns(database) == {"a": 3}


def test_a_writing_session_leaves_nothing_when_it_fails(database: Database):
    with pytest.raises(ZeroDivisionError), database.writing() as session:
        session.add(JobTurn(name="a", key="a"))
        session.flush()
        raise ZeroDivisionError
    assert turns(database) == {}


def test_rows_stay_readable_after_their_session_has_ended(database: Database):
    with database.writing() as session:
        found = JobTurn(name="a", key="a", turn=3)
        session.add(found)
    assert found.turn == 3


def test_concurrent_writers_lose_no_update(database: Database):
    with database.writing() as session:
        session.add(JobTurn(name="count", key="count", turn=0))
    failures: list[BaseException] = []

    def add_up() -> None:
        try:
            for _ in range(25):
                with database.writing() as session:
                    row = session.exec(select(JobTurn).with_for_update()).one()
                    row.turn += 1
                    session.add(row)
        except BaseException as problem:
            failures.append(problem)

    threads = [threading.Thread(target=add_up) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert turns(database) == {"count": 200}


def test_a_reader_does_not_wait_for_a_writer(database: Database):
    with database.writing() as session:
        session.add(JobTurn(name="a", key="a"))
        session.flush()
        assert turns(database) == {}


# -- through FastAPI ---------------------------------------------------------------------------------------------


@pytest.fixture
def client(database: Database) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.database = database

    @app.post("/good")
    def good(session: Writing) -> dict[str, str]:
        session.add(JobTurn(name="good", key="good"))
        return {"said": "done"}

    @app.post("/commit-fails")
    def commit_fails(session: Writing) -> dict[str, str]:
        session.add(JobTurn(name="late", key="late"))

        @event.listens_for(session, "before_commit")
        def full(_: Session) -> None:
            raise OSError("no space left on device")

        return {"said": "done"}

    @app.post("/write-while-reading")
    def write_while_reading(session: Reading) -> dict[str, str]:
        session.add(JobTurn(name="sly", key="sly"))
        session.flush()
        return {"said": "done"}

    def late(request: Request) -> Iterator[Session]:
        with request.app.state.database.writing() as session:
            yield session

    @app.post("/without-scope")
    def without_scope(session: Annotated[Session, Depends(late)]) -> dict[str, str]:
        return commit_fails(session)

    with TestClient(app, raise_server_exceptions=False) as found:
        yield found


def test_an_answer_leaves_only_after_the_commit(client: TestClient, database: Database):
    assert client.post("/good").json() == {"said": "done"}
    assert turns(database) == {"good": 0}


def test_a_failing_commit_answers_500(client: TestClient, database: Database):
    assert client.post("/commit-fails").status_code == 500
    assert turns(database) == {}


def test_without_the_function_scope_a_failing_commit_would_say_200(client: TestClient):
    # If this ever fails, FastAPI has changed and `scope="function"` may have become needless.
    assert client.post("/without-scope").status_code == 200


def test_an_endpoint_that_reads_cannot_write(client: TestClient, database: Database):
    assert client.post("/write-while-reading").status_code == 500
    assert turns(database) == {}


# -- upsert ------------------------------------------------------------------------------------------------------


def row(name: str, key: str, turn: int) -> dict[str, Any]:
    return {"name": name, "key": key, "turn": turn}


def test_upsert_inserts_new_rows_and_takes_over_known_ones(database: Database):
    for rows in ([row("n", "a", 1), row("n", "b", 1)], [row("n", "b", 2), row("n", "c", 2)]):
        with database.writing() as session:
            upsert(session, JobTurn, rows, key=["name", "key"])
    assert turns(database) == {"a": 1, "b": 2, "c": 2}


def test_upsert_without_columns_to_update_leaves_known_rows_alone(database: Database):
    with database.writing() as session:
        upsert(session, JobTurn, [row("n", "a", 1)], key=["name", "key"])
        upsert(session, JobTurn, [row("n", "a", 9), row("n", "b", 9)], key=["name", "key"], update=[])
    assert turns(database) == {"a": 1, "b": 9}


def test_upsert_of_nothing_does_nothing(database: Database):
    with database.writing() as session:
        upsert(session, JobTurn, [], key=["name", "key"])
    assert turns(database) == {}


# -- column types ------------------------------------------------------------------------------------------------


def keep_moment(database: Database, moment: datetime | None) -> datetime | None:
    with database.writing() as session:
        store = factories.store(session)
        session.add(SyncState(store_id=store.id or 0, resource="orders", cursor_at=moment))
    with database.reading() as session:
        return session.exec(select(SyncState.cursor_at)).one()


def test_a_moment_comes_back_as_the_same_moment_in_utc(database: Database):
    seoul = datetime(2026, 11, 23, 21, 0, 0, 123456, tzinfo=timezone(timedelta(hours=9)))
    found = keep_moment(database, seoul)
    assert found == seoul
    assert found is not None
    assert found.utcoffset() == timedelta(0)


def test_no_moment_comes_back_as_none(database: Database):
    assert keep_moment(database, None) is None


def test_a_moment_without_a_zone_is_refused(database: Database):
    with pytest.raises(StatementError, match="without a zone"):
        keep_moment(database, datetime(2026, 11, 23, 12))


def test_moments_compare_in_the_database_as_they_do_outside(database: Database):
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    keep_moment(database, noon)
    earlier_in_seoul = noon.astimezone(timezone(timedelta(hours=9))) - timedelta(microseconds=1)
    with database.reading() as session:
        assert session.exec(select(SyncState).where(col(SyncState.cursor_at) > earlier_in_seoul)).all()
        assert not session.exec(select(SyncState).where(col(SyncState.cursor_at) > noon)).all()


def test_a_row_that_others_refer_to_cannot_be_deleted(database: Database):
    keep_moment(database, None)
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(text("DELETE FROM store"))


def test_sqlite_is_asked_to_be_durable_and_patient(database: Database):
    if not database.on_sqlite:
        pytest.skip("these are switches of SQLite")
    for engine in (database.engine, database.jobs_engine):
        with engine.connect() as connection:
            asked = {
                name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
                for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            }
            assert asked == {
                "journal_mode": "wal",
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": 30000,
            }


def test_old_sqlite_knows_the_clock_that_the_jobs_engine_asks_for(database: Database):
    if not database.on_sqlite:
        pytest.skip("PostgreSQL has its own clock")
    with database.jobs_engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT unixepoch('subsec')").scalar() is not None
