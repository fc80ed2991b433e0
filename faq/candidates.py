"""The units of one language's index that may answer a question, found with a bounded look at its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, func
from sqlmodel import Session, col, select

from faq.index_tables import SearchTerm
from faq.indexing import ALL
from faq.meaning import Near
from faq.ranking import Asked, Known, Piece, Ranked, ask, tokens_of, unknown_words

MOST_ROWS = 6_000  # Rows of the index that one question may sum up: some 5 ms.
MOST_UNITS = 120  # That go on into the ranking.
MOST_TEXTS = 24
MOST_MENDED = 4  # Words of a question that are looked up as mistyped.
LAST_SIGN = "\U0010fffd"  # Sorts behind every word that begins alike.
MOST_ALIKE = 3_000  # Words of the index that one of them is compared with.


def asked_in(session: Session, store_id: int, locale: str, question: str) -> Asked:
    """The question as the shop's index of that language knows its words."""
    known = _known(session, store_id, locale, [ALL, *tokens_of(question, locale)])
    units = known.pop(ALL, Known(0, 0)).units
    if not units:
        return Asked([], unknown=1.0)
    mended = {}
    for word in unknown_words(question, locale, known)[:MOST_MENDED]:
        right = _nearest(session, store_id, locale, word)
        if right:
            mended[word] = right
    known |= _known(session, store_id, locale, sorted(set(mended.values()) - known.keys()))
    return ask(question, locale, known, units, mended)


def pieces(session: Session, asked: Asked, near: Near | None = None) -> list[Piece]:
    """What may answer: the units with the rarest words, those near in meaning, and the heads of their texts."""
    first, later = _affordable(asked)
    masks = dict(_summed(session, asked, first)) if first else {}
    best = list(dict.fromkeys([*masks, *(near.best if near else ())]))
    found = _units(session, "id", best)
    order = {unit_id: place for place, unit_id in enumerate(best)}
    found.sort(key=lambda one: order[one.unit_id])
    most = MOST_TEXTS + (len(near.best) if near else 0)
    texts = dict.fromkeys(list(dict.fromkeys(one.text_id for one in found))[:most])
    found = [one for one in found if one.text_id in texts]
    seen = {one.unit_id for one in found}
    found += [one for one in _units(session, "text_id", list(texts), heads=True) if one.unit_id not in seen]
    unsummed = [one.unit_id for one in found if one.unit_id not in masks]
    summed = [one.unit_id for one in found if one.unit_id in masks]
    rest = _masks(session, asked, [*first, *later], unsummed)
    more = _masks(session, asked, later, summed)
    close = near.closeness([one.unit_id for one in found]) if near and found else {}
    return [
        Piece(
            one.unit_id,
            one.text_id,
            one.kind,
            one.position,
            one.anchor,
            one.content,
            masks.get(one.unit_id, 0) | rest.get(one.unit_id, 0) | more.get(one.unit_id, 0),
            close.get(one.unit_id, 0.0),
        )
        for one in found
    ]


@dataclass
class Shown:
    """What readers see of a text that was found."""

    article_id: int
    slug: str
    title: str = ""
    passage: str = ""


def shown(session: Session, ranked: Sequence[Ranked]) -> dict[int, Shown]:
    """The texts as they are shown: published title, and the passage that answers."""
    if not ranked:
        return {}
    passages = _listed([one.passage.unit_id for one in ranked if one.passage]) or "0"
    rows = _rows(
        session,
        "SELECT unit.text_id, text.article_id, text.slug, unit.kind, unit.content "  # noqa: S608 - only our own numbers
        "FROM search_unit AS unit JOIN article_text AS text ON text.id = unit.text_id "
        f"WHERE unit.text_id IN ({_listed([one.text_id for one in ranked])}) "
        f"AND (unit.kind = 'title' OR unit.id IN ({passages}))",
    )
    found: dict[int, Shown] = {}
    for text_id, article_id, slug, kind, content in rows:
        one = found.setdefault(text_id, Shown(article_id, slug))
        if kind == "title":
            one.title = content
        else:
            one.passage = content
    return found


def _known(session: Session, store_id: int, locale: str, tokens: Sequence[str]) -> dict[str, Known]:
    if not tokens:
        return {}
    chosen = select(SearchTerm.token, SearchTerm.id, SearchTerm.units).where(
        SearchTerm.store_id == store_id,
        SearchTerm.locale == locale,
        col(SearchTerm.token).in_(tokens),
        SearchTerm.units > 0,
    )
    return {token: Known(int(number or 0), units) for token, number, units in session.exec(chosen)}


