"""What became of articles: how often they were read, whether they helped, and who asked a person nevertheless."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import case, func
from sqlmodel import Session, col, select

from core import clock
from faq.question_tables import ArticleDay, ArticleVote
from faq.tables import Article, ArticleText

Sort = Literal["title", "views", "votes", "helped", "asked", "solved"]
SORTS: tuple[Sort, ...] = ("title", "views", "votes", "helped", "asked", "solved")
DAYS = (7, 30, 180)
PAGE = 50
# Below this many a share says little: one voice more moves it by more than ten points.
FEW = 10


@dataclass(frozen=True)
class Figures:
    """One article's numbers over some days. Shares are 0 to 1, and None when nobody read or voted.

    `solved` is the share of readings after which nobody asked a person (the deflection): it counts readings, since
    nothing here tells readers apart.
    """

    article_id: int
    locale: str
    title: str
    state: str
    views: int = 0
    helped_votes: int = 0
    votes: int = 0
    asked: int = 0

    @property
    def helped(self) -> float | None:
        return self.helped_votes / self.votes if self.votes else None

    @property
    def solved(self) -> float | None:
        return max(0, self.views - self.asked) / self.views if self.views else None

    @property
    def few_votes(self) -> bool:
        return self.votes < FEW

    @property
    def few_views(self) -> bool:
        return self.views < FEW


@dataclass(frozen=True)
class WantedFigures:
    """Which articles to show and how. `locale` "" adds up all languages; `page` counts from 1."""

    store_id: int = 0
    locale: str = ""
    days: int = 30
    sort: Sort = "views"
    up: bool = False
    page: int = 1


def figures(session: Session, wanted: WantedFigures) -> tuple[list[Figures], bool]:
    """A page of articles that readers can see or could, in the wanted order; and whether there are more."""
    found = _all(session, wanted)
    found.sort(key=lambda one: (one.title.casefold(), one.article_id))
    if wanted.sort == "title":
        found = found[::-1] if not wanted.up else found
    else:
        found.sort(key=lambda one: _worth(one, wanted), reverse=not wanted.up)
    start = (wanted.page - 1) * PAGE
    return found[start : start + PAGE], len(found) > start + PAGE


def _worth(one: Figures, wanted: WantedFigures) -> tuple[bool, float, int]:
    value = getattr(one, wanted.sort)
    # Articles without the number stand last in both directions; equal shares count more with more votes behind them.
    return ((value is None) == wanted.up, float(value or 0), one.votes + one.views)


def figures_of(session: Session, article_id: int, *, days: int) -> Figures | None:
    """One article's numbers in all its languages, if it is there."""
    article = session.get(Article, article_id)
    if article is None:
        return None
    found = _all(session, WantedFigures(article.store_id, days=days), article_id=article_id)
    return found[0] if found else None


@dataclass(frozen=True)
class Unhelped:
    """What somebody wrote whom the article did not help."""

    reason: str
    question: str
    times: int


def unhelped(session: Session, article_id: int, *, days: int, limit: int = 10) -> Sequence[Unhelped]:
    """The reasons and questions of those whom the article did not help, most often given first."""
    times = func.count()
    chosen = (
        select(ArticleVote.reason, ArticleVote.question, times)
        .where(
            ArticleVote.article_id == article_id,
            col(ArticleVote.helped).is_(False),
            ArticleVote.voted_at >= clock.now() - timedelta(days=days),
            (col(ArticleVote.reason) != "") | (col(ArticleVote.question) != ""),
        )
        .group_by(ArticleVote.reason, ArticleVote.question)
        .order_by(times.desc(), func.max(ArticleVote.voted_at).desc())
        .limit(limit)
    )
    return [Unhelped(reason, question, int(count)) for reason, question, count in session.execute(chosen)]


def _all(session: Session, wanted: WantedFigures, *, article_id: int = 0) -> list[Figures]:
    views = _views(session, wanted)
    votes = _votes(session, wanted)
    found = []
    for number, (locale, title, state) in _titles(session, wanted, article_id).items():
        read, asked = views.get(number, (0, 0))
        cast, helped = votes.get(number, (0, 0))
        if state == "published" or read or cast or article_id:
            found.append(Figures(number, locale, title, state, read, helped, cast, asked))
    return found


def _titles(session: Session, wanted: WantedFigures, article_id: int) -> dict[int, tuple[str, str, str]]:
    """Each article's wanted language, or its main one: locale, title, state."""
    text = ArticleText
    columns: list[Any] = [text.article_id, text.locale, text.title, text.state, Article.main_locale]
    chosen: Any = (
        select(*columns)
        .join(Article, col(Article.id) == ArticleText.article_id)
        .order_by(col(ArticleText.article_id), col(ArticleText.id))
    )
    if wanted.store_id:
        chosen = chosen.where(Article.store_id == wanted.store_id)
    if article_id:
        chosen = chosen.where(Article.id == article_id)
    if wanted.locale:
        chosen = chosen.where(ArticleText.locale == wanted.locale)
    found: dict[int, tuple[str, str, str]] = {}
    for number, locale, title, state, main in session.execute(chosen):
        before = found.get(number)
        published = "published" in (state, before[2] if before else "")
        if before is None or locale == main:
            found[number] = (locale, title, "published" if published else state)
        elif published:
            found[number] = (*before[:2], "published")
    return found


def _views(session: Session, wanted: WantedFigures) -> dict[int, tuple[int, int]]:
    chosen = select(
        ArticleDay.article_id, func.sum(ArticleDay.views), func.sum(ArticleDay.asked_person)
    ).where(ArticleDay.day > (clock.now() - timedelta(days=wanted.days)).date())
    if wanted.locale:
        chosen = chosen.where(ArticleDay.locale == wanted.locale)
    rows = session.execute(chosen.group_by(col(ArticleDay.article_id)))
    return {number: (int(read), int(asked)) for number, read, asked in rows}


def _votes(session: Session, wanted: WantedFigures) -> dict[int, tuple[int, int]]:
    helped = func.sum(case((col(ArticleVote.helped).is_(True), 1), else_=0))
    chosen = select(ArticleVote.article_id, func.count(), helped).where(
        ArticleVote.voted_at >= clock.now() - timedelta(days=wanted.days)
    )
    if wanted.locale:
        chosen = chosen.where(ArticleVote.locale == wanted.locale)
    rows = session.execute(chosen.group_by(col(ArticleVote.article_id)))
    return {number: (int(cast), int(yes)) for number, cast, yes in rows}
