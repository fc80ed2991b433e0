"""A clean, migrated database for each test: a copied file on SQLite, a copied template on PostgreSQL."""

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Protocol

import psycopg

from core.database import Database
from core.jobs import Jobs, register_queues
from migrations.upgrading import upgrade

POLL_SECONDS = 0.02


class Databases(Protocol):
    """Makes databases; `remove` is told each address again."""

    def make(self, folder: Path) -> str: ...
    def remove(self, address: str) -> None: ...
    def close(self) -> None: ...


def _migrate(address: str) -> None:
    database = Database(address)
    upgrade(database)
    jobs = Jobs(database, [])
    register_queues(jobs.client, workers=4, poll_seconds=POLL_SECONDS)
    jobs.close()
    database.dispose()


class SqliteFiles:
    """Copies of one migrated file."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="aftercart-sqlite-"))
        self.template = self.folder / "template.sqlite3"
        _migrate(f"sqlite:///{self.template}")
        left = [path.name for path in self.folder.iterdir() if path.name.endswith("-wal")]
        assert not left, "the template still has a journal beside it; a copy would miss rows"

    def make(self, folder: Path) -> str:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(self.template, folder / "aftercart.sqlite3")
        return f"sqlite:///{folder / 'aftercart.sqlite3'}"

    def remove(self, address: str) -> None:
        """The test's own folder goes with the test."""

    def close(self) -> None:
        shutil.rmtree(self.folder)


# Everything that a test wrote, and its numbers. Rows are deleted, for a few of them go faster than new files are made.
EMPTIED = """
SET session_replication_role = replica;
DO $$ DECLARE one record;
BEGIN
  FOR one IN SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
             WHERE schemaname IN ('public', 'dbos') AND NOT format('%I.%I', schemaname, tablename) = ANY ('{KEPT}')
  LOOP
    EXECUTE 'DELETE FROM ' || one.name;
  END LOOP;
  PERFORM setval(format('%I.%I', schemaname, sequencename)::regclass, 1, false) FROM pg_sequences
    WHERE last_value IS NOT NULL;
END $$
"""
SHAPE = """
SELECT count(*), sum(hashtextextended(concat_ws(':', class.relname, part.attname, part.atttypid, part.attnotnull), 0))
FROM pg_attribute AS part JOIN pg_class AS class ON class.oid = part.attrelid
JOIN pg_namespace AS room ON room.oid = class.relnamespace WHERE room.nspname IN ('public', 'dbos')
"""


class PostgresqlCopies:
    """Copies of one migrated template on the suite's server; names carry the process, so that several can work.

    A copy takes half a second, so one is emptied and used again as long as it still has its shape.
    """

    def __init__(self, server: str) -> None:
        self.server = server
        self.numbers = itertools.count()
        self.connection = psycopg.connect(server.replace("+psycopg", ""), autocommit=True)
        self.template = f"template_{os.getpid()}"
        self.connection.execute(f"CREATE DATABASE {self.template}")
        _migrate(self._address(self.template))
        with self._inside(self.template) as inside:
            self.kept = [
                name
                for (name,) in inside.execute(
                    "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('public', 'dbos')"
                ).fetchall()
                if inside.execute(f"SELECT EXISTS (SELECT FROM {name})").fetchone() == (True,)
            ]
            self.state = self._state(inside)
        self.free: list[str] = []

    def _inside(self, name: str) -> psycopg.Connection[Any]:
        return psycopg.connect(self._address(name).replace("+psycopg", ""), autocommit=True)

    def _state(self, inside: psycopg.Connection[Any]) -> list[Any]:
        """The shape of all tables, and what stands in those that are not empty in the template."""
        rows = [
            f"SELECT '{name}', md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} AS t"
            for name in self.kept
        ]
        return [inside.execute(SHAPE).fetchall(), inside.execute(" UNION ALL ".join(rows)).fetchall()]

    def _address(self, name: str) -> str:
        return f"{self.server.rpartition('/')[0]}/{name}"

    def make(self, folder: Path) -> str:
        if self.free:
            return self._address(self.free.pop())
        name = f"test_{os.getpid()}_{next(self.numbers)}"
        self.connection.execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return self._address(name)

    def remove(self, address: str) -> None:
        name = address.rpartition("/")[2]
        self.connection.execute(
            "SELECT pg_terminate_backend(pid, 2000) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        with self._inside(name) as inside:
            inside.execute(EMPTIED.replace("KEPT", ",".join(self.kept)))
            as_new = self._state(inside) == self.state
        if as_new:
            self.free.append(name)
        else:
            self.connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        for name in (*self.free, self.template):
            self.connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        self.connection.close()
