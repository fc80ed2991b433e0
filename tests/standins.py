"""Stand-ins for what tests must not use: the clock on the wall, the network, the jobs engine's threads."""

import ipaddress
import json
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from core.jobs import Jobs
from core.work import JobDied


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment

    def advance(self, **how_much: float) -> datetime:
        """Let that much time pass: `clock.advance(hours=2)`."""
        self.moment += timedelta(**how_much)
        return self.moment


class Tripwire:
    """Sees every connection that this process opens to another machine, and refuses it.

    An audit hook cannot be removed, so there is one for the life of the process; `seen` is emptied for each test.
    """

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.allowed: set[str] = set()
        self.watching = False

    def watch(self) -> None:
        if not self.watching:
            self.watching = True
            sys.addaudithook(self._heard)

    def _heard(self, event: str, given: tuple[Any, ...]) -> None:
        if event not in ("socket.connect", "socket.getaddrinfo"):
            return
        place = given[1] if event == "socket.connect" else given
        host = place[0] if isinstance(place, tuple) else None
        if host is None or self._near(host if isinstance(host, str) else host.decode()):
            return
        self.seen.append(f"{event} {host}")
        raise ConnectionRefusedError(f"tests do not speak to other machines: {host}")

    def _near(self, host: str) -> bool:
        if host in ("", "localhost", "0.0.0.0", "::") or host in self.allowed:
            return True
        try:
            return ipaddress.ip_address(host.partition("%")[0]).is_loopback
        except ValueError:
            return False


class HandWorker:
    """Runs jobs that were handed in, one after the other in this thread, until none waits.

    For tests of what jobs do. How the engine runs them is tested with the `worker` fixture.
    """

    def __init__(self, jobs: Jobs) -> None:
        self.jobs = jobs
        self.died: list[str] = []

    def __call__(self, *, later: bool = False, at_most: int = 200) -> list[str]:
        """Run what waits, with `later` also what waits for a later moment; returns the jobs' names in order."""
        ran: list[str] = []
        while waiting := self._waiting(later=later):
            for found in waiting:
                if len(ran) >= at_most:
                    raise AssertionError(f"still working after {at_most} jobs: {ran[-10:]}")
                payload = json.dumps(found.arguments)
                try:
                    self.jobs.perform(found.name, payload, found.id)
                except JobDied as died:
                    self.died.append(f"{found.name}: {died}")
                    self._close(found.id, "ERROR")
                else:
                    self._close(found.id, "SUCCESS")
                ran.append(found.name)
        return ran

    def waiting(self) -> list[str]:
        """The names of the jobs that wait, also for a later moment."""
        return [found.name for found in self._waiting(later=True)]

    def _waiting(self, *, later: bool) -> list[Any]:
        taken = ("waiting", "later") if later else ("waiting",)
        return [found for found in reversed(self.jobs.unfinished(1000)) if found.status in taken]

    def _close(self, job_id: str, status: str) -> None:
        table = "workflow_status" if self.jobs.database.on_sqlite else "dbos.workflow_status"
        with self.jobs.database.writing() as session:
            session.execute(
                text(f"UPDATE {table} SET status = :status, completed_at = :now WHERE workflow_uuid = :id"),
                {"status": status, "id": job_id, "now": int(time.time() * 1000)},
            )


def until(holds: Callable[[], Any], *, seconds: float = 15) -> Any:
    """Wait until the claim holds and return what it gave; fails after that time."""
    deadline = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds} s: {holds}")
        time.sleep(0.01)
    return found
