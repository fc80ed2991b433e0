"""The tables of conversations: one model for every channel.

What happened in a conversation is a row of `conversation_event` with the next number of that conversation; rows are
never changed. What a conversation is like now (state, assignee, …) stands in `conversation` and follows from them.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


class Conversation(SQLModel, table=True):
    """A conversation of one contact with a shop.

    `public_id` is its unguessable name outside. `held_by` says who answers: "bot" or "people". `last_seq` is the
    number of its newest event, `waiting_since` since when a shopper waits for a person's word. `page` is the page of
    the shop that the shopper looks at, if shared.
    """

    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_state", "store_id", "state", "changed_at"),
        Index("ix_conversation_contact", "contact_id", "changed_at"),
        Index("ix_conversation_changed", "changed_at"),
        Index("ix_conversation_assignee", "assignee_id", "state"),
        # What the clock looks through every few seconds: few conversations wait, many are kept.
        Index(
            "ix_conversation_respond_by",
            "respond_by",
            sqlite_where=text("respond_by IS NOT NULL"),
            postgresql_where=text("respond_by IS NOT NULL"),
        ),
        Index(
            "ix_conversation_snoozed_until",
            "snoozed_until",
            sqlite_where=text("snoozed_until IS NOT NULL"),
            postgresql_where=text("snoozed_until IS NOT NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    store_id: int = Field(foreign_key="store.id")
    contact_id: int = Field(foreign_key="contact.id")
    channel: str = "chat"
    subject: str = ""
    state: str = "open"  # "open", "snoozed", "resolved" or "spam"
    held_by: str = "bot"
    language: str
    priority: int = 0  # -1 low, 0 usual, 1 high, 2 urgent
    assignee_id: int | None = Field(default=None, foreign_key="staff_member.id")
    team_id: int | None = Field(default=None, foreign_key="team.id")
    order_id: int | None = Field(default=None, foreign_key="shop_order.id")
    page: str = ""
    last_seq: int = 0
    snoozed_until: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    waiting_since: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    respond_by: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    merged_into_id: int | None = Field(default=None, foreign_key="conversation.id")
    created_at: datetime = Field(sa_column=_moment())
    changed_at: datetime = Field(sa_column=_moment())
    resolved_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class ConversationEvent(SQLModel, table=True):
    """One thing that happened in a conversation; see `chat/schemas.py` for the kinds and what their `data` holds.

    `client_id` is the sender's own name for it: the same one again is the same event. Events that are not `public`
    are for people of the shop alone.
    """

    __tablename__ = "conversation_event"
    __table_args__ = (
        UniqueConstraint("conversation_id", "client_id"),
        Index("ix_conversation_event_kind", "kind", "created_at"),
    )

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True, ondelete="CASCADE")
    seq: int = Field(primary_key=True)
    kind: str
    author: str  # "shopper", "agent", "bot" or "system"
    staff_id: int | None = Field(default=None, foreign_key="staff_member.id")
    public: bool
    client_id: str | None = None
    text: str = ""
    data: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=_moment())


class ReadMark(SQLModel, table=True):
    """How far somebody has read: "shopper" for all devices of the contact, "staff:7" for a person of the shop.

    A state and not an event: it only ever grows, and a conversation is read far more often than written.
    """

    __tablename__ = "read_mark"

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True, ondelete="CASCADE")
    reader: str = Field(primary_key=True)
    seq: int
    read_at: datetime = Field(sa_column=_moment())


class ChatAttachment(SQLModel, table=True):
    """A file of a conversation, checked and stored by its digest. `seq` is None until its message is sent."""

    __tablename__ = "chat_attachment"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    conversation_id: int = Field(foreign_key="conversation.id", index=True, ondelete="CASCADE")
    seq: int | None = None
    author: str
    staff_id: int | None = Field(default=None, foreign_key="staff_member.id")
    digest: str
    name: str
    content_type: str
    size: int  # Bytes
    width: int = 0
    height: int = 0
    created_at: datetime = Field(sa_column=_moment())
