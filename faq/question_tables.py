"""What readers asked, whether articles helped, and how often they were read; nothing here tells who it was."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, ForeignKey, Index, Integer, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


def _of(table: str, *, nullable: bool = False, primary_key: bool = False, kept: bool = False) -> Any:
    """A reference to a row of that table; without that row this one goes too, unless it is `kept`."""
    key = ForeignKey(f"{table}.id", ondelete="SET NULL" if kept else "CASCADE")
    return Column(Integer, key, nullable=nullable or kept, primary_key=primary_key, index=not primary_key)


class QuestionGroup(SQLModel, table=True):
    """Questions without an answer that ask the same, in one language of one shop.

    An open group with an article is being worked on: the article is a draft, or was to answer it and does not yet.
    `closed_at` is the moment from which on a further unanswered question opens an answered group again.
    """

    __tablename__ = "question_group"
    __table_args__ = (Index("ix_question_group_place", "store_id", "locale"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    locale: str
    question: str  # The one shown for all.
    state: str = "open"  # "open", "answered" or "ignored"
    article_id: int | None = Field(default=None, sa_column=_of("article", kept=True))
    opened_at: datetime = Field(sa_column=_moment())
    closed_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    closed_by: str = ""  # Whose decision it was; "" when search itself found the answer.


class AskedQuestion(SQLModel, table=True):
    """A question as it was asked, without anything that tells who asked; kept for 180 days."""

    __tablename__ = "asked_question"
    __table_args__ = (Index("ix_asked_question_place", "store_id", "asked_at"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    locale: str
    question: str
    channel: str  # "search" or "chat"
    outcome: str  # "answer", "did_you_mean" or "nothing"
    confidence: float
    article_id: int | None = Field(default=None, sa_column=_of("article", kept=True))
    group_id: int | None = Field(default=None, sa_column=_of("question_group", nullable=True))
    asked_at: datetime = Field(sa_column=_moment())


class ArticleVote(SQLModel, table=True):
    """Whether an article helped; `key` is the asking page's own, so that a repeat replaces it."""

    __tablename__ = "article_vote"
    __table_args__ = (UniqueConstraint("article_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(sa_column=_of("article"))
    locale: str
    key: str
    helped: bool
    reason: str = ""
    question: str = ""
    confidence: float | None = None
    voted_at: datetime = Field(sa_column=_moment())


class ArticleDay(SQLModel, table=True):
    """What happened with an article on one day: views, and readers who asked a person afterwards."""

    __tablename__ = "article_day"

    article_id: int = Field(sa_column=_of("article", primary_key=True))
    locale: str = Field(primary_key=True)
    day: date = Field(primary_key=True)
    views: int = 0
    asked_person: int = 0
