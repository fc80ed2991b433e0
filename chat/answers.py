"""What shoppers are told of conversations: the shapes of docs/chat.md, and nothing that is for people of the shop alone."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from pydantic import BaseModel
from sqlalchemy import func
from sqlmodel import Session, col, select

from chat import queries
from chat.tables import ChatAttachment, Conversation, ConversationEvent, ReadMark
from core.security import Keys, sign
from customers.schemas import Shopper
from faq import markdown
from faq.errors import BadArticle
from staff.tables import StaffMember

ATTACHMENT_PURPOSE = "chat-attachment"
# As long as a chat lies open before the next look at it; whoever has the address may read the file that long.
ATTACHMENT_LIFETIME = timedelta(hours=2)

# What of an event's `data` a shopper may know, by kind; everything else stays here.
TOLD: Mapping[str, frozenset[str]] = {
    "message": frozenset({"article", "choices", "order", "links", "buttons"}),
    "handed_over": frozenset({"reason", "hours", "reply_by"}),
    "state": frozenset({"from", "to"}),
    "rating": frozenset({"score", "comment"}),
}
# That a shop puts a conversation aside, or takes it for spam, is its own affair.
NOT_TOLD_STATES = frozenset({"snoozed", "spam"})


class AttachmentAnswer(BaseModel):
    """A file of a message; `address` opens it for a short time."""

    id: str
    name: str
    type: str
    size: int
    width: int
    height: int
    address: str


class EventAnswer(BaseModel):
    """Something that happened. `html` is a bot's text made harmless; `client_id` comes only to its own author."""

    seq: int
    kind: str
    author: str
    name: str
    text: str
    html: str
    data: dict[str, Any]
    created_at: datetime
    client_id: str | None


class AgentAnswer(BaseModel):
    name: str


class ConversationAnswer(BaseModel):
    """A conversation as its shopper sees it. `waiting`: a person of the shop is asked for and has not answered yet."""

    id: str
    subject: str
    state: str
    held_by: str
    language: str
    last_seq: int
    unread: int
    created_at: datetime
    changed_at: datetime
    waiting: bool
    agent: AgentAnswer | None


class Telling:
    """Makes answers of rows. `address` is the service's own, by which shoppers reach it."""

    def __init__(self, keys: Keys, address: str) -> None:
        self._key = keys.of(ATTACHMENT_PURPOSE)
        self._address = address

    def events(self, session: Session, rows: Sequence[ConversationEvent]) -> list[EventAnswer]:
        """The events that a shopper may know, in the order given."""
        shown = [row for row in rows if is_told(row)]
        names = staff_names(session, (row.staff_id for row in shown))
        attached = self._attachments(session, shown)
        return [self._event(row, names, attached) for row in shown]

    def plain(self, row: ConversationEvent) -> EventAnswer:
        """A message without files, of nobody whose name would have to be read."""
        return self._event(row, {}, {})

    def conversations(self, session: Session, rows: Sequence[Conversation]) -> list[ConversationAnswer]:
        """The conversations, in the order given."""
        names = staff_names(session, (row.assignee_id for row in rows))
        unread = unread_by_shopper(session, [int(row.id or 0) for row in rows])
        return [_conversation(row, names, unread.get(int(row.id or 0), 0)) for row in rows]

    def conversations_of(self, session: Session, shopper: Shopper, *, most: int) -> list[ConversationAnswer]:
        """The shopper's own conversations, newest first."""
        return self.conversations(session, queries.conversations_seen_by(session, shopper, most=most))

    def attachment(self, row: ChatAttachment) -> AttachmentAnswer:
        """A file with an address that opens it for a while."""
        token = sign(
            self._key,
            {"attachment": row.public_id},
            purpose=ATTACHMENT_PURPOSE,
            lifetime=ATTACHMENT_LIFETIME,
        )
        return AttachmentAnswer(
            id=row.public_id,
            name=row.name,
            type=row.content_type,
            size=row.size,
            width=row.width,
            height=row.height,
            address=f"{self._address}/api/chat/attachments/{token}",
        )

    def _attachments(
        self, session: Session, rows: Sequence[ConversationEvent]
    ) -> dict[str, AttachmentAnswer]:
        wanted = [one for row in rows for one in row.data.get("attachments", ())]
        if not wanted:
            return {}
        found = session.exec(select(ChatAttachment).where(col(ChatAttachment.public_id).in_(wanted)))
        return {row.public_id: self.attachment(row) for row in found}

    def _event(
        self,
        row: ConversationEvent,
        names: Mapping[int, str],
        attached: Mapping[str, AttachmentAnswer],
    ) -> EventAnswer:
        data = {name: row.data[name] for name in TOLD.get(row.kind, ()) if name in row.data}
        files = [attached[one] for one in row.data.get("attachments", ()) if one in attached]
        if files:
            data["attachments"] = [one.model_dump() for one in files]
        return EventAnswer(
            seq=row.seq,
            kind=row.kind,
            author=row.author,
            name=names.get(row.staff_id or 0, ""),
            text=row.text,
            html=harmless(row.text) if row.author == "bot" and row.text else "",
            data=data,
            created_at=row.created_at,
            client_id=row.client_id if row.author == "shopper" else None,
        )


