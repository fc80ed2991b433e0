"""Bringing texts into the index that stand there in an older form, a few at a time, while search goes on."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, String, and_, cast, delete, func, or_, update
from sqlmodel import Session, col, select

from core.database import Database, refresh_statistics
from faq import indexing
from faq.index_tables import SearchPosting, SearchTerm, SearchUnit, SearchVector
from faq.tables import Article, ArticleText
from faq.units import index_version

AT_ONCE = 20  # Texts of one transaction: some tenths of a second in which nobody else can write on SQLite.
AGAIN = "again"  # What `indexed` says of a text whose units must be made anew.


def rebuild(database: Database) -> Iterator[int]:
    """Take up every text whose units are not as they must be; says after each transaction how many it took up.

    What is done stays done: a rebuild that was cut off goes on where it was.
    """
    done, counted = 0, 0
    while True:
        with database.writing() as session:
            old = _old(session)
            for article, text in old:
                indexing.index_text(session, article, text)
            done += len(old)
            if done >= 2 * counted + AT_ONCE or (not old and done > counted):
                refresh_statistics(session, Article, ArticleText, SearchUnit, SearchTerm, SearchPosting)
                counted = done
        if not old:
            return
        yield len(old)


def progress(session: Session, store_id: int | None = None) -> tuple[int, int]:
    """How many published, public texts there are (of that shop), and how many of all texts wait for their units."""
    counted = (
        select(func.count()).select_from(ArticleText).join(Article, col(Article.id) == ArticleText.article_id)
    )
    if store_id is not None:
        counted = counted.where(ArticleText.store_id == store_id)
    return session.exec(counted.where(_seen())).one(), session.exec(counted.where(_is_old())).one()


def mark_all(session: Session) -> None:
    """Have every text's units made anew by the next rebuild; search goes on with those there are."""
    session.execute(update(ArticleText).where(col(ArticleText.indexed) != "").values(indexed=AGAIN))


def tidy(session: Session) -> None:
    """Forget words that no unit has any more and vectors of texts that are gone."""
    session.execute(
        delete(SearchTerm).where(col(SearchTerm.units) <= 0, col(SearchTerm.token) != "", ~_has_postings())
    )
    used = select(SearchUnit.id).where(SearchUnit.content_hash == SearchVector.content_hash)
    session.execute(delete(SearchVector).where(~used.exists()))


def _has_postings() -> ColumnElement[bool]:
    return select(SearchPosting.unit_id).where(SearchPosting.term_id == SearchTerm.id).exists()


def _old(session: Session) -> list[tuple[Article, ArticleText]]:
    chosen = (
        select(Article, ArticleText)
        .join(ArticleText, col(ArticleText.article_id) == Article.id)
        .where(_is_old())  # One that is being published now is indexed there.
        .order_by(col(ArticleText.id))
        .limit(AT_ONCE)
        .with_for_update(of=ArticleText, skip_locked=True)
    )
    return list(session.exec(chosen).all())


def _seen() -> ColumnElement[bool]:
    return and_(col(ArticleText.state) == "published", col(Article.audience) == "public")


def _is_old() -> ColumnElement[bool]:
    right = cast(ArticleText.published_version, String) + f"/{index_version()}"
    return or_(
        and_(_seen(), col(ArticleText.indexed) != right), and_(~_seen(), col(ArticleText.indexed) != "")
    )
