"""A clean, migrated database for each test: a copied file on SQLite, a copied template on PostgreSQL."""

import itertools
import os
import shutil
import tempfile
from pathlib import Path
from typing import Protocol

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


class PostgresqlCopies:
    """Copies of one migrated template on the suite's server; names carry the process, so that several can work."""

    def __init__(self, server: str) -> None:
        self.server = server
        self.numbers = itertools.count()
        self.connection = psycopg.connect(server.replace("+psycopg", ""), autocommit=True)
        self.template = f"template_{os.getpid()}"
        self.connection.execute(f"CREATE DATABASE {self.template}")
        _migrate(self._address(self.template))

    def _address(self, name: str) -> str:
        return f"{self.server.rpartition('/')[0]}/{name}"

    def make(self, folder: Path) -> str:
        name = f"test_{os.getpid()}_{next(self.numbers)}"
        self.connection.execute(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        return self._address(name)

    def remove(self, address: str) -> None:
        self.connection.execute(f"DROP DATABASE {address.rpartition('/')[2]} WITH (FORCE)")

    def close(self) -> None:
        self.connection.execute(f"DROP DATABASE {self.template} WITH (FORCE)")
        self.connection.close()
