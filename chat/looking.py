"""What the live edge reads: many conversations at once, in statements whose number does not grow with them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from chat.answers import NOT_TOLD_STATES, Telling, is_told
from chat.tables import Conversation, ConversationEvent
from customers.queries import speaks_at
from customers.tables import Contact, ContactDevice

# Of one look. A statement's parts are padded to few sizes, so that each is put together once.
MOST_ROOMS = 64
MOST_ROWS = 1000
SIZES = (1, 4, 16, MOST_ROOMS)

Outline = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """A frame, and the number of what it tells."""

    seq: int
    frame: str


@dataclass(slots=True)
class Seen:
    """What a look found of a conversation. `upto`: everything up to there is known now; `more`: there is more after it."""

    number: int
    name: str
    contact_id: int
    blocked: bool
    outline: Outline
    upto: int
    more: bool = False
    events: list[Told] = field(default_factory=list)
    conversation: str = ""  # A frame, when what is told of it changed.


def look(
    session: Session,
    telling: Telling,
    since: Mapping[int, int],
    known: Mapping[int, Outline],
    *,
    most: int = MOST_ROWS,
) -> dict[int, Seen]:
    """What shoppers may know of those conversations after those numbers; conversations that are gone are left out.

    `known` are the outlines under which their readers know them. The state is read before the events, so that every
    event up to a state's `last_seq` is among those that are read.
    """
    conversations = _conversations(session, list(since))
    found = {int(row.id or 0): _seen(row, blocked_at) for row, blocked_at in conversations}
    rows = _events(session, {number: since[number] for number in found}, most)
    shown = [row for row in rows if is_told(row)]
    for row, event in zip(shown, telling.events(session, shown), strict=True):
        seen = found[row.conversation_id]
        frame = frame_of("event", seen.name, b'"event":' + event.model_dump_json().encode())
        seen.events.append(Told(event.seq, frame))
    _settle(found, since, rows, full=len(rows) >= most)
    changed = [row for row, _ in conversations if known.get(int(row.id or 0)) != outline_of(row)]
    for answer, row in zip(telling.conversations(session, changed), changed, strict=True):
        seen = found[int(row.id or 0)]
        seen.conversation = f'{{"type":"conversation","conversation":{answer.model_dump_json()}}}'
    return found


@dataclass(frozen=True, slots=True)
class Brought:
    """An event that was committed just now, at hand without a look."""

    number: int
    contact_id: int
    outline: Outline
    told: Told


def brought(telling: Telling, conversation: Conversation, event: ConversationEvent) -> Brought | None:
    """A message as its frame, if nothing has to be read for it."""
    if event.kind != "message" or event.staff_id or event.data.get("attachments"):
        return None
    shown = telling.plain(event)
    frame = frame_of("event", conversation.public_id, b'"event":' + shown.model_dump_json().encode())
    outline = outline_of(conversation)
    return Brought(event.conversation_id, conversation.contact_id, outline, Told(event.seq, frame))


def frame_of(kind: str, name: str, rest: bytes) -> str:
    """A frame about the conversation of that name."""
    return f'{{"type":"{kind}","conversation":{json.dumps(name)},{rest.decode()}}}'


def outline_of(row: Conversation) -> Outline:
    """What a shopper is told of a conversation, as far as it changes without a message."""
    state = "open" if row.state in NOT_TOLD_STATES else row.state
    return (
        state,
        row.held_by,
        row.subject,
        row.language,
        row.waiting_since is None,
        row.assignee_id if row.held_by == "people" else None,
    )


def _seen(row: Conversation, blocked_at: datetime | None) -> Seen:
    return Seen(
        int(row.id or 0),
        row.public_id,
        row.contact_id,
        blocked_at is not None,
        outline_of(row),
        row.last_seq,
    )


def _settle(
    found: Mapping[int, Seen], since: Mapping[int, int], rows: Sequence[ConversationEvent], *, full: bool
) -> None:
    """Where each conversation is known up to; a look that came to its end early has more of all of them."""
    last: dict[int, int] = {}
    for row in rows:
        last[row.conversation_id] = row.seq
    for number, seen in found.items():
        reached = last.get(number, since[number])
        seen.more = full
        seen.upto = reached if full else max(reached, seen.upto, since[number])


def _conversations(session: Session, numbers: Sequence[int]) -> Sequence[Any]:
    chosen = (
        select(Conversation, Contact.blocked_at)
        .join(Contact, col(Contact.id) == Conversation.contact_id)
        .where(col(Conversation.id).in_(numbers))
    )
    return session.exec(chosen).all()


def _events(session: Session, since: Mapping[int, int], most: int) -> Sequence[ConversationEvent]:
    if not since:
        return []
    pairs = list(since.items())
    size = next(size for size in SIZES if size >= len(pairs))
    pairs += [pairs[0]] * (size - len(pairs))
    after = [
        and_(col(ConversationEvent.conversation_id) == number, col(ConversationEvent.seq) > seq)
        for number, seq in pairs
    ]
    chosen = (
        select(ConversationEvent)
        .where(or_(*after), col(ConversationEvent.public).is_(True))
        .order_by(col(ConversationEvent.conversation_id), col(ConversationEvent.seq))
        .limit(most)
    )
    return session.exec(chosen).all()


def numbers_of(session: Session, contact_id: int, store_id: int, *, most: int) -> dict[str, tuple[int, int]]:
    """The contact's conversations: number and last event's number by name, those with news first."""
    chosen = (
        select_columns(col(Conversation.public_id), col(Conversation.id), col(Conversation.last_seq))
        .where(col(Conversation.contact_id) == contact_id, col(Conversation.store_id) == store_id)
        .where(col(Conversation.merged_into_id).is_(None))
        .order_by(col(Conversation.changed_at).desc())
        .limit(most)
    )
    return {name: (int(number or 0), last_seq) for name, number, last_seq in session.execute(chosen)}


@dataclass(frozen=True, slots=True)
class Changed:
    """A conversation that got something new."""

    number: int
    name: str
    contact_id: int
    store_id: int
    last_seq: int


def changed_since(session: Session, moment: datetime, *, most: int = 5000) -> list[Changed]:
    """The conversations in which something happened from that moment on."""
    chosen = (
        select_columns(
            col(Conversation.id),
            col(Conversation.public_id),
            col(Conversation.contact_id),
            col(Conversation.store_id),
            col(Conversation.last_seq),
        )
        .where(col(Conversation.changed_at) >= moment)
        .order_by(col(Conversation.changed_at).desc())
        .limit(most)
    )
    return [Changed(*row) for row in session.execute(chosen)]


def contacts_of(session: Session, device_ids: Sequence[int], moment: datetime) -> dict[int, int]:
    """For whom those browsers speak now; those that are forgotten, too old or signed out are left out."""
    found: dict[int, int] = {}
    for place in range(0, len(device_ids), 500):
        chosen = (
            select(ContactDevice.id, ContactDevice.contact_id)
            .join(Contact, col(Contact.id) == ContactDevice.contact_id)
            .where(col(ContactDevice.id).in_(device_ids[place : place + 500]), speaks_at(moment))
        )
        found |= {int(number or 0): contact_id for number, contact_id in session.exec(chosen)}
    return found
