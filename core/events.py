"""Facts that other rooms may react to.

A room declares its facts as frozen dataclasses in the past tense, with ids only. Who reacts stands in one table,
`aftercart/wiring.py`; the reactions are jobs, handed in within the transaction in which the fact became true.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session

from core import jobs


@dataclass(frozen=True)
class Event:
    """A fact. Its kind and all its fields are its identity: the same fact recorded twice has one effect."""

    @property
    def key(self) -> str:
        return "-".join([type(self).__name__, *(str(value) for value in asdict(self).values())])


Reactions = Mapping[type[Event], Sequence[str]]


def record(session: Session, event: Event) -> None:
    """Hand in the jobs that react to the fact, in the caller's transaction."""
    reactions: Reactions = session.info["reactions"]
    for name in reactions[type(event)]:
        jobs.enqueue(session, name, event.key, **_arguments(event))


def _arguments(event: Event) -> dict[str, Any]:
    return asdict(event)
