"""Keeping the search index: one text's units are replaced as a whole, so that search is never without them.

Writers of one shop's index go one after the other (`_take_turn`), so the counts of how rare a word is stay right.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlmodel import Session, col, select

from core.events import record
from faq import queries
from faq.events import TextIndexed
from faq.index_tables import SearchPosting, SearchTerm, SearchUnit
from faq.tables import Article, ArticleText
from faq.units import Unit, index_version, units_of

ALL = ""  # The token whose count is the number of units; the locale of the shop's row that counts changes.


def index_text(session: Session, article: Article, text: ArticleText) -> None:
    """Bring the text's units to its published version; drafts and restricted articles have none."""
    _as_it_stands(session, text)
    wanted = wanted_mark(article, text)
    if text.indexed == wanted:
        return
    _take_turn(session, text.store_id)
    units: Sequence[Unit] = ()
    if wanted:
        units = units_of(queries.version(session, int(text.id or 0), text.published_version), text.locale)
    _replace(session, text, units)
    text.indexed = wanted
    session.add(text)
    session.flush()
    if units:
        record(session, TextIndexed(text_id=int(text.id or 0), version=text.published_version))


def index_article(session: Session, article: Article) -> None:
    """The same for all languages of an article whose readers may have changed."""
    for text in _texts(session, article):
        index_text(session, article, text)


def forget_article(session: Session, article: Article) -> None:
    """Take an article that goes for good out of the index."""
    for text in _texts(session, article):
        _take_turn(session, text.store_id)
        _replace(session, text, ())


def _texts(session: Session, article: Article) -> Sequence[ArticleText]:
    chosen = select(ArticleText).where(ArticleText.article_id == article.id).order_by(col(ArticleText.id))
    return session.exec(chosen.with_for_update()).all()


def _as_it_stands(session: Session, text: ArticleText) -> None:
    """Read again what another transaction may have changed.

    Everybody holds the text's row before the shop's turn, never the other way round, so nobody waits in a circle.
    """
    session.flush()
    session.refresh(text, ["state", "published_version", "indexed"], with_for_update=True)


def wanted_mark(article: Article, text: ArticleText) -> str:
    """What `indexed` says of a text whose units are right; "" for one that must have none."""
    seen = text.state == "published" and article.audience == "public"
    return f"{text.published_version}/{index_version()}" if seen else ""


def count_change(session: Session, store_id: int) -> None:
    """Let readers that keep something of the shop's index in memory know that it changed; holds the shop's turn."""
    _take_turn(session, store_id)


def _take_turn(session: Session, store_id: int) -> None:
    """Wait until no other transaction changes this shop's index, and count the change."""
    _count(session, store_id, "", {ALL: 1})


def _replace(session: Session, text: ArticleText, units: Sequence[Unit]) -> None:
    old = select(col(SearchUnit.id)).where(SearchUnit.text_id == text.id)
    held = (
        select(SearchTerm.token, func.count())
        .join(SearchPosting, col(SearchPosting.term_id) == SearchTerm.id)
        .where(col(SearchPosting.unit_id).in_(old))
        .group_by(col(SearchTerm.token))
    )
    change: Counter[str] = Counter()
    change.subtract(dict(session.exec(held).all()))
    change[ALL] -= len(session.exec(old).all())
    session.execute(delete(SearchUnit).where(col(SearchUnit.text_id) == text.id))
    change[ALL] += len(units)
    for unit in units:
        change.update(dict.fromkeys(unit.weights, 1))
    _add(session, text, units, _count(session, text.store_id, text.locale, change))


def _count(session: Session, store_id: int, locale: str, change: Mapping[str, int]) -> dict[str, int]:
    """Change how many units hold each token, and return the tokens' numbers."""
    rows = [
        {"store_id": store_id, "locale": locale, "token": token, "units": change[token]}
        for token in sorted(change)
    ]
    if not rows:
        return {}
    insert = insert_sqlite if session.get_bind().dialect.name == "sqlite" else insert_postgresql
    added = insert(SearchTerm)
    counted = added.on_conflict_do_update(
        index_elements=["store_id", "locale", "token"],
        set_={"units": SearchTerm.__table__.c.units + added.excluded.units},  # type: ignore[attr-defined]
    )
    # What returns something is sent as a few long statements; one for each row would take most of the time.
    numbered = counted.returning(SearchTerm.__table__.c.token, SearchTerm.__table__.c.id)  # type: ignore[attr-defined]
    return dict(map(tuple, session.execute(numbered, rows)))


def _add(session: Session, text: ArticleText, units: Sequence[Unit], numbers: Mapping[str, int]) -> None:
    rows = [
        SearchUnit(
            store_id=text.store_id,
            locale=text.locale,
            text_id=int(text.id or 0),
            kind=unit.kind,
            position=position,
            anchor=unit.anchor,
            content=unit.content,
            content_hash=unit.content_hash,
            length=unit.length,
        )
        for position, unit in enumerate(units)
    ]
    session.add_all(rows)
    session.flush()
    postings = [
        {"term_id": numbers[token], "unit_id": int(row.id or 0), "weight": weight}
        for row, unit in zip(rows, units, strict=True)
        for token, weight in unit.weights.items()
    ]
    if postings:
        session.execute(SearchPosting.__table__.insert(), sorted(postings, key=lambda one: one["term_id"]))  # type: ignore[attr-defined]
