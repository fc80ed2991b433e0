"""Claims about bringing a database to this release's state."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

import migrations
from core import jobs
from core.database import Database
from migrations import MigrationFailed
from migrations.rooms import METADATA, is_ours
from migrations.upgrading import configuration, connected, upgrade
from tests import factories
from tests.conftest import SERVER_VARIABLE

pytestmark = pytest.mark.database
TOP = Path(__file__).parent.parent.parent


@pytest.fixture
def empty(pytestconfig: pytest.Config, tmp_path: Path) -> Iterator[Database]:
    """A database in which nothing is yet."""
    if pytestconfig.getoption("--database") == "sqlite":
        found = Database(f"sqlite:///{tmp_path / 'new' / 'aftercart.sqlite3'}")
        yield found
        found.dispose()
        return
    server = os.environ[SERVER_VARIABLE]
    name = f"empty_{os.getpid()}"
    with psycopg.connect(server.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        found = Database(f"{server.rpartition('/')[0]}/{name}")
        yield found
        found.dispose()
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def tables(database: Database) -> set[str]:
    with connected(database) as connection:
        return set(inspect(connection).get_table_names())


def differences(connection: Connection) -> list[object]:
    seen_alike = {"include_name": is_ours, "compare_type": True}
    return list(compare_metadata(MigrationContext.configure(connection, opts=seen_alike), METADATA))


def test_the_migrations_make_exactly_the_tables_of_the_rooms(database: Database):
    with connected(database) as connection:
        assert differences(connection) == [], "run `make revision`"


def test_an_empty_database_is_behind_until_it_is_upgraded(empty: Database):
    if empty.file is not None:
        empty.file.parent.mkdir()
    assert migrations.behind(empty)
    migrations.upgrade(empty)
    assert not migrations.behind(empty)
    assert set(METADATA.tables) <= tables(empty)


def test_upgrading_again_changes_nothing(database: Database):
    with database.writing() as session:
        factories.store(session)
    before = tables(database)
    migrations.upgrade(database)
    assert tables(database) == before


def test_upgrading_keeps_the_tables_of_the_jobs_engine(database: Database):
    book: jobs.Jobs = database.attached["jobs"]
    with connected(database) as connection:
        command.stamp(configuration(connection), "base", purge=True)
        METADATA.drop_all(connection)
    migrations.upgrade(database)
    assert book.unfinished() == []


def test_a_way_back_exists_until_the_first_release(database: Database):
    with connected(database) as connection:
        command.downgrade(configuration(connection), "base")
        left = set(inspect(connection).get_table_names()) & set(METADATA.tables)
    assert left == set()
    assert migrations.behind(database)


def test_a_database_of_a_newer_release_is_not_called_behind(database: Database):
    with connected(database) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert not migrations.behind(database)


def test_processes_that_start_at_once_migrate_once_and_all_go_on(empty: Database):
    code = "import sys, migrations; from core.database import Database; migrations.upgrade(Database(sys.argv[1]))"
    starting = [
        subprocess.Popen(
            [sys.executable, "-c", code, empty.address],
            cwd=TOP,
            env={**os.environ, "PYTHONPATH": str(TOP)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    said = [process.communicate(timeout=60)[1] for process in starting]
    assert [process.returncode for process in starting] == [0, 0, 0, 0], said
    assert not migrations.behind(empty)


def test_a_migration_that_would_leave_orphans_is_undone_as_a_whole(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    if not database.on_sqlite:
        pytest.skip("only SQLite migrates with its foreign keys switched off")
    with database.writing() as session:
        factories.order(session, factories.store(session))

    def orphaning(configuration: object, to: str) -> None:
        configuration.attributes["connection"].execute(text("DELETE FROM store"))  # type: ignore[attr-defined]

    monkeypatch.setattr(command, "upgrade", orphaning)
    with pytest.raises(MigrationFailed, match="shop_order"):
        upgrade(database)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM store")).scalar() == 1


def test_rebuilding_a_table_on_sqlite_keeps_the_rows_that_refer_to_it(database: Database):
    with database.writing() as session:
        factories.order(session, factories.store(session))
    with connected(database) as connection:
        rebuild(connection)
    with database.reading() as session:
        assert session.execute(text("SELECT count(*) FROM order_line")).scalar() == 1


def rebuild(connection: Connection) -> None:
    """What batch mode does on SQLite: copy, drop, rename."""
    if connection.dialect.name != "sqlite":
        return
    connection.execute(text("CREATE TABLE shop_order_new AS SELECT * FROM shop_order"))
    connection.execute(text("DROP TABLE shop_order"))
    connection.execute(text("ALTER TABLE shop_order_new RENAME TO shop_order"))
