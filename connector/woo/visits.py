"""A visit to one shop: what it may use, when it must come to an end, and what it notes of faults."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlmodel import Session

from connector import queries, syncing
from connector.errors import StoreRefused, StoreUnavailable
from connector.tables import Store
from connector.woo.client import WooClient
from core import clock
from core.database import Database
from core.errors import BadInput
from core.languages import Text
from core.logs import log

Body = dict[str, Any]
Thing = TypeVar("Thing")


@dataclass
class Visit:
    """One visit to one shop; the shop's row is as of the visit's beginning."""

    database: Database
    client: WooClient
    store: Store
    seconds: float = 10.0
    started: float = field(default_factory=time.monotonic)

    @property
    def store_id(self) -> int:
        return int(self.store.id or 0)

    def is_over(self) -> bool:
        """Whether this visit has taken its time; the rest is left to the next, so that webhooks get their turn."""
        return time.monotonic() - self.started > self.seconds

    def shop(self, session: Session) -> Store:
        """The shop's row in that session."""
        return queries.store(session, self.store_id)

    def note_failure(self, resource: str, problem: StoreRefused | StoreUnavailable) -> None:
        """Say where people look that this resource cannot be mirrored now."""
        log("connector").warning(
            "shop_not_synchronised", store=self.store_id, resource=resource, problem=str(problem.sentence)
        )
        with self.database.writing() as session:
            syncing.fail(
                session,
                self.store_id,
                resource,
                sentence=problem.sentence,
                code=problem.code,
                now=clock.now(),
            )

    def readable(self, bodies: Sequence[Body], read: Callable[[Body], Thing]) -> list[Thing]:
        """What can be read of those bodies; the others are noted, so that one of them never holds up the rest."""
        found = []
        for body in bodies:
            try:
                found.append(read(body))
            except BadInput as problem:
                self._note_unreadable(body.get("id"), problem)
        return found

    def _note_unreadable(self, number: object, problem: BadInput) -> None:
        sentence = Text(
            "Number %(number)s of the shop cannot be read and is left out: %(problem)s",
            number=str(number)[:40],
            problem=str(problem.sentence),
        )
        log("connector").warning(
            "body_unreadable", store=self.store_id, number=str(number)[:40], problem=str(problem)
        )
        now = clock.now()
        with self.database.writing() as session:
            state = syncing.fail(
                session, self.store_id, syncing.UNREADABLE, sentence=sentence, code=problem.code, now=now
            )
            state.cursor_at = now  # Last met: a sweep that began later and met none may clear it.
