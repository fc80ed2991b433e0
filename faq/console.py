"""This room's staff pages: the list of articles with its bulk steps, and its part of Today."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from connector import queries as connector_queries
from core.database import Reading, Writing
from core.headers import own_address
from core.languages import gettext as _
from core.web import Agent, AnyStaff, ProvenForm, page, see_other
from faq import (
    article_console,
    bulk,
    category_console,
    centre_console,
    history_console,
    listing,
    picking,
    starter,
    translation_console,
    waiting,
)
from faq.help_centres import locales_of_shops
from faq.listing import Gap, Kind, State, Wanted
from faq.saying import named

router = APIRouter(include_in_schema=False)

UNFILLED_ON_TODAY = 5
LONGEST_ADDRESS = 2000


# -- the list ----------------------------------------------------------------------------------------------------


@router.get("/articles")
def articles(
    request: Request,
    session: Reading,
    who: AnyStaff,
    *,
    store: int = 0,
    state: State = "",
    kind: Kind = "",
    category: str = "",
    gap: Gap = "",
    q: str = "",
    at: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    done: str = "",
    count: int = 0,
    left: str = "",
) -> Response:
    wanted = Wanted(store_id=store, state=state, kind=kind, category=category, gap=gap, words=q, page=at)
    locales = locales_of_shops(session)
    found = listing.articles(session, wanted, locales)
    shops = {int(shop.id or 0): shop for shop in connector_queries.stores(session)}
    return page(
        request,
        "faq/articles.html",
        articles=found.articles,
        wanted=wanted,
        here=_address(wanted),
        filtered=_address(wanted, page=1) != "/articles",
        stores=shops,
        categories=listing.all_categories(session, store),
        chips=_chips(wanted, [(number, shop.name) for number, shop in shops.items()]),
        kind_chips=_kind_chips(session, wanted),
        named=named,
        newer=_address(wanted, page=at - 1) if at > 1 else "",
        older=_address(wanted, page=at + 1) if found.more else "",
        done=done,
        count=count,
        left=picking.articles(session, picking.numbers(left.split("."))),
    )


def _address(wanted: Wanted, **changes: Any) -> str:
    asked = {
        "store": wanted.store_id,
        "state": wanted.state,
        "kind": wanted.kind,
        "category": wanted.category,
        "gap": wanted.gap,
        "q": wanted.words,
        "page": wanted.page if "page" in changes or not changes else 1,
    } | changes
    kept = {name: value for name, value in asked.items() if value and (name, value) != ("page", 1)}
    return "/articles" + (f"?{urlencode(kept)}" if kept else "")


Chips = list[tuple[str, str, bool] | None]


def _chips(wanted: Wanted, shops: list[tuple[int, str]]) -> Chips:
    states = {"": _("All"), "draft": _("Drafts"), "published": _("Published"), "archived": _("Archived")}
    chips: Chips = [
        (states[state], _address(wanted, state=state), state == wanted.state) for state in listing.STATES
    ]
    chips.append(None)
    gaps = {"missing": _("Translation missing"), "outdated": _("Translation outdated")}
    chips += [_toggle(wanted, "gap", gap, gaps[gap]) for gap in listing.GAPS]
    if len(shops) > 1:
        chips.append(None)
        chips += [_toggle(wanted, "store", number, name) for number, name in shops]
    return chips


def _kind_chips(session: Session, wanted: Wanted) -> Chips:
    kinds = {"faq": _("Questions"), "guide": _("Guides"), "tutorial": _("Tutorials"), "policy": _("Policies")}
    chips: Chips = [_toggle(wanted, "kind", kind, kinds[kind]) for kind in listing.KINDS]
    categories = listing.all_categories(session, wanted.store_id)
    if categories:
        chips.append(None)
        chips += [_toggle(wanted, "category", slug, name) for slug, name in categories.items()]
    return chips


def _toggle(wanted: Wanted, name: str, value: str | int, text: str) -> tuple[str, str, bool]:
    """A filter that is taken off by choosing it again."""
    chosen = {"gap": wanted.gap, "store": wanted.store_id, "kind": wanted.kind, "category": wanted.category}
    on = chosen[name] == value
    return (text, _address(wanted, **{name: "" if on else value}), on)


# -- one step for many -------------------------------------------------------------------------------------------

Ticked = Annotated[list[str] | None, Form()]


@router.post("/articles/bulk", dependencies=[ProvenForm])
def take_step(
    request: Request,
    session: Writing,
    who: Agent,
    *,
    article: Ticked = None,
    step: Annotated[str, Form()] = "",
    back: Annotated[str, Form(alias="next")] = "/articles",
) -> Response:
    """Take the step for all ticked articles; deleting is asked for once more on a page of its own."""
    numbers = picking.numbers(article or ())
    wanted, given = bulk.step_of(step)
    if wanted == "delete":
        chosen = picking.articles(session, numbers)
        return page(request, "faq/delete.html", articles=chosen, back=_back(back))
    return _answered(bulk.take(session, numbers, wanted, given), back)


@router.post("/articles/starter", dependencies=[ProvenForm])
def take_starter_set(session: Writing, who: Agent, store: Annotated[int, Form()]) -> Response:
    """Give the shop thirty drafts to begin with; those that it has already stay as they are."""
    connector_queries.store(session, store)
    starter.install(session, store_id=store, by=who.name)
    return see_other(f"/articles?store={store}")


@router.post("/articles/delete", dependencies=[ProvenForm])
def delete(
    session: Writing,
    who: Agent,
    article: Ticked = None,
    back: Annotated[str, Form(alias="next")] = "/articles",
) -> Response:
    """Remove the articles for good, with all languages and versions."""
    return _answered(bulk.take(session, picking.numbers(article or ()), "delete"), back)


def _back(address: str) -> str:
    """The list as it was filtered; never another page."""
    kept = own_address(address[:LONGEST_ADDRESS])
    return kept if kept.partition("?")[0] == "/articles" else "/articles"


def _answered(done: bulk.Done, back: str) -> Response:
    told = {"done": done.step, "count": done.count, "left": ".".join(map(str, done.left[:20]))}
    base = _back(back)
    return see_other(f"{base}{'&' if '?' in base else '?'}{urlencode(told)}")


# -- Today -------------------------------------------------------------------------------------------------------


@router.get("/console/faq/today")
def today(request: Request, session: Reading, who: AnyStaff) -> Response:
    """Outdated translations, texts with empty variables and drafts; empty when all is well."""
    unfilled = waiting.unfilled(session)
    return page(
        request,
        "faq/today.html",
        waiting=waiting.missing_facts(session),
        stores={shop.id: shop for shop in connector_queries.stores(session)},
        outdated=waiting.outdated_count(session),
        drafts=waiting.draft_count(session),
        unfilled=unfilled[:UNFILLED_ON_TODAY],
        more=len(unfilled) - UNFILLED_ON_TODAY,
    )


# The words stand before the numbers: /articles/new is no article.
router.include_router(category_console.router)
router.include_router(centre_console.router)
router.include_router(history_console.router)
router.include_router(translation_console.router)
router.include_router(article_console.router)
