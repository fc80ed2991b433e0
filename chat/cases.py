"""What the figures count: cases. A case begins with a shopper's first word, or when a resolved conversation opens again,
and ends when it is resolved. Everything is read from events alone, in the order of their moments.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col, select

from chat.tables import Conversation, ConversationEvent

KINDS = ("message", "handed_over", "state", "rating")


@dataclass(frozen=True)
class Told:
    """As much of an event as figures need."""

    conversation_id: int
    channel: str
    at: datetime
    seq: int
    kind: str
    author: str
    data: dict[str, Any] = field(default_factory=dict)


@dataclass
class Wait:
    """A shopper waits for a person; `ended` is None while they do, and `answered` says whether a person's word ended it."""

    began: datetime
    ended: datetime | None = None
    answered: bool = False


@dataclass
class Case:
    """One case. `reopened`: it is not the conversation's first. `rating` is the last one given in it."""

    conversation_id: int
    channel: str
    began: datetime
    reopened: bool
    asked: datetime | None = None
    bot_replied: datetime | None = None
    agent_replied: datetime | None = None
    handed_over: bool = False
    spam: bool = False
    waits: list[Wait] = field(default_factory=list)
    resolved: datetime | None = None
    rating: int | None = None
    rated: datetime | None = None

    @property
    def waiting(self) -> Wait | None:
        """The wait that has not ended."""
        return self.waits[-1] if self.waits and self.waits[-1].ended is None else None

    @property
    def covered(self) -> bool:
        """Nobody waits, and there was an answer (automatic ones included) or somebody closed it."""
        replied = self.bot_replied is not None or self.agent_replied is not None
        return self.waiting is None and (replied or self.resolved is not None)


def cases(session: Session, store_id: int, since: datetime, until: datetime) -> list[Case]:
    """The cases of that shop's conversations in which anything happened in that time, whole up to its end."""
    touched = (
        select(ConversationEvent.conversation_id)
        .join(Conversation, col(Conversation.id) == ConversationEvent.conversation_id)
        .where(
            Conversation.store_id == store_id,
            col(ConversationEvent.kind).in_(KINDS),
            col(ConversationEvent.created_at) >= since,
            col(ConversationEvent.created_at) < until,
        )
    )
    event = ConversationEvent
    chosen = (
        columns(
            col(event.conversation_id),
            col(Conversation.channel),
            col(event.created_at),
            col(event.seq),
            col(event.kind),
            col(event.author),
            col(event.data),
        )
        .join(Conversation, col(Conversation.id) == event.conversation_id)
        .where(
            col(event.conversation_id).in_(touched),
            col(event.kind).in_(KINDS),
            col(event.created_at) < until,
        )
        # The events of a merged conversation stand behind those of the other one; what happened goes by moments.
        .order_by(col(event.conversation_id), col(event.created_at), col(event.seq))
    )
    return read(Told(*row) for row in session.execute(chosen))


def read(events: Iterable[Told]) -> list[Case]:
    """The cases that those events tell, which come by conversation and moment."""
    found = []
    for _number, told in groupby(events, key=lambda event: event.conversation_id):
        found += list(_read_one(told))
    return found


def _read_one(events: Iterator[Told]) -> Iterator[Case]:
    case: Case | None = None
    by_people, state = False, "open"
    for event in events:
        opened = event.kind == "state" and event.data.get("to") == "open"
        asked = event.kind == "handed_over" or (event.kind == "message" and event.author == "shopper")
        if case is None or (state == "resolved" and (opened or asked)):
            if case is not None:
                yield case
            # A new question goes to the bot first; what people open again stays with them.
            by_people = by_people and opened
            case = Case(event.conversation_id, event.channel, event.at, reopened=case is not None)
        by_people = _take_in(case, event, by_people=by_people)
        state = (
            event.data["to"] if event.kind == "state" else "open" if asked and state == "resolved" else state
        )
    if case is not None:
        yield case


def _take_in(case: Case, event: Told, *, by_people: bool) -> bool:
    """Let the case know of the event; returns whether people hold the conversation from then on."""
    if event.kind == "message":
        return _take_message(case, event, by_people=by_people)
    if event.kind == "handed_over":
        case.handed_over = True
        _begin_wait(case, event.at)
        return True
    if event.kind == "rating":
        case.rating, case.rated = int(event.data["score"]), event.at
    if event.kind == "state":
        _take_state(case, event)
    return by_people


def _take_message(case: Case, event: Told, *, by_people: bool) -> bool:
    if event.author == "shopper":
        case.asked = case.asked or event.at
        if by_people and not case.spam:
            _begin_wait(case, event.at)
        return by_people
    if event.author == "bot":
        case.bot_replied = case.bot_replied or event.at
        return by_people
    if event.author == "agent":
        case.agent_replied = case.agent_replied or event.at
        _end_wait(case, event.at, answered=True)
        return True
    return by_people


def _take_state(case: Case, event: Told) -> None:
    to = event.data.get("to")
    case.spam = to == "spam"
    if to in ("resolved", "spam"):
        _end_wait(case, event.at, answered=False)
    if to == "resolved":
        case.resolved = event.at


def _begin_wait(case: Case, at: datetime) -> None:
    if case.waiting is None:
        case.waits.append(Wait(at))


def _end_wait(case: Case, at: datetime, *, answered: bool) -> None:
    wait = case.waiting
    if wait is not None:
        wait.ended, wait.answered = at, answered
