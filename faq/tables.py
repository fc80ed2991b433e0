"""The knowledge base's tables: articles and their languages, and the help centre that shows them.

A locale is a language tag as pages carry it ("ko", "en", "pt-BR"). Markdown is stored as it was written; variables
are filled in and HTML is made when it is read.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


def _json() -> Any:
    return Column(JSON, nullable=False)


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


def _of(table: str, *, nullable: bool = False, primary_key: bool = False) -> Any:
    """A reference that goes when the row it names goes."""
    return Column(
        Integer, ForeignKey(f"{table}.id", ondelete="CASCADE"), nullable=nullable, primary_key=primary_key
    )


# -- the help centre ---------------------------------------------------------------------------------------------


class HelpCentre(SQLModel, table=True):
    """A shop's help centre: its address (`/help/<slug>`), languages (the main one first), colour and facts.

    `facts` are what variables read and the mirror does not know, such as the return address (faq/variables.py names
    them). `thresholds` are the confidences from which search answers or suggests, by what scored it.
    """

    __tablename__ = "help_centre"

    store_id: int = Field(foreign_key="store.id", primary_key=True)
    slug: str = Field(unique=True)
    title: dict[str, str] = Field(sa_column=_json())
    locales: list[str] = Field(sa_column=_json())
    accent: str = ""
    open: bool = True
    weekly_letter: bool = True
    facts: dict[str, str] = Field(sa_column=_json())
    thresholds: dict[str, Any] = Field(sa_column=_json())
    starter_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class ArticleCategory(SQLModel, table=True):
    """A group of articles, named in each language."""

    __tablename__ = "article_category"
    __table_args__ = (UniqueConstraint("store_id", "slug"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    slug: str
    names: dict[str, str] = Field(sa_column=_json())
    position: int = 0


# -- articles ----------------------------------------------------------------------------------------------------


class Article(SQLModel, table=True):
    """What all languages of an article share. `source` names where it was imported from, so that a repeat finds it."""

    __tablename__ = "article"
    __table_args__ = (
        Index(
            "uq_article_source",
            "store_id",
            "source",
            unique=True,
            sqlite_where=text("source != ''"),
            postgresql_where=text("source != ''"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id", index=True)
    kind: str  # "faq", "guide", "tutorial" or "policy"
    policy: str = ""  # "returns", "shipping" or "privacy" when `kind` is "policy"
    category_id: int | None = Field(
        default=None,
        sa_column=Column(
            Integer, ForeignKey("article_category.id", ondelete="SET NULL"), nullable=True, index=True
        ),
    )
    position: int = 0
    audience: str = "public"  # "public", "customers" or "staff"
    main_locale: str
    example: bool = False
    source: str = ""
    published_to: dict[str, Any] = Field(sa_column=_json())  # What this article is in WordPress, by locale.
    created_at: datetime = Field(sa_column=_moment())


class ArticleText(SQLModel, table=True):
    """One language of an article: the working copy, and which of its versions readers see.

    `version` counts every saving; `published_version` is 0 while readers see none. `follows_version` is the main
    language's version that this translation says.
    """

    __tablename__ = "article_text"
    __table_args__ = (
        UniqueConstraint("article_id", "locale"),
        UniqueConstraint("store_id", "locale", "slug"),
    )

    id: int | None = Field(default=None, primary_key=True)
    article_id: int = Field(sa_column=_of("article"))
    store_id: int = Field(foreign_key="store.id")
    locale: str
    slug: str
    title: str
    body: str
    samples: list[str] = Field(sa_column=_json())
    state: str = "draft"  # "draft", "published" or "archived"
    version: int = 1
    published_version: int = 0
    follows_version: int = 0
    saved_at: datetime = Field(sa_column=_moment())
    saved_by: str = ""
    published_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    indexed: str = ""  # What of it stands in the index: version, audience and the index's own version.


class ArticleVersion(SQLModel, table=True):
    """Every saved state of a text; never changed, so that any can be read and restored."""

    __tablename__ = "article_version"

    text_id: int = Field(sa_column=_of("article_text", primary_key=True))
    version: int = Field(primary_key=True)
    title: str
    body: str
    samples: list[str] = Field(sa_column=_json())
    saved_at: datetime = Field(sa_column=_moment())
    saved_by: str = ""
    note: str = ""


class ArticleSubject(SQLModel, table=True):
    """A product or a product category that an article is about, by the shop's own number."""

    __tablename__ = "article_subject"

    article_id: int = Field(sa_column=_of("article", primary_key=True))
    kind: str = Field(primary_key=True)  # "product" or "product_category"
    remote_id: int = Field(primary_key=True)


class RelatedArticle(SQLModel, table=True):
    """An article that the owner shows below another one."""

    __tablename__ = "related_article"

    article_id: int = Field(sa_column=_of("article", primary_key=True))
    related_id: int = Field(sa_column=_of("article", primary_key=True))
    position: int = 0


class ArticleImage(SQLModel, table=True):
    """A picture in articles: our own re-encoding, named by its SHA-256 in the store of files."""

    __tablename__ = "article_image"
    __table_args__ = (UniqueConstraint("store_id", "digest"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    digest: str
    media_type: str
    width: int
    height: int
    bytes: int
    name: str = ""
    source: str = ""
    added_at: datetime = Field(sa_column=_moment())
