"""All conversations of a shop with all their events, for programs of others: CSV (a row for each event) or JSON."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from sqlmodel import Session, col, select

from chat import labels
from chat.tables import Conversation, ConversationEvent
from connector.tables import ShopOrder
from core.database import Database
from customers.tables import Contact
from faq.table_format import guarded_cell
from staff.tables import StaffMember

Format = Literal["csv", "json"]
AT_A_TIME = 50  # Conversations in memory at once.

COLUMNS = (
    "conversation",
    "channel",
    "subject",
    "state",
    "language",
    "priority",
    "labels",
    "assignee",
    "customer_name",
    "customer_email",
    "order_number",
    "began_at",
    "resolved_at",
    "seq",
    "at",
    "kind",
    "author",
    "staff",
    "public",
    "text",
    "data",
)


def exported(database: Database, store_id: int, format: Format) -> Iterator[str]:  # noqa: A002 - as in the address
    """The export in pieces; each is read in a moment of its own, so that a long one holds nothing up."""
    return _as_csv(database, store_id) if format == "csv" else _as_json(database, store_id)


def conversations(database: Database, store_id: int) -> Iterator[dict[str, Any]]:
    """Each conversation with its events, in the order in which they began. Those that were merged are within the other."""
    last = 0
    while True:
        with database.reading() as session:
            found = _next(session, store_id, last)
            told = [_told(session, one, labels_of) for one, labels_of in found]
        yield from told
        if len(found) < AT_A_TIME:
            return
        last = int(found[-1][0].id or 0)


def _next(session: Session, store_id: int, last: int) -> list[tuple[Conversation, Sequence[str]]]:
    chosen = (
        select(Conversation)
        .where(Conversation.store_id == store_id, col(Conversation.id) > last)
        .where(col(Conversation.merged_into_id).is_(None))
        .order_by(col(Conversation.id))
        .limit(AT_A_TIME)
    )
    found = session.exec(chosen).all()
    named = labels.labels_of(session, [int(one.id or 0) for one in found])
    return [(one, [label.name for label in named[int(one.id or 0)]]) for one in found]


def _told(session: Session, found: Conversation, label_names: Sequence[str]) -> dict[str, Any]:
    contact = session.get_one(Contact, found.contact_id)
    order = session.get(ShopOrder, found.order_id) if found.order_id is not None else None
    chosen = select(ConversationEvent).where(ConversationEvent.conversation_id == found.id)
    return {
        "conversation": found.public_id,
        "channel": found.channel,
        "subject": found.subject,
        "state": found.state,
        "language": found.language,
        "priority": found.priority,
        "labels": list(label_names),
        "assignee": _name(session, found.assignee_id),
        "customer_name": contact.name,
        "customer_email": contact.email,
        "order_number": order.number if order else "",
        "began_at": found.created_at.isoformat(),
        "resolved_at": found.resolved_at.isoformat() if found.resolved_at else "",
        "events": [
            {
                "seq": event.seq,
                "at": event.created_at.isoformat(),
                "kind": event.kind,
                "author": event.author,
                "staff": _name(session, event.staff_id),
                "public": event.public,
                "text": event.text,
                "data": event.data,
            }
            for event in session.exec(chosen.order_by(col(ConversationEvent.seq)))
        ],
    }


def _name(session: Session, staff_id: int | None) -> str:
    member = session.get(StaffMember, staff_id) if staff_id is not None else None
    return member.name if member else ""


def _as_json(database: Database, store_id: int) -> Iterator[str]:
    yield '{"conversations": ['
    for place, one in enumerate(conversations(database, store_id)):
        yield (",\n" if place else "\n") + json.dumps(one, ensure_ascii=False)
    yield "\n]}\n"


def _as_csv(database: Database, store_id: int) -> Iterator[str]:
    yield "\ufeff" + _line(COLUMNS)  # The mark tells spreadsheets that it is UTF-8.
    for one in conversations(database, store_id):
        for event in one["events"] or [{}]:
            yield _line([_cell({**one, **event}, name) for name in COLUMNS])


def _cell(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name, "")
    if name == "labels":
        value = ", ".join(value)
    if name == "data":
        value = json.dumps(value, ensure_ascii=False) if value else ""
    return guarded_cell(str(value))


def _line(cells: Sequence[str]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow(cells)
    return written.getvalue()
