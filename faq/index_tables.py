"""The search index: units of published, public texts, their tokens, and what they mean to a model.

Ordinary tables and the same numbers on both databases, where PostgreSQL's own ranking would not know how rare a word is.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel


class SearchUnit(SQLModel, table=True):
    """A searchable piece of a published, public text: its title, a sample question, a heading or what stands below one."""

    __tablename__ = "search_unit"
    __table_args__ = (Index("ix_search_unit_place", "store_id", "locale"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int
    locale: str
    text_id: int = Field(
        sa_column=Column(Integer, ForeignKey("article_text.id", ondelete="CASCADE"), index=True)
    )
    kind: str  # "title", "sample", "heading" or "passage"
    position: int
    anchor: str = ""
    content: str
    content_hash: str = Field(index=True)
    length: int  # How much its words count, in tenths of a word.


class SearchTerm(SQLModel, table=True):
    """A token of the index and how many units of that shop and language hold it.

    The empty token counts all units; without a language it counts the changes of the shop's index.
    """

    __tablename__ = "search_term"
    __table_args__ = (UniqueConstraint("store_id", "locale", "token"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int
    locale: str
    token: str
    units: int = 0


class SearchPosting(SQLModel, table=True):
    """How much a token weighs in a unit. Small rows: there are hundreds for each article."""

    __tablename__ = "search_posting"
    __table_args__ = ({"sqlite_with_rowid": False},)

    term_id: int = Field(
        sa_column=Column(Integer, ForeignKey("search_term.id", ondelete="CASCADE"), primary_key=True)
    )
    unit_id: int = Field(
        sa_column=Column(
            Integer, ForeignKey("search_unit.id", ondelete="CASCADE"), primary_key=True, index=True
        )
    )
    weight: float


class SearchVector(SQLModel, table=True):
    """The meaning of a text by a model, kept for whatever unit says just that."""

    __tablename__ = "search_vector"

    content_hash: str = Field(primary_key=True)
    model: str = Field(primary_key=True)
    vector: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