def is_told(row: ConversationEvent) -> bool:
    """Whether a shopper may know of this event at all."""
    return row.public and not (row.kind == "state" and row.data.get("to") in NOT_TOLD_STATES)


def harmless(text: str) -> str:
    """A bot's text as HTML that holds nothing but what an article may hold; "" when it cannot be read as Markdown."""
    try:
        return str(markdown.html(text, sizes={}))  # Pictures are shown as their description.
    except BadArticle:
        return ""


def staff_names(session: Session, staff_ids: Iterable[int | None]) -> dict[int, str]:
    """What people of the shop call themselves, by their number."""
    wanted = {one for one in staff_ids if one}
    if not wanted:
        return {}
    rows = session.exec(select(StaffMember.id, StaffMember.name).where(col(StaffMember.id).in_(wanted)))
    return {int(number or 0): name for number, name in rows}


def unread_by_shopper(session: Session, conversation_ids: Sequence[int]) -> dict[int, int]:
    """How many messages to the shopper stand after what was read, by conversation; those without any are left out."""
    if not conversation_ids:
        return {}
    mark = (
        select(ReadMark.seq)
        .where(ReadMark.conversation_id == ConversationEvent.conversation_id, ReadMark.reader == "shopper")
        .scalar_subquery()
    )
    chosen = (
        select(ConversationEvent.conversation_id, func.count())
        .where(
            col(ConversationEvent.conversation_id).in_(conversation_ids),
            col(ConversationEvent.seq) > func.coalesce(mark, 0),
            ConversationEvent.kind == "message",
            ConversationEvent.author != "shopper",
        )
        .group_by(col(ConversationEvent.conversation_id))
    )
    return dict(session.exec(chosen).all())


def read_by_both(session: Session, conversation_id: int) -> dict[str, int]:
    """How far the shopper and the people of the shop have read."""
    marks = queries.read_marks(session, conversation_id)
    staff = [seq for reader, seq in marks.items() if reader.startswith("staff:")]
    return {"shopper": marks.get("shopper", 0), "agent": max(staff, default=0)}


def _conversation(row: Conversation, names: Mapping[int, str], unread: int) -> ConversationAnswer:
    name = names.get(row.assignee_id or 0, "") if row.held_by == "people" else ""
    return ConversationAnswer(
        id=row.public_id,
        subject=row.subject,
        state="open" if row.state in NOT_TOLD_STATES else row.state,
        held_by=row.held_by,
        language=row.language,
        last_seq=row.last_seq,
        unread=unread,
        created_at=row.created_at,
        changed_at=row.changed_at,
        waiting=row.waiting_since is not None,
        agent=AgentAnswer(name=name) if name else None,
    )
