"""The figures of conversations: a page, and a few of them on Today."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from babel.dates import format_skeleton
from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from chat import charts, settings
from chat.figures import Figures, figures
from connector import queries as shops
from connector.tables import Store
from core import clock, languages
from core.database import Reading
from core.errors import NotFound
from core.languages import Text, gettext, ngettext
from core.web import AnyStaff, page

router = APIRouter(include_in_schema=False)

PAGE = "/conversations/figures"
OFFERED_DAYS = (7, 30, 90)
TODAY_DAYS = 7
MOST_DATES = 6  # More of them below the bars would touch on a phone.


@router.get(PAGE)
def whole(
    request: Request,
    session: Reading,
    who: AnyStaff,
    shop: Annotated[int, Query()] = 0,
    days: Annotated[int, Query()] = 30,
) -> Response:
    """The figures of one shop for the last days."""
    known = shops.stores(session)
    if not known:
        return page(request, "chat/figures.html", shop=None, found=None)
    store = next((one for one in known if one.id == shop), None) if shop else known[0]
    if store is None or days not in OFFERED_DAYS:
        raise NotFound(Text("There are no such figures."))
    setting = settings.of(session, store)
    since, until = _span(store, days)
    found = figures(session, store, setting, since, until)
    return page(
        request,
        "chat/figures.html",
        shop=store,
        found=found,
        days=days,
        target=setting.targets.of("chat"),
        chips=_chips(known, store, days),
        started=charts.bars([one.started for one in found.days]),
        response=charts.bars([one.first_response or 0 for one in found.days]),
        dated=_dated(len(found.days)),
        minutes=minutes,
        percent=percent,
        short_day=short_day,
    )


@router.get("/console/chat/figures-today")
def on_today(request: Request, session: Reading, who: AnyStaff) -> Response:
    """Last week's figures of each shop in which anybody wrote."""
    found = [(shop, _last_week(session, shop)) for shop in shops.stores(session)]
    return page(
        request,
        "chat/figures_today.html",
        shops=[
            (shop, one, charts.bars([day.started for day in one.days]))
            for shop, one in found
            if one.received or one.ratings
        ],
        minutes=minutes,
        percent=percent,
    )


def _last_week(session: Session, store: Store) -> Figures:
    since, until = _span(store, TODAY_DAYS)
    return figures(session, store, settings.of(session, store), since, until)


def _span(store: Store, days: int) -> tuple[datetime, datetime]:
    """So many whole days in the shop's zone, today as the last one."""
    local = clock.now().astimezone(clock.zone(store.zone))
    first = (local - timedelta(days=days - 1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return first, clock.now() + timedelta(microseconds=1)


def _chips(known: Sequence[Store], chosen: Store, days: int) -> list[tuple[str, str, bool] | None]:
    def address(**changes: object) -> str:
        return f"{PAGE}?{urlencode({'shop': chosen.id, 'days': days} | changes)}"

    spans = [
        (ngettext("%(count)s day", "%(count)s days", one) % {"count": one}, address(days=one), one == days)
        for one in OFFERED_DAYS
    ]
    if len(known) == 1:
        return [*spans]
    return [*((one.name, address(shop=one.id), one.id == chosen.id) for one in known), None, *spans]


def _dated(days: int) -> set[int]:
    """Below which bars a date stands."""
    step = -(-days // MOST_DATES)
    return {place for place in range(days) if (days - 1 - place) % step == 0}


def minutes(value: float | None) -> str:
    """A time as people say it: "40 s", "12 min", "3.5 h", "2 days"; a dash for none."""
    if value is None:
        return "–"
    if value < 1:
        return gettext("%(count)s s") % {"count": round(value * 60)}
    if value < 90:
        return gettext("%(count)s min") % {"count": round(value)}
    if value < 48 * 60:
        return gettext("%(count)s h") % {"count": f"{value / 60:.1f}".removesuffix(".0")}
    return gettext("%(count)s d") % {"count": f"{value / 60 / 24:.1f}".removesuffix(".0")}


def short_day(day: date) -> str:
    """A date without its year: "11/23", "11. 23."."""
    return str(format_skeleton("Md", day, locale=languages.current()))


def percent(share: float | None) -> str:
    """A share as a whole number of percent; a dash for none."""
    return "–" if share is None else f"{round(share * 100)} %"
