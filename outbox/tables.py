"""The outbox's tables: letters, the tries to send them, and what holds sending back.

Stores and orders are named by number only: they live in another room, and a letter outlives both.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Text
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


def _json() -> Any:
    return Column(JSON, nullable=False)


def _long() -> Any:
    return Column(Text, nullable=False)


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


class Letter(SQLModel, table=True):
    """One letter to one person, made once for its cause.

    `state`: planned (will be sent by itself) · waiting (held, `waiting_for` says by what) · sending (given to a
    mail server since `sending_since` by process `sending_node`) · sent · failed · cancelled.
    `waiting_for`: "" · "release" (a person's word) · "settings" · "switch" · "pause" · "server" (also while planned:
    the last try met a mail server that takes no letters at all).
    `problem` is the last one as `Text.kept` stores it; `recalled` shows it.
    """

    __tablename__ = "letter"
    __table_args__ = (
        Index("ix_letter_state", "state", "id"),
        Index("ix_letter_store", "store_id", "id"),
    )

    id: int = Field(default=None, primary_key=True)
    cause: str = Field(unique=True)
    purpose: str
    legal_class: str
    store_id: int | None = None
    order_id: int | None = Field(default=None, index=True)
    to_address: str
    to_name: str
    language: str
    sender_name: str
    reply_to: str
    subject: str
    text: str = Field(sa_column=_long())
    html: str = Field(sa_column=_long())
    attachments: list[Any] = Field(sa_column=_json())
    state: str
    waiting_for: str = ""
    attempts: int = 0
    problem: str = ""
    message_id: str = ""
    sending_node: str = ""
    sending_since: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    created_at: datetime = Field(sa_column=_moment())
    changed_at: datetime = Field(sa_column=_moment())
    sent_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class LetterAttempt(SQLModel, table=True):
    """One try to send a letter. `outcome` is one of outbox/mailer.py's kinds, `sentence` a kept text."""

    __tablename__ = "letter_attempt"

    id: int = Field(default=None, primary_key=True)
    letter_id: int = Field(foreign_key="letter.id", index=True, ondelete="CASCADE")
    at: datetime = Field(sa_column=_moment())
    outcome: str
    sentence: str


class SendingPause(SQLModel, table=True):
    """Sending for one store is (or was) held. `reason` is "address" or a person's words.

    `answer` is "" while the question is open, "keep" or "resume" once a person has decided; with "resume" the row
    stays, so that the same `address` is not asked about again.
    """

    __tablename__ = "sending_pause"

    store_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    reason: str
    address: str = ""
    paused_at: datetime = Field(sa_column=_moment())
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class SendingSwitch(SQLModel, table=True):
    """The one switch for all sending, as set in the console; no row means on."""

    __tablename__ = "sending_switch"

    id: int = Field(default=1, primary_key=True)
    on: bool
    changed_by: str
    changed_at: datetime = Field(sa_column=_moment())
