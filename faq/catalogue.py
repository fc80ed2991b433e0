"""What a reader can choose from: articles by category, the most read ones, related ones, other languages.

An article stands here once, in the asked language or the best other one. Titles are those of published versions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, case, func, select
from sqlmodel import Session, col

from core import clock
from faq import queries
from faq.question_tables import ArticleDay
from faq.schemas import Reader
from faq.tables import Article, ArticleCategory, ArticleSubject, ArticleText, ArticleVersion

MOST_READ_DAYS = 30


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
    """What one reader can choose from in one language of a centre. `locales` are the centre's, the main one first."""

    reader: Reader
    locale: str
    locales: Sequence[str]

    def all(self, session: Session, *, each: int) -> Sequence[Shelf]:
        """Every category that has articles for this reader, with its first `each`; those without one come last."""
        known = self._chosen()
        place = func.row_number().over(
            partition_by=known.c.category_id, order_by=(known.c.position, known.c.article_id)
        )
        total = func.count().over(partition_by=known.c.category_id)
        ranked = select(*known.c, place.label("place"), total.label("total")).subquery()
        found: dict[int | None, tuple[list[Entry], int]] = {}
        for row in session.execute(
            _with_titles(ranked).where(ranked.c.place <= each).order_by(ranked.c.place)
        ):
            entries, _ = found.setdefault(row.category_id, ([], row.total))
            entries.append(self._entry(row))
        categories: list[ArticleCategory | None] = list(queries.categories(session, self.reader.store_id))
        return [
            Shelf(one, *found[one.id if one else None])
            for one in [*categories, None]
            if (one.id if one else None) in found
        ]

    def one(self, session: Session, category: ArticleCategory | None, *, skip: int, limit: int) -> Shelf:
        """A page of one category's articles."""
        known = self._chosen()
        within = known.c.category_id == category.id if category else known.c.category_id.is_(None)
        total = session.execute(select(func.count()).select_from(known).where(within)).scalar_one()
        page = _with_titles(known).where(within).order_by(known.c.position, known.c.article_id)
        rows = session.execute(page.offset(skip).limit(limit))
        return Shelf(category, [self._entry(row) for row in rows], total)

    def of(self, session: Session, article_ids: Sequence[int]) -> Sequence[Entry]:
        """Those articles in that order, without what this reader may not see."""
        known = self._chosen(col(Article.id).in_(article_ids))
        found = {row.article_id: self._entry(row) for row in session.execute(_with_titles(known))}
        return [found[number] for number in article_ids if number in found]

    def most_read(self, session: Session, *, limit: int) -> Sequence[Entry]:
        """What was read most in the last month, in whatever language."""
        since = clock.now().date() - timedelta(days=MOST_READ_DAYS)
        known = self._chosen()
        views = (
            select(col(ArticleDay.article_id), func.sum(col(ArticleDay.views)).label("views"))
            .join(Article, col(Article.id) == ArticleDay.article_id)
            .where(col(ArticleDay.day) >= since, col(Article.store_id) == self.reader.store_id)
            .group_by(col(ArticleDay.article_id))
            .subquery()
        )
        chosen = (
            _with_titles(known)
            .join(views, views.c.article_id == known.c.article_id)
            .where(views.c.views > 0)
            .order_by(views.c.views.desc(), known.c.article_id)
        )
        return [self._entry(row) for row in session.execute(chosen.limit(limit))]

    def related(self, session: Session, article: Article, *, limit: int) -> Sequence[Entry]:
        """The owner's choice first, then what is about the same products, then what stands in the same category."""
        number = int(article.id or 0)
        ids = [*queries.related_of(session, number), *self._alike(session, article, limit + 1)]
        return self.of(session, [one for one in dict.fromkeys(ids) if one != number])[:limit]

    def languages_of(self, session: Session, article_id: int) -> Mapping[str, str]:
        """The address words of the article by language, as far as this reader may see them."""
        chosen = select(col(ArticleText.locale), col(ArticleText.slug)).join(
            Article, col(Article.id) == ArticleText.article_id
        )
        rows = session.execute(
            chosen.where(col(Article.id) == article_id, *visible(self.reader, self.locales))
        )
        found = {locale: slug for locale, slug in rows}  # noqa: C416 - rows are no pairs to mypy
        return {locale: found[locale] for locale in self.locales if locale in found}

    def locale_of(self, session: Session, slug: str) -> str | None:
        """The best language in which this reader finds an article at that address word."""
        chosen = select(col(ArticleText.locale)).join(Article, col(Article.id) == ArticleText.article_id)
        rows = (
            session.execute(chosen.where(col(ArticleText.slug) == slug, *visible(self.reader, self.locales)))
            .scalars()
            .all()
        )
        return next((locale for locale in (self.locale, *self.locales) if locale in rows), None)

    # -- how it is chosen ----------------------------------------------------------------------------------------

    def _chosen(self, *further: ColumnElement[bool]) -> Subquery:
        """Every visible article once, in its best language."""
        others = {locale: place for place, locale in enumerate(self.locales, 2)}
        rank = case(
            (col(ArticleText.locale) == self.locale, 0),
            (col(ArticleText.locale) == col(Article.main_locale), 1),
            else_=case(others, value=col(ArticleText.locale), else_=len(others) + 2),
        )
        place = func.row_number().over(partition_by=col(Article.id), order_by=rank)
        every = (
            select(
                col(Article.id).label("article_id"),
                col(Article.category_id),
                col(Article.position),
                col(Article.audience),
                col(ArticleText.id).label("text_id"),
                col(ArticleText.locale),
                col(ArticleText.slug),
                col(ArticleText.published_version),
                place.label("choice"),
            )
            .join(ArticleText, col(ArticleText.article_id) == Article.id)
            .where(*visible(self.reader, self.locales), *further)
            .subquery()
        )
        return select(*every.c).where(every.c.choice == 1).subquery()

    def _alike(self, session: Session, article: Article, limit: int) -> Sequence[int]:
        own = select(ArticleSubject).where(col(ArticleSubject.article_id) == article.id).subquery()
        shared = (
            select(col(ArticleSubject.article_id))
            .join(
                own,
                (own.c.kind == col(ArticleSubject.kind)) & (own.c.remote_id == col(ArticleSubject.remote_id)),
            )
            .join(Article, col(Article.id) == ArticleSubject.article_id)
            .where(col(Article.store_id) == article.store_id)
            .group_by(col(ArticleSubject.article_id))
            .order_by(func.count().desc(), col(ArticleSubject.article_id))
        )
        neighbours = self._chosen(col(Article.category_id) == article.category_id)
        beside = select(neighbours.c.article_id).order_by(neighbours.c.position, neighbours.c.article_id)
        same_subject = session.execute(shared.limit(limit)).scalars().all()
        if article.category_id is None:
            return same_subject
        return [*same_subject, *session.execute(beside.limit(limit)).scalars()]

    def _entry(self, row: Any) -> Entry:
        return Entry(
            row.article_id, row.locale, row.slug, row.title, row.audience, fallback=row.locale != self.locale
        )


def _with_titles(known: Subquery) -> Select[Any]:
    return select(*known.c, col(ArticleVersion.title)).join(
        ArticleVersion,
        (col(ArticleVersion.text_id) == known.c.text_id)
        & (col(ArticleVersion.version) == known.c.published_version),
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
