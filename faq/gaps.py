"""What readers ask and no article answers: groups of questions with their counts, and articles that did not help."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, case, func
from sqlmodel import Session, col, select

from core import clock
from faq.question_tables import ArticleVote, AskedQuestion, QuestionGroup
from faq.tables import Article, ArticleText

Shown = Literal["open", "repeated", "nothing", "did_you_mean", "in_work", "answered", "ignored"]
SHOWN: tuple[Shown, ...] = ("open", "repeated", "nothing", "did_you_mean", "in_work", "answered", "ignored")
DAYS = (7, 30, 180)
# A quarter shows whether a matter grows, is steady or was last month's; one week a bar.
WEEKS = 12
# Asked twice may be one shopper who tried again; three times is hardly one.
REPEATED = 3
PAGE = 20


@dataclass(frozen=True)
class Wanted:
    """Which groups to show. `locale` "" is every language, `store_id` 0 every shop, `page` counts from 1."""

    store_id: int = 0
    locale: str = ""
    shown: Shown = "open"
    days: int = 30
    page: int = 1


@dataclass(frozen=True)
class Taken:
    """The article that a group's question was given to, as staff see it."""

    article_id: int
    title: str
    state: str


@dataclass(frozen=True)
class Gap:
    """A group of questions. `counts` are of the last 7, 30 and 180 days, `weeks` of the last 12, the newest last."""

    id: int
    store_id: int
    locale: str
    question: str
    state: str
    closed_by: str
    closed_at: datetime | None
    counts: dict[int, int]
    nothing: int  # Of those of 180 days, how many found nothing …
    unsure: int  # … and how many only a choice of articles.
    last_asked: datetime | None
    weeks: tuple[int, ...] = ()
    taken: Taken | None = None


def gaps(session: Session, wanted: Wanted, *, limit: int = PAGE) -> tuple[list[Gap], bool]:
    """A page of groups, most asked in the wanted days first; and whether there are more."""
    asked = _times(AskedQuestion.asked_at >= _ago(wanted.days))
    chosen = (
        _counted(wanted)
        .having(asked >= (REPEATED if wanted.shown == "repeated" else 1))
        .order_by(asked.desc(), func.max(AskedQuestion.asked_at).desc(), col(QuestionGroup.id))
        .offset((wanted.page - 1) * limit)
        .limit(limit + 1)
    )
    rows = session.execute(chosen).all()
    return _whole(session, rows[:limit]), len(rows) > limit


def gap(session: Session, group_id: int) -> Gap | None:
    """That group with its counts, if it is there."""
    chosen = _counted(None).where(QuestionGroup.id == group_id)
    found = _whole(session, session.execute(chosen).all())
    return found[0] if found else None


def numbers(session: Session, wanted: Wanted) -> dict[Shown, int]:
    """How many groups need a hand, and of them repeated ones, in the wanted language, shop and days."""
    found: dict[Shown, int] = {}
    for shown in SHOWN[:2]:
        same = Wanted(wanted.store_id, wanted.locale, shown, wanted.days)
        asked = _times(AskedQuestion.asked_at >= _ago(wanted.days))
        groups = _counted(same).having(asked >= (REPEATED if shown == "repeated" else 1)).subquery()
        found[shown] = session.execute(select(func.count()).select_from(groups)).scalar_one()
    return found


def wordings(session: Session, group_id: int, *, limit: int = 20) -> Sequence[tuple[str, int, datetime]]:
    """How the group's question was asked: each wording, how often, and when last; most often first."""
    times = func.count()
    chosen = (
        select(AskedQuestion.question, times, func.max(AskedQuestion.asked_at))
        .where(AskedQuestion.group_id == group_id)
        .group_by(AskedQuestion.question)
        .order_by(times.desc(), AskedQuestion.question)
        .limit(limit)
    )
    return [(said, int(count), when) for said, count, when in session.execute(chosen)]


def asked_since(session: Session, store_id: int, start: datetime, end: datetime) -> dict[str, int]:
    """How many questions of the shop between those moments had which outcome."""
    chosen = (
        select(AskedQuestion.outcome, func.count())
        .where(
            AskedQuestion.store_id == store_id, AskedQuestion.asked_at >= start, AskedQuestion.asked_at < end
        )
        .group_by(AskedQuestion.outcome)
    )
    found = {outcome: int(count) for outcome, count in session.execute(chosen)}
    return {outcome: found.get(outcome, 0) for outcome in ("answer", "did_you_mean", "nothing")}


def most_asked(
    session: Session, store_id: int, start: datetime, end: datetime, *, limit: int
) -> Sequence[tuple[QuestionGroup, int]]:
    """The shop's open groups that were asked between those moments, with how often; most often first."""
    times = func.count(col(AskedQuestion.id))
    chosen = (
        select(QuestionGroup, times)
        .join(AskedQuestion, col(AskedQuestion.group_id) == QuestionGroup.id)
        .where(
            QuestionGroup.store_id == store_id,
            QuestionGroup.state == "open",
            AskedQuestion.asked_at >= start,
            AskedQuestion.asked_at < end,
        )
        .group_by(col(QuestionGroup.id))
        .order_by(times.desc(), col(QuestionGroup.id))
        .limit(limit)
    )
    return [(found, int(count)) for found, count in session.execute(chosen)]


@dataclass(frozen=True)
class Hint:
    """An article that did not help, and what its readers had asked."""

    article_id: int
    locale: str
    title: str
    questions: tuple[str, ...]
    votes: int