def _affordable(asked: Asked) -> tuple[list[int], list[int]]:
    """The terms whose rows are summed up, the rarest first, and the common ones that would cost too much."""
    first: list[int] = []
    later: list[int] = []
    rows = 0
    for term_id, (_, _, units) in sorted(asked.terms.items(), key=lambda one: (one[1][2], one[0])):
        rows += units
        (first if rows <= MOST_ROWS or not first else later).append(term_id)
    return first, later


def _summed(session: Session, asked: Asked, terms: Sequence[int]) -> list[tuple[int, int]]:
    """The units that say most of those terms, each with the bits of what it says."""
    rows = ",".join(f"({int(one)},{asked.terms[one][0]:.6f},{asked.terms[one][1]:d})" for one in terms)
    return _rows(
        session,
        f"WITH wanted(term_id, rarity, bit) AS (VALUES {rows}) "  # noqa: S608 - only our own numbers
        "SELECT unit_id, CAST(SUM(bit) AS BIGINT) FROM wanted JOIN search_posting USING (term_id) "
        f"GROUP BY unit_id ORDER BY SUM(weight * rarity) DESC, unit_id LIMIT {MOST_UNITS}",
    )


def _masks(session: Session, asked: Asked, terms: Sequence[int], units: Sequence[int]) -> dict[int, int]:
    if not terms or not units:
        return {}
    found: dict[int, int] = {}
    for unit_id, term_id in _rows(
        session,
        "SELECT unit_id, term_id FROM search_posting "  # noqa: S608 - only our own numbers
        f"WHERE term_id IN ({_listed(terms)}) AND unit_id IN ({_listed(units)})",
    ):
        found[unit_id] = found.get(unit_id, 0) | asked.terms[term_id][1]
    return found


def _units(
    session: Session, column: Literal["id", "text_id"], numbers: Sequence[int], *, heads: bool = False
) -> list[Piece]:
    """Those units, if readers may see their texts still."""
    if not numbers:
        return []
    rows = _rows(
        session,
        "SELECT unit.id, unit.text_id, unit.kind, unit.position, unit.anchor, "  # noqa: S608 - only our own numbers
        "CASE WHEN unit.kind = 'passage' THEN '' ELSE unit.content END "
        "FROM search_unit AS unit JOIN article_text ON article_text.id = unit.text_id "
        "JOIN article ON article.id = article_text.article_id "
        f"WHERE unit.{column} IN ({_listed(numbers)}) AND article_text.state = 'published' "
        f"AND article.audience = 'public'{_HEADS_ONLY if heads else ''} ORDER BY unit.id",
    )
    return [Piece(*row) for row in rows]


_HEADS_ONLY = " AND unit.kind <> 'passage'"


def _listed(numbers: Sequence[int]) -> str:
    return ",".join(str(int(one)) for one in numbers)


def _rows(session: Session, statement: str) -> list[Any]:
    """What a statement made of nothing but our own numbers says.

    The same statements built by the library cost more time than the database needs to answer them.
    """
    return list(session.connection().exec_driver_sql(statement).fetchall())


def _nearest(session: Session, store_id: int, locale: str, word: str) -> str:
    """The word of the index that was probably meant: one slip of the finger away, two in a long word."""
    slips = 1 if len(word) < 8 else 2
    chosen = (
        select(SearchTerm.token, SearchTerm.units)
        .where(
            SearchTerm.store_id == store_id,
            SearchTerm.locale == locale,
            token_between(session, word[0], word[0] + LAST_SIGN),
            func.length(SearchTerm.token).between(len(word) - slips, len(word) + slips),
            SearchTerm.units > 0,
        )
        .limit(MOST_ALIKE)
    )
    near = [
        (distance, -units, token)
        for token, units in session.exec(chosen)
        if token[0] == word[0] and (distance := slips_between(word, token, slips)) <= slips
    ]
    return min(near)[2] if near else ""


def token_between(session: Session, first: str, last: str) -> ColumnElement[bool]:
    """Whether a token lies there in the order of its characters, however the database sorts its language."""
    token = col(SearchTerm.token)
    plainly = token.collate("C") if session.get_bind().dialect.name == "postgresql" else token
    return and_(plainly >= first, plainly <= last)


def slips_between(one: str, other: str, most: int) -> int:
    """How many letters are wrong, missing, too many or swapped; more than `most` when it is more than that."""
    if abs(len(one) - len(other)) > most or len(set(one) - set(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, sign in enumerate(one, 1):
        beyond, before, row = before, row, [at]
        for to, against in enumerate(other, 1):
            best = min(before[to] + 1, row[-1] + 1, before[to - 1] + (sign != against))
            if at > 1 and to > 1 and sign == other[to - 2] and one[at - 2] == against:
                best = min(best, beyond[to - 2] + 1)
            row.append(best)
        if min(row) > most:
            return most + 1
    return row[-1]
