"""The tables of staff. No password, session token or one-time token is stored, only what proves them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


class StaffMember(SQLModel, table=True):
    """A person who works here. `email` is in lower case; a disabled member keeps the name on past work."""

    __tablename__ = "staff_member"

    id: int | None = Field(default=None, primary_key=True)
    email: str = Field(unique=True)
    name: str
    role: str  # "owner", "agent" or "reader"
    language: str
    password_hash: str
    created_at: datetime = Field(sa_column=_moment())
    disabled_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class StaffSession(SQLModel, table=True):
    """A browser that is signed in. `token_digest` is the SHA-256 of its cookie, `csrf` the proof of its forms."""

    __tablename__ = "staff_session"

    id: int | None = Field(default=None, primary_key=True)
    token_digest: str = Field(unique=True)
    staff_id: int = Field(foreign_key="staff_member.id", index=True, ondelete="CASCADE")
    csrf: str
    device: str
    created_at: datetime = Field(sa_column=_moment())
    seen_at: datetime = Field(sa_column=_moment())


class StaffLink(SQLModel, table=True):
    """A link that works once: for the first owner, an invited colleague, or a forgotten password.

    `token_digest` is the SHA-256 of the token in it, None until one is made; making another voids the former.
    """

    __tablename__ = "staff_link"

    id: int | None = Field(default=None, primary_key=True)
    kind: str  # "owner", "invitation" or "reset"
    email: str = ""
    role: str
    language: str
    staff_id: int | None = Field(default=None, foreign_key="staff_member.id", index=True, ondelete="CASCADE")
    token_digest: str | None = Field(default=None, unique=True)
    created_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())
    used_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