def hints(session: Session, wanted: Wanted, *, limit: int = 10) -> list[Hint]:
    """Articles whose readers said that they do not answer their question; most such votes first."""
    voted = _unhelped(wanted)
    times = func.count()
    chosen = (
        select(ArticleVote.article_id, ArticleVote.locale, times)
        .join(Article, col(Article.id) == ArticleVote.article_id)
        .where(*voted)
        .group_by(col(ArticleVote.article_id), col(ArticleVote.locale))
        .order_by(times.desc(), col(ArticleVote.article_id))
        .limit(limit)
    )
    return [
        Hint(article_id, locale, _title(session, article_id, locale), questions, int(count))
        for article_id, locale, count in session.execute(chosen).all()
        if (questions := _questions_of(session, voted, article_id, locale))
    ]


def _unhelped(wanted: Wanted) -> list[ColumnElement[bool]]:
    where = [
        col(ArticleVote.helped).is_(False),
        col(ArticleVote.question) != "",
        col(ArticleVote.voted_at) >= _ago(wanted.days),
    ]
    where += [col(Article.store_id) == wanted.store_id] if wanted.store_id else []
    return where + ([col(ArticleVote.locale) == wanted.locale] if wanted.locale else [])


def _questions_of(
    session: Session, voted: list[ColumnElement[bool]], article_id: int, locale: str
) -> tuple[str, ...]:
    chosen = (
        select(ArticleVote.question)
        .join(Article, col(Article.id) == ArticleVote.article_id)
        .where(*voted, ArticleVote.article_id == article_id, ArticleVote.locale == locale)
        .order_by(col(ArticleVote.voted_at).desc())
        .limit(20)
    )
    return tuple(dict.fromkeys(session.exec(chosen)))[:3]


def _title(session: Session, article_id: int, locale: str) -> str:
    chosen = select(ArticleText.title).where(
        ArticleText.article_id == article_id, ArticleText.locale == locale
    )
    return session.exec(chosen).first() or ""


# -- how groups are counted --------------------------------------------------------------------------------------


def _ago(days: float) -> datetime:
    return clock.now() - timedelta(days=days)


def _times(*when: Any) -> Any:
    return func.coalesce(func.sum(case((and_(*when), 1), else_=0)), 0)


def _counted(wanted: Wanted | None) -> Any:
    """Each group with its counts: of 7, 30 and 180 days, of those that found nothing, and the last asking."""
    kept = AskedQuestion.asked_at >= _ago(180)
    columns: list[Any] = [
        QuestionGroup,
        *(_times(AskedQuestion.asked_at >= _ago(days)) for days in DAYS),
        _times(kept, AskedQuestion.outcome == "nothing"),
        func.max(AskedQuestion.asked_at),
    ]
    chosen: Any = (
        select(*columns)
        .outerjoin(AskedQuestion, col(AskedQuestion.group_id) == QuestionGroup.id)
        .group_by(col(QuestionGroup.id))
    )
    for condition in _conditions(wanted) if wanted else ():
        chosen = chosen.where(condition)
    if wanted is not None and wanted.shown in ("nothing", "did_you_mean"):
        found = _times(kept, AskedQuestion.outcome == wanted.shown)
        # What most of the group's questions met.
        chosen = chosen.having(2 * found >= _times(kept))
    return chosen


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.shown in ("answered", "ignored"):
        where.append(col(QuestionGroup.state) == wanted.shown)
    else:
        where.append(col(QuestionGroup.state) == "open")
    if wanted.shown == "in_work":
        where.append(col(QuestionGroup.article_id).is_not(None))
    elif wanted.shown == "repeated":
        where.append(col(QuestionGroup.article_id).is_(None))
    where += [col(QuestionGroup.store_id) == wanted.store_id] if wanted.store_id else []
    return where + ([col(QuestionGroup.locale) == wanted.locale] if wanted.locale else [])


def _whole(session: Session, rows: Sequence[Any]) -> list[Gap]:
    groups = [row[0] for row in rows]
    weeks = _weeks(session, [int(group.id) for group in groups])
    taken = _taken(session, groups)
    return [
        Gap(
            id=group.id,
            store_id=group.store_id,
            locale=group.locale,
            question=group.question,
            state=group.state,
            closed_by=group.closed_by,
            closed_at=group.closed_at,
            counts=dict(zip(DAYS, map(int, counts[:3]), strict=True)),
            nothing=int(counts[3]),
            unsure=int(counts[2]) - int(counts[3]),
            last_asked=counts[4],
            weeks=weeks.get(group.id, (0,) * WEEKS),
            taken=taken.get(group.id),
        )
        for group, *counts in rows
    ]


def _weeks(session: Session, group_ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    now = clock.now()
    ends = [now - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    sums = [
        _times(AskedQuestion.asked_at > end - timedelta(weeks=1), AskedQuestion.asked_at <= end)
        for end in ends
    ]
    chosen = (
        select(AskedQuestion.group_id, *sums)
        .where(col(AskedQuestion.group_id).in_(group_ids))
        .group_by(col(AskedQuestion.group_id))
    )
    return {number: tuple(map(int, counts)) for number, *counts in session.execute(chosen)}


def _taken(session: Session, groups: Sequence[QuestionGroup]) -> dict[int, Taken]:
    articles = {group.article_id for group in groups if group.article_id is not None}
    chosen = select(ArticleText).where(col(ArticleText.article_id).in_(articles))
    texts = {(text.article_id, text.locale): text for text in session.exec(chosen)}
    return {
        int(group.id or 0): Taken(text.article_id, text.title, text.state)
        for group in groups
        if group.article_id is not None and (text := texts.get((group.article_id, group.locale)))
    }
