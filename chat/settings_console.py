"""How a shop's chat is set up: the part of Settings, and the pages behind it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any
from zoneinfo import available_timezones

from babel import Locale
from babel.dates import get_day_names
from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from chat import (
    assigning,
    crew_console,
    figures_console,
    hours,
    labels,
    reply_settings_console,
    saved_replies,
    settings,
)
from chat.public_holidays import COUNTRIES, names
from chat.setting_forms import ChatForm, HoursForm, LookForm, chat_form, hours_form, look_form
from connector import queries as shops
from connector.tables import Store
from core import clock, languages
from core.database import Reading, Writing
from core.languages import LANGUAGES, Text
from core.security import Keys
from core.settings import Settings
from core.web import Agent, AnyStaff, Owner, ProvenForm, page, see_other

router = APIRouter(include_in_schema=False)
router.include_router(crew_console.router)
router.include_router(reply_settings_console.router)
router.include_router(figures_console.router)


@router.get("/console/chat/settings")
def panel(request: Request, session: Reading, who: AnyStaff) -> Response:
    """Each shop's chat as it stands, and what all shops share."""
    now = clock.now()
    found = [(shop, settings.of(session, shop)) for shop in shops.stores(session)]
    return page(
        request,
        "chat/settings.html",
        shops=[(shop, one, hours.is_open(one.hours, now), _next(one, shop)) for shop, one in found],
        duty=assigning.duty_of(session, who.staff_id),
        teams=len(assigning.teams(session)),
        labels=len(labels.labels(session)),
        replies=len(saved_replies.replies(session)),
    )


def _next(setting: settings.Setting, shop: Store) -> str:
    """When it opens next, for a shop that is closed now; "" for one that is open or never opens."""
    now = clock.now()
    opens = hours.next_opening(setting.hours, now)
    if opens is None or opens <= now:
        return ""
    return languages.moment(opens, languages.current(), setting.hours.zone or shop.zone)


@router.post("/console/chat/letters", dependencies=[ProvenForm])
def letters(session: Writing, who: Agent, wanted: Annotated[bool, Form()] = False) -> Response:
    """Whether this person wants a letter when somebody waits."""
    assigning.set_letters(session, who, wanted=wanted)
    return see_other("/settings")


# -- what it does ------------------------------------------------------------------------------------------------


@router.get("/settings/chat/{store_id}")
def chat(request: Request, session: Reading, who: Owner, store_id: int) -> Response:
    store = shops.store(session, store_id)
    setting = settings.of(session, store)
    return _chat_page(request, store, setting, chat_form(setting), {})


@router.post("/settings/chat/{store_id}", dependencies=[ProvenForm])
def save_chat(
    request: Request, session: Writing, who: Owner, store_id: int, form: Annotated[ChatForm, Form()]
) -> Response:
    """Keep it. With a mistake, show the form as it was filled in."""
    store = shops.store(session, store_id)
    setting = settings.held(session, store)
    problems = form.problems()
    if problems:
        return _chat_page(request, store, setting, form, problems)
    keys: Keys = request.app.state.keys
    settings.save(session, form.taken_over(setting, keys))
    return see_other("/settings")


def _chat_page(
    request: Request, store: Store, setting: settings.Setting, form: ChatForm, problems: dict[str, Text]
) -> Response:
    mine: Settings = request.app.state.settings
    return page(
        request,
        "chat/chat_settings.html",
        status=400 if problems else 200,
        shop=store,
        setting=setting,
        form=form,
        problems=problems,
        script=f'<script type="module" src="{mine.address}/widget.js?shop={store.public_id}"></script>',
    )


# -- how it looks ------------------------------------------------------------------------------------------------


@router.get("/settings/chat/{store_id}/look")
def look(request: Request, session: Reading, who: Owner, store_id: int) -> Response:
    store = shops.store(session, store_id)
    return _look_page(request, store, look_form(settings.of(session, store), LANGUAGES), {})


@router.post("/settings/chat/{store_id}/look", dependencies=[ProvenForm])
def save_look(
    request: Request, session: Writing, who: Owner, store_id: int, form: Annotated[LookForm, Form()]
) -> Response:
    """Keep it. With a mistake, show the form as it was filled in."""
    store = shops.store(session, store_id)
    problems = form.problems()
    if problems:
        return _look_page(request, store, form, problems)
    settings.change(session, store, look=form.look().kept())
    return see_other("/settings")


def _look_page(request: Request, store: Store, form: LookForm, problems: dict[str, Text]) -> Response:
    return page(
        request,
        "chat/look_settings.html",
        status=400 if problems else 200,
        shop=store,
        form=form,
        shown=form.look().before_opening(),
        named=_language_name,
        problems=problems,
    )


def _language_name(code: str) -> str:
    return str(Locale(languages.current()).languages.get(code, code))


# -- when people answer ------------------------------------------------------------------------------------------


@router.get("/settings/chat/{store_id}/hours")
def opening(request: Request, session: Reading, who: Owner, store_id: int) -> Response:
    store = shops.store(session, store_id)
    return _hours_page(request, store, hours_form(settings.of(session, store).hours), {})


@router.post("/settings/chat/{store_id}/hours", dependencies=[ProvenForm])
def save_hours(
    request: Request,
    session: Writing,
    who: Owner,
    store_id: int,
    form: Annotated[HoursForm, Form()],
) -> Response:
    """Keep them and show them again: there is always an empty row for one more."""
    store = shops.store(session, store_id)
    problems = form.problems()
    if problems:
        return _hours_page(request, store, form, problems)
    settings.change(session, store, hours=form.hours())
    return see_other(f"/settings/chat/{store_id}/hours?saved=1")


def _hours_page(request: Request, store: Store, form: HoursForm, problems: dict[str, Text]) -> Response:
    language = languages.current()
    return page(
        request,
        "chat/hours_settings.html",
        status=400 if problems else 200,
        shop=store,
        form=form,
        problems=problems,
        saved="saved" in request.query_params,
        days=[str(name) for _number, name in sorted(get_day_names("wide", locale=language).items())],
        zones=sorted(available_timezones()),
        countries=_country_names(language),
        coming=_coming(form.country, language),
    )


def _country_names(language: str) -> list[tuple[str, str]]:
    territories = Locale(language).territories
    return [(code, str(territories.get(code, code))) for code in COUNTRIES]


def _coming(country: str, language: str) -> Sequence[tuple[date, Any]]:
    """The next public holidays, so that an owner sees what choosing a country means."""
    today = clock.now().date()
    found = {**names(country, today.year, language), **names(country, today.year + 1, language)}
    return [(day, name) for day, name in found.items() if day >= today][:8]
