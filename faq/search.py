"""Finding articles: what a question hits among the published, public texts of a shop, best first."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from faq.index_tables import SearchUnit
from faq.meaning import Meaning
from faq.schemas import Reader
from faq.tables import ArticleText


@dataclass(frozen=True)
class Hit:
    """An article that a question hits. `fallback` marks one in another language than was asked."""

    article_id: int
    text_id: int
    locale: str
    slug: str
    title: str
    passage: str
    anchor: str
    score: float  # 0 to 1
    fallback: bool = False


@dataclass(frozen=True)
class Found:
    """What a question hits, and how sure the first hit answers it (0 to 1)."""

    hits: tuple[Hit, ...] = ()
    confidence: float = 0.0


def search(
    session: Session,
    *,
    reader: Reader,
    locale: str,
    question: str,
    limit: int = 10,
    meaning: Meaning | None = None,
) -> Found:
    """The articles that answer the question, in the asked language before any other."""
    chosen = (
        select(SearchUnit, ArticleText)
        .join(ArticleText, col(ArticleText.id) == SearchUnit.text_id)
        .where(
            SearchUnit.store_id == reader.store_id,
            col(SearchUnit.content).contains(question, autoescape=True),
        )
        .order_by(col(SearchUnit.locale) != locale, col(SearchUnit.id))
        .limit(limit * 5)
    )
    hits: dict[int, Hit] = {}
    for unit, text in session.exec(chosen):
        hit = Hit(
            article_id=text.article_id,
            text_id=unit.text_id,
            locale=text.locale,
            slug=text.slug,
            title=text.title,
            passage=unit.content,
            anchor=unit.anchor,
            score=0.5,
            fallback=text.locale != locale,
        )
        hits.setdefault(text.article_id, hit)
    return Found(tuple(hits.values())[:limit], 0.5 if hits else 0.0)


@dataclass(frozen=True)
class Suggestion:
    """A title or sample question that begins as somebody types; `marked` are the (start, end) places that match."""

    text: str
    article_id: int
    locale: str
    slug: str
    marked: tuple[tuple[int, int], ...] = ()


def suggest(
    session: Session, *, reader: Reader, locale: str, beginning: str, limit: int = 6
) -> tuple[Suggestion, ...]:
    """Titles and sample questions for what was typed so far, in the asked language."""
    found = search(session, reader=reader, locale=locale, question=beginning, limit=limit)
    return tuple(Suggestion(hit.title, hit.article_id, hit.locale, hit.slug) for hit in found.hits)
