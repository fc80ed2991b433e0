"""Finding articles: what a question hits among the published, public texts of a shop, best first."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from faq import calibration, candidates, semantic, suggesting
from faq.index_tables import SearchTerm, SearchUnit
from faq.indexing import ALL
from faq.meaning import Meaning
from faq.ranking import Ranked, rank
from faq.schemas import LOCALE, Reader
from faq.suggesting import Suggestion
from faq.tables import ArticleText
from faq.variables import said

LONGEST_QUESTION = 2_000  # Characters that are looked at.
MEANING_SHARE = 0.4  # What closeness of meaning counts beside the words, where the index knows these.
OTHER_LANGUAGES = 3  # That are searched when the asked one has no good answer.


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
    """The articles that answer the question, in the asked language before any other.

    Only where that language has no likely answer do articles of another one come, marked, and first if likelier.
    """
    question, locale = question[:LONGEST_QUESTION], locale if LOCALE.fullmatch(locale) else ""
    found = _in_language(
        session, reader.store_id, locale=locale, question=question, limit=limit, meaning=meaning
    )
    if found.confidence >= calibration.USUAL.suggest:
        return found
    for other in _other_languages(session, reader.store_id, locale):
        beyond = _in_language(
            session, reader.store_id, locale=other, question=question, limit=limit, meaning=meaning
        )
        found = _with_fallback(session, found, beyond, locale=locale, limit=limit)
    return found


def beginning_of(session: Session, store_id: int, hit: Hit) -> str:
    """What the hit's article says first, for a hit whose title was met and no passage of it."""
    chosen = (
        select(SearchUnit.content)
        .where(SearchUnit.text_id == hit.text_id, SearchUnit.kind == "passage")
        .order_by(col(SearchUnit.position))
    )
    return said(session, store_id, session.exec(chosen).first() or "", hit.locale)


def suggest(
    session: Session, *, reader: Reader, locale: str, beginning: str, limit: int = 6
) -> tuple[Suggestion, ...]:
    """Titles and sample questions for what was typed so far, in the asked language."""
    if not LOCALE.fullmatch(locale):
        return ()
    return suggesting.suggestions(
        session, store_id=reader.store_id, locale=locale, beginning=beginning[:LONGEST_QUESTION], limit=limit
    )


def _in_language(
    session: Session, store_id: int, *, locale: str, question: str, limit: int, meaning: Meaning | None
) -> Found:
    if not locale:
        return Found()
    asked = candidates.asked_in(session, store_id, locale, question)
    near = (
        semantic.near(session, meaning, store_id=store_id, locale=locale, question=question)
        if meaning and question.strip()
        else None
    )
    share = MEANING_SHARE if near else 0.0
    ranked = rank(asked, candidates.pieces(session, asked, near), meaning_share=share, most=max(limit, 2))
    confidence = calibration.confidence(ranked, asked, by_meaning=near is not None)
    return Found(_hits(session, store_id, ranked[:limit], locale), confidence)


def _hits(session: Session, store_id: int, ranked: Sequence[Ranked], locale: str) -> tuple[Hit, ...]:
    known = candidates.shown(session, ranked)
    return tuple(
        Hit(
            article_id=known[one.text_id].article_id,
            text_id=one.text_id,
            locale=locale,
            slug=known[one.text_id].slug,
            title=known[one.text_id].title,
            passage=said(session, store_id, known[one.text_id].passage, locale),
            anchor=one.passage.anchor if one.passage else "",
            score=round(min(1.0, one.score), 4),
        )
        for one in ranked
        if one.text_id in known
    )


def _other_languages(session: Session, store_id: int, locale: str) -> Sequence[str]:
    """The shop's other languages, those with the most articles first."""
    chosen = (
        select(SearchTerm.locale)
        .where(
            SearchTerm.store_id == store_id,
            SearchTerm.token == ALL,
            col(SearchTerm.locale).not_in(["", locale]),
            SearchTerm.units > 0,
        )
        .order_by(col(SearchTerm.units).desc(), col(SearchTerm.locale))
        .limit(OTHER_LANGUAGES)
    )
    return session.exec(chosen).all()


def _with_fallback(session: Session, found: Found, beyond: Found, *, locale: str, limit: int) -> Found:
    """Both together; an article that the asked language has too was not what its words meant."""
    translated = set(
        session.exec(
            select(ArticleText.article_id).where(
                col(ArticleText.article_id).in_([hit.article_id for hit in beyond.hits]),
                ArticleText.locale == locale,
                ArticleText.state == "published",
            )
        )
    ) | {hit.article_id for hit in found.hits}
    others = tuple(replace(hit, fallback=True) for hit in beyond.hits if hit.article_id not in translated)
    if not others:
        return found
    if not found.hits or (
        beyond.confidence >= calibration.USUAL.suggest and beyond.confidence > found.confidence
    ):
        first = beyond.hits[0].article_id == others[0].article_id
        return Found((*others, *found.hits)[:limit], beyond.confidence if first else found.confidence)
    return Found((*found.hits, *others)[:limit], found.confidence)
