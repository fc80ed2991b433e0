"""Titles and sample questions for what somebody has typed so far: the last word may be cut anywhere.

In Hangul the last syllable may lack its final consonant ("배소" on the way to "배송") or be a lone consonant still.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import Session, col, select

from faq.candidates import LAST_SIGN, token_between
from faq.index_tables import SearchPosting, SearchTerm, SearchUnit
from faq.tables import Article, ArticleText
from faq.tokens import Word, folded, words

FEWEST_LETTERS = 2  # Of a Latin word; one Hangul syllable says as much.
MOST_ENDINGS = 24  # Words of the index that a cut word may become, the most usual first.
MOST_ROWS = 3_000  # Rows of the index that are looked at.
MOST_HEADS = 60
FINALS = 28  # Syllables with the same beginning, one for each final consonant.


@dataclass(frozen=True)
class Suggestion:
    """A title or sample question that begins as somebody types; `marked` are the (start, end) places that match."""

    text: str
    article_id: int
    locale: str
    slug: str
    marked: tuple[tuple[int, int], ...] = ()


def suggestions(
    session: Session, *, store_id: int, locale: str, beginning: str, limit: int
) -> tuple[Suggestion, ...]:
    """What could be meant, each article once: those that say every typed word first, then the shortest."""
    typed = _typed(beginning, locale)
    if not typed:
        return ()
    patterns = [_pattern(word) for word in typed]
    found: dict[int, tuple[tuple[int, int, str], Suggestion]] = {}
    for content, article_id, slug in _heads(session, store_id, locale, typed):
        marked = _marked(content, patterns)
        if not marked:
            continue
        said = sum(bool(pattern.search(_even(content))) for pattern in patterns)
        order = (-said, marked[0][0], f"{len(content):04} {content}")
        if article_id not in found or order < found[article_id][0]:
            found[article_id] = order, Suggestion(content, article_id, locale, slug, marked)
    return tuple(one for _, one in sorted(found.values(), key=lambda pair: pair[0])[:limit])


def _typed(beginning: str, locale: str) -> list[Word]:
    plain = folded(beginning).rstrip("ㄱㄴㄷㄹㅁㅂㅅㅇㅈㅊㅋㅌㅍㅎ") if beginning else ""
    said = words(plain, locale)[:12]
    if not said or (len(said) == 1 and said[0].raw.isascii() and len(said[0].raw) < FEWEST_LETTERS):
        return []
    matter = [word for word in said[:-1] if word.weight]
    return [*matter, said[-1]]


def _heads(session: Session, store_id: int, locale: str, typed: list[Word]) -> list[tuple[str, int, str]]:
    """Titles and sample questions with the rarest of the typed words."""
    for terms in _rarest_first(session, store_id, locale, typed):
        chosen = (
            select(SearchUnit.content, ArticleText.article_id, ArticleText.slug)
            .join(SearchPosting, col(SearchPosting.unit_id) == SearchUnit.id)
            .join(ArticleText, col(ArticleText.id) == SearchUnit.text_id)
            .join(Article, col(Article.id) == ArticleText.article_id)
            .where(
                col(SearchPosting.term_id).in_(terms),
                col(SearchUnit.kind).in_(["title", "sample"]),
                ArticleText.state == "published",
                Article.audience == "public",
            )
            .distinct()
            .order_by(col(SearchUnit.content))
            .limit(MOST_HEADS)
        )
        found = list(session.exec(chosen))
        if found:
            return found
    return []


def _rarest_first(session: Session, store_id: int, locale: str, typed: list[Word]) -> list[list[int]]:
    groups: list[tuple[int, list[int]]] = []
    for place, word in enumerate(typed):
        terms = list(_terms(session, store_id, locale, word, cut=place == len(typed) - 1))
        if terms:
            groups.append((sum(units for _, units in terms), [number for number, _ in terms]))
    return [terms for _, terms in sorted(groups)]


def _terms(
    session: Session, store_id: int, locale: str, word: Word, *, cut: bool
) -> Iterator[tuple[int, int]]:
    """The index's terms that the word is, or may become."""
    chosen = (
        select(SearchTerm.id, SearchTerm.units)
        .where(SearchTerm.store_id == store_id, SearchTerm.locale == locale, SearchTerm.units > 0)
        .order_by(col(SearchTerm.units).desc(), col(SearchTerm.token))
        .limit(MOST_ENDINGS)
    )
    if not cut:
        chosen = chosen.where(col(SearchTerm.token).in_(word.tokens))
    elif _is_hangul(word.raw):
        chosen = chosen.where(token_between(session, word.raw[-2:], _last_of(word.raw[-2:])))
    else:
        # The stem of a whole word may be no beginning of it: "delivery" stands as "deliveri".
        shared = word.stem[: len(word.raw)] if word.raw.startswith(word.stem[:-1]) else word.raw
        start = shared if word.raw.startswith(shared) else shared[:-1]
        chosen = chosen.where(token_between(session, start, start + LAST_SIGN))
    rows = 0
    for number, units in session.exec(chosen):
        rows += units
        if rows > MOST_ROWS and rows != units:
            return
        yield int(number or 0), units


def _last_of(beginning: str) -> str:
    """The last token that begins so, whatever final consonant the last syllable gets and whatever follows it."""
    return beginning[:-1] + _last_syllable(beginning[-1]) + LAST_SIGN


def _last_syllable(syllable: str) -> str:
    open_one = (ord(syllable) - 0xAC00) % FINALS == 0
    return chr(ord(syllable) + FINALS - 1) if open_one else syllable


def _is_hangul(word: str) -> bool:
    return "\uac00" <= word[0] <= "\ud7a3"


# -- where it matches --------------------------------------------------------------------------------------------


def _pattern(word: Word) -> re.Pattern[str]:
    if _is_hangul(word.raw):
        stem = word.stem or word.raw
        return re.compile(re.escape(stem[:-1]) + f"[{stem[-1]}-{_last_syllable(stem[-1])}]")
    stem = word.stem[:-1] if word.stem.endswith("i") and not word.raw.startswith(word.stem) else word.stem
    shown = word.raw if len(word.raw) <= len(stem) else stem
    return re.compile(rf"(?<!\w){re.escape(shown)}\w{{0,{max(0, len(word.raw) - len(shown))}}}")


def _even(content: str) -> str:
    """The text folded as far as no place in it moves."""
    lower = folded(content)
    return (
        lower
        if len(lower) == len(content)
        else content.lower()
        if len(content.lower()) == len(content)
        else content
    )


def _marked(content: str, patterns: list[re.Pattern[str]]) -> tuple[tuple[int, int], ...]:
    even = _even(content)
    places = sorted({found.span() for pattern in patterns for found in pattern.finditer(even)})
    merged: list[tuple[int, int]] = []
    for start, end in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)
