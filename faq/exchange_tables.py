"""Tables of import and export: what each article's source last gave, and the runs that people started."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Integer
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


def _json() -> Any:
    return Column(JSON, nullable=False)


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


class ImportedArticle(SQLModel, table=True):
    """What an import last brought, so that the next one sees what changed there and what was edited here.

    By part ("" is what all languages share, then each locale): `given` is the digest of what the source gave, `kept`
    the digest of what stood here afterwards, `states` the state that the source asked for.
    """

    __tablename__ = "imported_article"

    article_id: int = Field(
        sa_column=Column(Integer, ForeignKey("article.id", ondelete="CASCADE"), primary_key=True)
    )
    given: dict[str, str] = Field(sa_column=_json())
    kept: dict[str, str] = Field(sa_column=_json())
    states: dict[str, str] = Field(sa_column=_json())
    taken_at: datetime = Field(sa_column=_moment())


class ExchangeRun(SQLModel, table=True):
    """One import, or one publishing to a website, that a member of staff started.

    `kind`: "files" (the upload stands under `digest`), "site" (articles of the website) or "publish" (to it).
    `state`: waiting · trying (nothing is written) · tried · taking · done · failed. `results` are rows of outcome,
    key, title, kept sentence, place and article number, in the order of the source.
    """

    __tablename__ = "exchange_run"

    id: int = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id", index=True)
    kind: str
    name: str
    digest: str = ""
    options: dict[str, Any] = Field(sa_column=_json())
    state: str = "waiting"
    done: int = 0
    total: int = 0
    results: list[Any] = Field(sa_column=_json())
    problem: str = ""
    started_by: str
    started_at: datetime = Field(sa_column=_moment())
    ended_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
