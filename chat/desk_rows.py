"""What a row of the desk's list tells of a conversation: who writes, the last word, what is unread, its labels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Session, col

from chat import desk_search, labels
from chat.desk_tables import Label
from chat.tables import Conversation, ConversationEvent, ReadMark

LONGEST_PREVIEW = 160
Latest = Mapping[tuple[int, str, str], int]  # The newest number by conversation, kind and author.


@dataclass(frozen=True)
class Listed:
    """One row of the list. `person` is "" when nothing is known of who writes; `said` is the last word, by `author`."""

    conversation: Conversation
    person: str
    email: str
    assignee: str
    labels: tuple[Label, ...] = ()
    said: str = ""
    author: str = ""
    said_at: datetime | None = None
    unread_seq: int = 0  # Of the shopper's newest message, if this person of the shop has not read it.


def told(session: Session, rows: Sequence[Listed], *, staff_id: int, words: str = "") -> tuple[Listed, ...]:
    """The rows with their labels, the last word (or the one that was searched for) and what is unread."""
    numbers = [int(row.conversation.id or 0) for row in rows]
    stuck = labels.labels_of(session, numbers)
    latest = _latest(session, numbers)
    last = _last_words(session, numbers, latest, words)
    unread = _unread(session, numbers, latest, staff_id)
    found = []
    for row, number in zip(rows, numbers, strict=True):
        event = last.get(number)
        found.append(
            replace(
                row,
                labels=tuple(stuck.get(number, ())),
                unread_seq=unread.get(number, 0),
                said=_preview(event.text, words) if event else "",
                author=event.author if event else "",
                said_at=event.created_at if event else None,
            )
        )
    return tuple(found)


def _last_words(
    session: Session, numbers: Sequence[int], latest: Latest, words: str
) -> dict[int, ConversationEvent]:
    """The last word of each of those conversations; with words that are searched for, the last one that holds them."""
    last = _spoken(latest)
    if words:
        last |= _spoken(_latest(session, numbers, desk_search.says(session, words)))
    event = ConversationEvent
    places = [and_(col(event.conversation_id) == one, col(event.seq) == seq) for one, seq in last.items()]
    chosen = select(event).where(or_(*places)) if places else None
    found = session.execute(chosen).scalars().all() if chosen is not None else []
    return {one.conversation_id: one for one in found}


def _spoken(latest: Latest) -> dict[int, int]:
    found: dict[int, int] = {}
    for (number, kind, _author), seq in latest.items():
        if kind in ("message", "note"):
            found[number] = max(seq, found.get(number, 0))
    return found


def _latest(session: Session, numbers: Sequence[int], *conditions: ColumnElement[bool]) -> Latest:
    """The newest event of each kind and author. Kinds are told apart here: SQLite would go through all messages."""
    event = ConversationEvent
    chosen = (
        select(col(event.conversation_id), col(event.kind), col(event.author), func.max(col(event.seq)))
        .where(col(event.conversation_id).in_(numbers), *conditions)
        .group_by(col(event.conversation_id), col(event.kind), col(event.author))
    )
    return {(number, kind, author): int(seq) for number, kind, author, seq in session.execute(chosen)}


def _unread(session: Session, numbers: Sequence[int], latest: Latest, staff_id: int) -> dict[int, int]:
    read = select(col(ReadMark.conversation_id), col(ReadMark.seq)).where(
        col(ReadMark.conversation_id).in_(numbers), col(ReadMark.reader) == f"staff:{staff_id}"
    )
    marks = {row.conversation_id: row.seq for row in session.execute(read)}
    heard = {number: latest.get((number, "message", "shopper"), 0) for number in numbers}
    return {number: seq for number, seq in heard.items() if seq > marks.get(number, 0)}


def _preview(text: str, words: str) -> str:
    """One line of the text, from a little before the word that was searched for."""
    line = " ".join(text.split())
    at = line.lower().find(words.split(maxsplit=1)[0].lower()) if words.split() else -1
    start = max(0, at - LONGEST_PREVIEW // 4) if at > LONGEST_PREVIEW // 2 else 0
    cut = line[start : start + LONGEST_PREVIEW]
    return ("…" if start else "") + cut + ("…" if start + LONGEST_PREVIEW < len(line) else "")
