"""What staff learn from readers: questions without an article, and what became of each article."""

from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from connector import queries as connector_queries
from connector.tables import Store
from core.database import Reading, Writing
from core.headers import own_address
from core.web import Agent, AnyStaff, ProvenForm, page, see_other
from faq import figures, gaps, learning_filters, queries, settling
from faq.figures import Sort, WantedFigures
from faq.gaps import Gap, Shown, Wanted
from faq.learning_filters import FIGURES, QUESTIONS, address
from faq.meaning import Meaning
from faq.schemas import Reader
from faq.search import search
from faq.trend import trend

router = APIRouter(include_in_schema=False)

Next = Annotated[str, Form(alias="next")]
Days = Literal["7", "30", "180"]  # Words in the address; other numbers are refused.
LAST_PAGE = 500
NEAREST = 3


# -- questions without an article --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Near:
    """An article that search finds for a question; `own` when it has a text in the question's language."""

    article_id: int
    locale: str
    title: str
    own: bool


@router.get(QUESTIONS)
def questions(
    request: Request,
    session: Reading,
    who: AnyStaff,
    *,
    store: int = 0,
    locale: Annotated[str, Query(max_length=12)] = "",
    show: Shown = "open",
    days: Days = "30",
    page_number: Annotated[int, Query(alias="page", ge=1, le=LAST_PAGE)] = 1,
    done: int = 0,
) -> Response:
    """The gaps, most asked first, each with the nearest article and its one-click ways out."""
    wanted = Wanted(store, locale, show, int(days), page_number)
    found, more = gaps.gaps(session, wanted)
    stores = _stores(session)
    return page(
        request,
        "faq/questions.html",
        gaps=found,
        nearest={one.id: _nearest(request, session, one, limit=1) for one in found if one.state == "open"},
        hints=gaps.hints(session, wanted) if show == "open" and page_number == 1 else [],
        wanted=wanted,
        states=learning_filters.state_chips(session, wanted),
        chips=learning_filters.chips(session, QUESTIONS, wanted, stores),
        trend=trend,
        language_name=learning_filters.language_name,
        stores=stores,
        here=address(QUESTIONS, wanted),
        done=gaps.gap(session, done) if done else None,
        before=address(QUESTIONS, replace(wanted, page=page_number - 1)) if page_number > 1 else "",
        after=address(QUESTIONS, replace(wanted, page=page_number + 1)) if more else "",
    )


@router.get(QUESTIONS + "/{group_id}")
def question(request: Request, session: Reading, who: AnyStaff, group_id: int, done: int = 0) -> Response:
    """One group: how it was asked, how often, and the articles that come near."""
    found = _gap(session, group_id)
    return page(
        request,
        "faq/question.html",
        gap=found,
        wordings=gaps.wordings(session, group_id),
        nearest=_nearest(request, session, found, limit=NEAREST),
        trend=trend,
        language_name=learning_filters.language_name,
        store=connector_queries.store(session, found.store_id),
        several=len(_stores(session)) > 1,
        done=found if done == group_id else None,
    )


@router.get("/console/faq/gaps-today")
def gaps_today(request: Request, session: Reading, who: AnyStaff) -> Response:
    """A task for Today when questions without an article keep coming; empty when none does."""
    wanted = Wanted(shown="repeated", days=7)
    found, _more = gaps.gaps(session, wanted, limit=1)
    return page(
        request,
        "faq/gaps_today.html",
        most=found[0] if found else None,
        count=gaps.numbers(session, wanted)["repeated"] if found else 0,
        address=address(QUESTIONS, wanted),
    )


@router.post(QUESTIONS + "/{group_id}/sample", dependencies=[ProvenForm])
def take_as_sample(
    session: Writing, who: Agent, group_id: int, article_id: Annotated[int, Form()], back: Next = QUESTIONS
) -> Response:
    """Make the question a sample question of that article."""
    settling.take_as_sample(session, settling.group(session, group_id), article_id=article_id, by=who.name)
    return _done(back, group_id)


