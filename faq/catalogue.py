"""What a reader can choose from: articles by category, the most read ones, related ones, other languages.

An article stands here once, in the asked language or the best other one. Titles are those of published versions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlmodel import Session, col

from core import clock
from faq import queries
from faq.question_tables import ArticleDay
from faq.schemas import Reader
from faq.tables import Article, ArticleCategory, ArticleSubject, ArticleText, ArticleVersion

MOST_READ_DAYS = 30
_IN_ORDER = (col(Article.position), col(Article.id))
_OF_ENTRY: tuple[Any, ...] = (
    col(Article.id).label("article_id"),
    col(Article.audience),
    col(Article.main_locale),
    col(ArticleText.locale),
    col(ArticleText.slug),
    col(ArticleVersion.title),
)


@dataclass(frozen=True)
class Entry:
    """An article in a list. `fallback` marks one in another language than was asked."""

    article_id: int
    locale: str
    slug: str
    title: str
    audience: str
    fallback: bool


@dataclass(frozen=True)
class Shelf:
    """A category with its first articles and the number of all; without a category, those that have none."""

    category: ArticleCategory | None
    entries: Sequence[Entry]
    total: int


def visible(reader: Reader, locales: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
    """What holds for every text that the reader may see in those languages."""
    return (
        col(Article.store_id) == reader.store_id,
        col(ArticleText.state) == "published",
        col(ArticleText.locale).in_(locales),
        col(Article.audience).in_(reader.audiences),
    )


@dataclass(frozen=True)
class Shelves:
    """What one reader can choose from in one language of a centre. `locales` are the centre's, the main one first.

    The numbers of the wanted articles are found first and only their texts are read: a centre may have 10,000.
    """

    reader: Reader
    locale: str
    locales: Sequence[str]

    def all(self, session: Session, *, each: int) -> Sequence[Shelf]:
        """Every category that has articles for this reader, with its first `each`; those without one come last."""
        category = col(Article.category_id)
        place = func.row_number().over(partition_by=category, order_by=_IN_ORDER)
        total = func.count().over(partition_by=category)
        ranked = self._articles(
            col(Article.id).label("number"),
            category.label("shelf"),
            place.label("place"),
            total.label("total"),
        ).subquery()
        first = session.execute(select(ranked).where(ranked.c.place <= each).order_by(ranked.c.place)).all()
        entries = {entry.article_id: entry for entry in self.of(session, [row.number for row in first])}
        found: dict[int | None, tuple[list[Entry], int]] = {}
        for row in first:
            found.setdefault(row.shelf, ([], row.total))[0].append(entries[row.number])
        categories: list[ArticleCategory | None] = list(queries.categories(session, self.reader.store_id))
        keys = [(one, one.id if one else None) for one in [*categories, None]]
        return [Shelf(one, *found[key]) for one, key in keys if key in found]

    def one(self, session: Session, category: ArticleCategory | None, *, skip: int, limit: int) -> Shelf:
        """A page of one category's articles."""
        within = col(Article.category_id) == (category.id if category else None)
        total = session.execute(self._articles(func.count()).where(within)).scalar_one()
        page = self._articles(col(Article.id)).where(within).order_by(*_IN_ORDER)
        numbers = session.execute(page.offset(skip).limit(limit)).scalars().all()
        return Shelf(category, self.of(session, numbers), total)

    def of(self, session: Session, article_ids: Sequence[int]) -> Sequence[Entry]:
        """Those articles in that order, each in its best language, without what this reader may not see."""
        chosen = (
            select(*_OF_ENTRY)
            .select_from(Article)
            .join(ArticleText, col(ArticleText.article_id) == col(Article.id))
            .join(
                ArticleVersion,
                (col(ArticleVersion.text_id) == col(ArticleText.id))
                & (col(ArticleVersion.version) == col(ArticleText.published_version)),
            )
            .where(col(Article.id).in_(article_ids), *visible(self.reader, self.locales))
        )
        best: dict[int, Any] = {}
        for row in session.execute(chosen):
            known = best.get(row.article_id)
            if known is None or self._rank(row) < self._rank(known):
                best[row.article_id] = row
        return [self._entry(best[number]) for number in article_ids if number in best]

    def most_read(self, session: Session, *, limit: int) -> Sequence[Entry]:
        """What was read most in the last month, in whatever language."""
        since = clock.now().date() - timedelta(days=MOST_READ_DAYS)
        views = func.sum(col(ArticleDay.views))
        chosen = (
            self._articles(col(Article.id))
            .join(ArticleDay, col(ArticleDay.article_id) == col(Article.id))
            .where(col(ArticleDay.day) >= since, col(ArticleDay.views) > 0)
            .group_by(col(Article.id))
            .order_by(views.desc(), col(Article.id))
        )
        return self.of(session, session.execute(chosen.limit(limit)).scalars().all())

    def related(self, session: Session, article: Article, *, limit: int) -> Sequence[Entry]:
        """The owner's choice first, then what is about the same products, then what stands in the same category."""
        number = int(article.id or 0)
        ids = [*queries.related_of(session, number), *self._alike(session, article, limit + 1)]
        return self.of(session, [one for one in dict.fromkeys(ids) if one != number])[:limit]

    def languages_of(self, session: Session, article_id: int) -> Mapping[str, str]:
        """The address words of the article by language, as far as this reader may see them."""
        chosen = select(col(ArticleText.locale), col(ArticleText.slug)).join(
            Article, col(Article.id) == col(ArticleText.article_id)
        )
        rows = session.execute(
            chosen.where(col(Article.id) == article_id, *visible(self.reader, self.locales))
        )
        found = {row.locale: row.slug for row in rows}
        return {locale: found[locale] for locale in self.locales if locale in found}

    def locale_of(self, session: Session, slug: str) -> str | None:
        """The best language in which this reader finds an article at that address word."""
        chosen = select(col(ArticleText.locale)).join(Article, col(Article.id) == col(ArticleText.article_id))
        seen = visible(self.reader, self.locales)
        # The store of the text itself leads the database to the index of address words.
        here = (col(ArticleText.store_id) == self.reader.store_id, col(ArticleText.slug) == slug)
        rows = session.execute(chosen.where(*here, *seen)).scalars().all()
        return next((locale for locale in (self.locale, *self.locales) if locale in rows), None)

    # -- how it is chosen ----------------------------------------------------------------------------------------

    def _articles(self, *columns: Any) -> Select[Any]:
        """Every article of which this reader sees some language."""
        text = select(col(ArticleText.id)).where(
            col(ArticleText.article_id) == col(Article.id),
            col(ArticleText.state) == "published",
            col(ArticleText.locale).in_(self.locales),
        )
        return (
            select(*columns)
            .select_from(Article)
            .where(
                col(Article.store_id) == self.reader.store_id,
                col(Article.audience).in_(self.reader.audiences),
                text.exists(),
            )
        )

    def _alike(self, session: Session, article: Article, limit: int) -> Sequence[int]:
        own = select(ArticleSubject).where(col(ArticleSubject.article_id) == article.id).subquery()
        shared = (
            self._articles(col(Article.id))
            .join(ArticleSubject, col(ArticleSubject.article_id) == col(Article.id))
            .join(
                own,
                (own.c.kind == col(ArticleSubject.kind)) & (own.c.remote_id == col(ArticleSubject.remote_id)),
            )
            .group_by(col(Article.id))
            .order_by(func.count().desc(), col(Article.id))
        )
        about = session.execute(shared.limit(limit)).scalars().all()
        if article.category_id is None:
            return about
        beside = self._articles(col(Article.id)).where(col(Article.category_id) == article.category_id)
        return [*about, *session.execute(beside.order_by(*_IN_ORDER).limit(limit)).scalars()]

    def _rank(self, row: Any) -> tuple[bool, bool, int]:
        """The asked language before the article's main one before the others in the centre's order."""
        return row.locale != self.locale, row.locale != row.main_locale, self.locales.index(row.locale)

    def _entry(self, row: Any) -> Entry:
        return Entry(
            row.article_id, row.locale, row.slug, row.title, row.audience, fallback=row.locale != self.locale
        )


@dataclass(frozen=True)
class Listed:
    """An article of the sitemap: its address words by language and when each was published."""

    slugs: Mapping[str, str]
    published: Mapping[str, datetime | None]


def listed(session: Session, store_id: int, locales: Sequence[str], *, limit: int) -> Sequence[Listed]:
    """What machines may list: every public article with its languages; `limit` is the most addresses."""
    chosen = (
        select(
            col(ArticleText.article_id),
            col(ArticleText.locale),
            col(ArticleText.slug),
            col(ArticleText.published_at),
        )
        .join(Article, col(Article.id) == ArticleText.article_id)
        .where(*visible(Reader(store_id), locales))
        .order_by(col(ArticleText.article_id))
        .limit(limit)
    )
    slugs: dict[int, dict[str, str]] = {}
    published: dict[int, dict[str, datetime | None]] = {}
    for number, locale, slug, moment in session.execute(chosen):
        slugs.setdefault(number, {})[locale] = slug
        published.setdefault(number, {})[locale] = moment
    return [Listed(slugs[number], published[number]) for number in slugs]
