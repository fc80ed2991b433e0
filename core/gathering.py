"""Small writes that come at the same time, made in one transaction: they wait for the disk together.

A disk takes some milliseconds until it is sure of a commit, so a hundred commits a second are more than many can do.
While one transaction is on its way, whatever comes is gathered for the next.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from sqlmodel import Session

from core.database import Database

Item = TypeVar("Item")


@dataclass
class _Waiting(Generic[Item]):
    item: Item
    woken: threading.Event = field(default_factory=threading.Event)
    done: bool = False
    problem: Exception | None = None


class Gathering(Generic[Item]):
    """Writes items from many threads; one of the waiting threads writes for all that wait with it."""

    def __init__(self, database: Database, write: Callable[[Session, Sequence[Item]], None]) -> None:
        self._database = database
        self._write = write
        self._waiting: list[_Waiting[Item]] = []
        self._writing = False
        self._lock = threading.Lock()

    def add(self, item: Item) -> None:
        """Return when the item is written and committed. Raises what its transaction raised; then nothing of it stays."""
        mine = _Waiting(item)
        with self._lock:
            self._waiting.append(mine)
            if not self._writing:
                self._writing = True
                mine.woken.set()
        mine.woken.wait()
        if not mine.done:
            self._write_for_all()
        if mine.problem is not None:
            raise mine.problem

    def _write_for_all(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, []
        problem: Exception | None = None
        try:
            with self._database.writing() as session:
                self._write(session, [one.item for one in batch])
        except Exception as raised:  # Every thread of the batch must hear it, whatever it is.
            problem = raised
        with self._lock:
            if self._waiting:
                self._waiting[0].woken.set()  # The next batch is written by one of its own.
            else:
                self._writing = False
        for one in batch:
            one.problem, one.done = problem, True
            one.woken.set()


def gathering(database: Database, write: Callable[[Session, Sequence[Item]], None]) -> Gathering[Item]:
    """The one gathering of that database for that way to write."""
    found: Gathering[Item] = database.attached.setdefault(
        f"gathering {write.__module__}.{write.__qualname__}", Gathering(database, write)
    )
    return found