@router.post(QUESTIONS + "/{group_id}/take-back", dependencies=[ProvenForm])
def take_back(session: Writing, who: Agent, group_id: int, back: Next = QUESTIONS) -> Response:
    """Undo: the article loses the sample question, and the question needs a hand again."""
    settling.take_back_sample(session, settling.group(session, group_id), by=who.name)
    return see_other(own_address(back))


@router.post(QUESTIONS + "/{group_id}/draft", dependencies=[ProvenForm])
def draft(session: Writing, who: Agent, group_id: int) -> Response:
    """A new article with the question as its title, opened in the editor."""
    text = settling.draft(session, settling.group(session, group_id), by=who.name)
    return see_other(f"/articles/{text.article_id}/{text.locale}")


@router.post(QUESTIONS + "/{group_id}/set-aside", dependencies=[ProvenForm])
def set_aside(session: Writing, who: Agent, group_id: int, back: Next = QUESTIONS) -> Response:
    """Nobody needs to write about this."""
    settling.set_aside(session, settling.group(session, group_id), by=who.name)
    return _done(back, group_id)


@router.post(QUESTIONS + "/{group_id}/open", dependencies=[ProvenForm])
def open_again(session: Writing, who: Agent, group_id: int, back: Next = QUESTIONS) -> Response:
    """Undo: the question needs a hand again."""
    settling.open_again(session, settling.group(session, group_id))
    return see_other(own_address(back))


def _gap(session: Session, group_id: int) -> Gap:
    settling.group(session, group_id)
    found = gaps.gap(session, group_id)
    assert found is not None  # noqa: S101 - the line above has raised otherwise.
    return found


def _done(back: str, group_id: int) -> Response:
    """Back to the page, which says what was done and how to undo it."""
    there = own_address(back)
    return see_other(f"{there}{'&' if '?' in there else '?'}done={group_id}")


def _nearest(request: Request, session: Session, gap: Gap, *, limit: int) -> list[Near]:
    """The articles that come near the question, as its askers would be shown them."""
    meaning: Meaning | None = getattr(request.app.state, "meaning", None)
    reader = Reader(gap.store_id)
    hits = search(
        session, reader=reader, locale=gap.locale, question=gap.question, limit=limit, meaning=meaning
    ).hits
    texts = queries.texts_of(session, [hit.article_id for hit in hits])
    return [
        Near(hit.article_id, hit.locale, hit.title, gap.locale in texts[hit.article_id])
        for hit in hits[:limit]
    ]


# -- figures of articles -----------------------------------------------------------------------------------------


@router.get(FIGURES)
def article_figures(
    request: Request,
    session: Reading,
    who: AnyStaff,
    *,
    store: int = 0,
    locale: Annotated[str, Query(max_length=12)] = "",
    days: Days = "30",
    sort: Sort = "views",
    up: bool = False,
    page_number: Annotated[int, Query(alias="page", ge=1, le=LAST_PAGE)] = 1,
) -> Response:
    """Every article's numbers; the columns sort, and the order stands in the address."""
    wanted = WantedFigures(store, locale, int(days), sort, up, page_number)
    found, more = figures.figures(session, wanted)
    stores = _stores(session)
    return page(
        request,
        "faq/figures.html",
        articles=found,
        wanted=wanted,
        chips=learning_filters.chips(session, FIGURES, wanted, stores),
        percent=learning_filters.percent,
        headings=learning_filters.headings(wanted),
        before=address(FIGURES, replace(wanted, page=page_number - 1)) if page_number > 1 else "",
        after=address(FIGURES, replace(wanted, page=page_number + 1)) if more else "",
    )


@router.get("/console/faq/article-figures")
def one_articles_figures(
    request: Request, session: Reading, who: AnyStaff, article_id: int, days: Days = "30"
) -> Response:
    """A part of an article's page: its numbers, and what those wrote whom it did not help."""
    queries.article(session, article_id)
    return page(
        request,
        "faq/article_figures.html",
        figures=figures.figures_of(session, article_id, days=int(days)),
        unhelped=figures.unhelped(session, article_id, days=int(days)),
        days=int(days),
        percent=learning_filters.percent,
    )


# -- what both need ----------------------------------------------------------------------------------------------


def _stores(session: Session) -> dict[int, Store]:
    return {int(shop.id or 0): shop for shop in connector_queries.stores(session)}
