"""The connection to a shop's WordPress."""

from datetime import datetime

from sqlalchemy import Column
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


class WordpressSite(SQLModel, table=True):
    """A shop's WordPress and how we sign in there.

    `state`: asking (a job tries the password) · ready · refused (`problem` is a kept text that says why).
    """

    __tablename__ = "wordpress_site"

    store_id: int = Field(foreign_key="store.id", primary_key=True)
    address: str
    user: str
    password_hidden: str
    way: str = ""  # "rest", "xmlrpc", or "" while nobody knows.
    name: str = ""
    locale: str = ""
    may_publish: bool = False
    state: str = "asking"
    problem: str = ""
    connected_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
