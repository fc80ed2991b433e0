"""The tables of the desk: teams, labels, saved replies, duty, and how each shop's chat is set up."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


def _json() -> Any:
    return Column(JSON, nullable=False)


class ChatSetting(SQLModel, table=True):
    """How a shop's chat is set up; a shop without a row has the defaults of `chat/settings.py`.

    `look`: colour, corner, greetings by language. `hours`: opening times by weekday, holidays, zone. `targets`: minutes
    to the first response. `model`: the language model's address, name, budget and hidden key. `keep_months`: how long
    resolved conversations are kept, 0 for ever.
    """

    __tablename__ = "chat_setting"

    store_id: int = Field(foreign_key="store.id", primary_key=True)
    on: bool
    bot: bool
    rating: bool
    assignment: str  # "off", "round_robin" or "least_busy"
    look: dict[str, Any] = Field(sa_column=_json())
    hours: dict[str, Any] = Field(sa_column=_json())
    targets: dict[str, Any] = Field(sa_column=_json())
    model: dict[str, Any] = Field(sa_column=_json())
    keep_months: int = 0
    changed_at: datetime = Field(sa_column=_moment())


class Team(SQLModel, table=True):
    """People who answer together."""

    __tablename__ = "team"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)


class TeamMember(SQLModel, table=True):
    """Who is in a team."""

    __tablename__ = "team_member"

    team_id: int = Field(foreign_key="team.id", primary_key=True, ondelete="CASCADE")
    staff_id: int = Field(foreign_key="staff_member.id", primary_key=True, ondelete="CASCADE")


class Label(SQLModel, table=True):
    """A word by which conversations are found again. `colour` is one of the names in `chat/labels.py`."""

    __tablename__ = "label"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    colour: str


class ConversationLabel(SQLModel, table=True):
    """Which labels a conversation has."""

    __tablename__ = "conversation_label"

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True, ondelete="CASCADE")
    label_id: int = Field(foreign_key="label.id", primary_key=True, index=True, ondelete="CASCADE")


class SavedReply(SQLModel, table=True):
    """A reply that is written once; its texts by language are in `texts`. `store_id` None: for every shop."""

    __tablename__ = "saved_reply"

    id: int | None = Field(default=None, primary_key=True)
    store_id: int | None = Field(default=None, foreign_key="store.id")
    shortcut: str = Field(unique=True)
    title: str
    texts: dict[str, str] = Field(sa_column=_json())
    used: int = 0
    changed_at: datetime = Field(sa_column=_moment())


class ReplyDraft(SQLModel, table=True):
    """What a person of the shop has begun to write in a conversation."""

    __tablename__ = "reply_draft"

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True, ondelete="CASCADE")
    staff_id: int = Field(foreign_key="staff_member.id", primary_key=True, ondelete="CASCADE")
    text: str
    note: bool
    changed_at: datetime = Field(sa_column=_moment())


class Mention(SQLModel, table=True):
    """Somebody was named in a private note."""

    __tablename__ = "mention"

    conversation_id: int = Field(foreign_key="conversation.id", primary_key=True, ondelete="CASCADE")
    seq: int = Field(primary_key=True)
    staff_id: int = Field(foreign_key="staff_member.id", primary_key=True, index=True, ondelete="CASCADE")
    seen_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class StaffDuty(SQLModel, table=True):
    """Whether somebody takes conversations now. `seen_at` is renewed while a page of the console is open.

    `letters`: whether they want a letter when a conversation waits too long or nobody is there.
    """

    __tablename__ = "staff_duty"

    staff_id: int = Field(foreign_key="staff_member.id", primary_key=True, ondelete="CASCADE")
    available: bool
    letters: bool = True
    seen_at: datetime = Field(sa_column=_moment())
    assigned_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class ModelSpending(SQLModel, table=True):
    """The tokens that a shop's language model has cost in a month, with those set aside for what is being asked now."""

    __tablename__ = "model_spending"

    store_id: int = Field(foreign_key="store.id", primary_key=True)
    month: str = Field(primary_key=True)  # "2026-11", in the shop's zone
    tokens: int


class ModelExchange(SQLModel, table=True):
    """What was sent to a shop's language model, what came back, and what it cost."""

    __tablename__ = "model_exchange"

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    conversation_id: int = Field(foreign_key="conversation.id", index=True, ondelete="CASCADE")
    sent: dict[str, Any] = Field(sa_column=_json())
    answer: str
    outcome: str  # "used", "refused", "late" or "failed"
    tokens: int
    month: str = Field(index=True)  # "2026-11", in the shop's zone
    created_at: datetime = Field(sa_column=_moment())
