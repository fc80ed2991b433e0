"""Telling every web process that something happened, at once and without a promise: the database is the truth.

A note may be lost or come twice; whoever hears one looks up what changed.
"""

from collections.abc import Callable
from threading import Lock
from typing import Protocol

Hear = Callable[[str, str], None]


class Fanout(Protocol):
    """Where notes go. `publish` never waits for a listener and never raises; `hear` runs in the publisher's thread."""

    def publish(self, topic: str, note: str) -> None: ...

    def listen(self, hear: Hear) -> Callable[[], None]:
        """Have `hear(topic, note)` called for every note from now on; returns what ends that."""
        ...

    def close(self) -> None: ...


class InProcess:
    """The fan-out of a service that is one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._hearing: tuple[Hear, ...] = ()

    def publish(self, topic: str, note: str) -> None:
        for hear in self._hearing:
            hear(topic, note)

    def listen(self, hear: Hear) -> Callable[[], None]:
        with self._lock:
            self._hearing = (*self._hearing, hear)

        def stop() -> None:
            with self._lock:
                self._hearing = tuple(one for one in self._hearing if one is not hear)

        return stop

    def close(self) -> None:
        self._hearing = ()
