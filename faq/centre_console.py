"""The help centre's part of Settings, and the form behind it."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from connector import queries as connector_queries
from core.database import Reading, Writing
from core.languages import Text
from core.web import AnyStaff, Owner, ProvenForm, page, see_other
from faq import centre_settings, variables
from faq.centre_settings import FACTS, CentreForm
from faq.help_centres import help_centre_as_shown
from faq.locale_names import USUAL
from faq.saying import named

router = APIRouter(include_in_schema=False)


@router.get("/console/faq/settings")
def settings(request: Request, session: Reading, who: AnyStaff) -> Response:
    """Each shop's help centre as it stands."""
    shops = connector_queries.stores(session)
    return page(
        request,
        "faq/settings.html",
        shops=[
            (shop, help_centre_as_shown(session, int(shop.id or 0)), variables.empty_facts(session, shop))
            for shop in shops
        ],
        named=named,
    )


@router.get("/settings/help/{store_id}")
def centre(request: Request, session: Reading, who: Owner, store_id: int) -> Response:
    form = centre_settings.form_of(help_centre_as_shown(session, store_id))
    return _page(request, session, store_id, form, {})


def _page(
    request: Request, session: Session, store_id: int, form: CentreForm, problems: dict[str, Text]
) -> Response:
    return page(
        request,
        "faq/centre.html",
        status=400 if problems else 200,
        shop=connector_queries.store(session, store_id),
        form=form,
        offered=list(dict.fromkeys([*form.locales(), *USUAL])),
        titles=form.titles(),
        said=form.facts(),
        facts=FACTS,
        problems=problems,
        named=named,
    )


@router.post("/settings/help/{store_id}", dependencies=[ProvenForm])
def save(
    request: Request, session: Writing, who: Owner, store_id: int, form: Annotated[CentreForm, Form()]
) -> Response:
    """Keep the settings. With a mistake, show the form as it was filled in."""
    problems = form.problems(session, store_id)
    if problems:
        return _page(request, session, store_id, form, problems)
    centre_settings.save(session, store_id, form)
    return see_other("/settings")
