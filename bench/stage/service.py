"""The service under test: real processes on a database of their own, started, killed and looked into.

On SQLite one process does everything. On PostgreSQL one process serves and two work, beside a real server that lives
in a temporary folder.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import psycopg
import requests

from aftercart.processes import Processes, free_port, processes
from aftercart.service import Service, build
from bench.stage.measuring import cpu_seconds, family
from connector import queries
from connector.actions import connect_store
from connector.tables import Store
from connector.woo.shops import prove
from core.settings import load
from migrations.upgrading import upgrade
from tests.postgresql import Server

DatabaseName = Literal["sqlite", "postgresql"]
WORKERS = ("worker-1", "worker-2")


@dataclass
class Stage:
    """A service on 127.0.0.1 that can be killed; `look` is the same service's parts in this process, to see with."""

    folder: Path
    group: Processes
    look: Service
    given: dict[str, str]
    names: tuple[str, ...]
    starts: int = field(default=0)

    @property
    def address(self) -> str:
        return self.given["AFTERCART_PUBLIC_URL"]

    def start(self, *names: str) -> None:
        """Start those processes, all by default, without waiting."""
        for name in names or self.names:
            self.starts += 1
            command = "serve" if name == "serve" else "worker"
            own = {"AFTERCART_NODE": name if command == "worker" else ""}
            self.group.start(name, "aftercart", [command], settings={**self.given, **own})

    def await_ready(self) -> None:
        """Wait until the service answers. Raises OutsideError with its last words when it does not."""
        self.group.await_answer("serve", f"{self.address}/health/ready")

    @property
    def ready(self) -> bool:
        try:
            return requests.get(f"{self.address}/health/ready", timeout=1).ok
        except requests.RequestException:
            return False

    def kill(self, *names: str) -> None:
        """kill -9, only the processes themselves: their children have to notice."""
        for name in names or self.names:
            os.kill(self.group.running[name].pid, signal.SIGKILL)
            self.group.running[name].wait()

    def stop(self) -> None:
        """Ask all to end in peace, and wait."""
        self.group.end()

    def environment(self) -> dict[str, str]:
        """What a further command of the same service runs with."""
        return {**os.environ, **self.given}

    def processes(self) -> list[int]:
        """All processes of the service that live now, children included."""
        return [one for name in self.names for one in family(self.group.running[name].pid)]

    def cpu_seconds(self) -> float:
        """Processor time that the living processes of the service have used."""
        return sum(cpu_seconds(process) for process in self.processes())

    def orphans(self) -> list[int]:
        """Processes of ours whose parent is gone."""
        here = f"AFTERCART_DATA_FOLDER={self.given['AFTERCART_DATA_FOLDER']}".encode()
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
                ours = here in (entry / "environ").read_bytes().split(b"\0")
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError):
                continue
            # Whoever loses its parent becomes a child of the first process.
            if ours and b"invoices.printing_process" in words and parent == 1:
                found.append(int(entry.name))
        return found

    def connect(self, address: str, key: str, secret: str) -> Store:
        """Connect a shop as `aftercart connect` does."""
        proven = prove(address, key, secret)
        with self.look.database.writing() as session:
            return connect_store(
                session,
                self.look.keys,
                address=proven.address,
                key=key,
                secret=secret,
                access=proven.access,
                facts=proven.facts,
                shop_time=proven.shop_time,
            )

    def await_mirror(self, store: Store, *, seconds: float = 180) -> None:
        """Wait until the first pass over that shop is complete."""
        self.await_that(lambda: self._mirrored(store), f"the mirror of {store.name}", seconds=seconds)

    def _mirrored(self, store: Store) -> bool:
        with self.look.database.reading() as session:
            return queries.is_mirrored(session, int(store.id or 0))

    def await_that(self, holds: Callable[[], bool], what: str, *, seconds: float) -> None:
        """Wait until that holds. Raises TimeoutError with what the service wrote last."""
        deadline = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > deadline:
                said = (self.group.folder / "serve.log").read_text(errors="replace")[-3000:]
                raise TimeoutError(f"{what}: not within {seconds:.0f} s; the service said last:\n{said}")
            time.sleep(0.2)


def settings_of(folder: Path, database_url: str, more: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of the service under test; nothing comes from the surrounding one."""
    port = free_port()
    return {
        "AFTERCART_DATA_FOLDER": str(folder / "data"),
        "AFTERCART_DATABASE_URL": database_url,
        "AFTERCART_HOST": "127.0.0.1",
        "AFTERCART_PORT": str(port),
        "AFTERCART_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "AFTERCART_SMTP_HOST": "",
        "AFTERCART_SMTP_SECURITY": "none",
        "AFTERCART_SMTP_USER": "",
        "AFTERCART_MAIL_FROM": "orders@aftercart.example",
        "AFTERCART_POLL_SECONDS": "5",
        "AFTERCART_REDIS_URL": "",
        "AFTERCART_LOG_LEVEL": "WARNING",
        **more,
    }


@contextmanager
def staged(
    folder: Path,
    database: DatabaseName = "sqlite",
    more: Mapping[str, str] | None = None,
    *,
    durable: bool = True,
    url: str = "",
) -> Iterator[Stage]:
    """A stage whose database is migrated and whose processes are not started yet; all ends with the block.

    `more` are settings (`{"smtp_port": "2525"}`), `url` a PostgreSQL database that is there already. `durable` lets the
    own PostgreSQL server wait for its disk, as a real one does.
    """
    server = Server(durable=durable) if database == "postgresql" and not url else None
    try:
        if server is not None:
            with psycopg.connect(server.address.replace("+psycopg", ""), autocommit=True) as connection:
                connection.execute("CREATE DATABASE aftercart")
            url = f"{server.address.rpartition('/')[0]}/aftercart"
        named = {f"AFTERCART_{name.upper()}": value for name, value in (more or {}).items()}
        given = settings_of(folder, url, named)
        look = build(
            load(**{name.removeprefix("AFTERCART_").lower(): value for name, value in given.items()})
        )
        upgrade(look.database)
        names = ("serve",) if look.settings.on_sqlite else ("serve", *WORKERS)
        with processes(folder / "logs") as group:
            yield Stage(folder, group, look, given, names)
        look.close()
    finally:
        if server is not None:
            server.stop()
