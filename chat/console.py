"""This room's staff pages: the list of conversations with one of them open beside it, and the parts that keep it fresh."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from chat import (
    assigning,
    beside,
    desk,
    desk_reading,
    inserting_console,
    labels,
    panel_console,
    queries,
    reply_console,
    verbs_console,
)
from chat.desk_filters import FIRST, PLACE, ROWS, Filters, choices, view_names
from chat.desk_saying import problem_of, saying
from connector import queries as shops
from core.database import Reading
from core.security import SignedIn
from core.web import AnyStaff, page

router = APIRouter(include_in_schema=False)
router.include_router(panel_console.router)
router.include_router(reply_console.router)
router.include_router(verbs_console.router)
router.include_router(inserting_console.router)

Asked = Annotated[Filters, Query()]


@router.get("/conversations")
def conversations(request: Request, session: Reading, who: AnyStaff, filters: Asked) -> Response:
    """The list alone; beside it the place where a conversation will be."""
    return page(request, "chat/conversations.html", **_list(session, who, filters), opened=None)


@router.get("/conversations/{public_id}")
def conversation(
    request: Request, session: Reading, who: AnyStaff, public_id: str, *, filters: Asked, said: str = ""
) -> Response:
    """The list with that conversation beside it; a page that shows the list already asks for the conversation alone."""
    shown = {**_pane(request, session, who, public_id), "problem": problem_of(said)}
    if "hx-request" in request.headers:
        return page(request, "chat/opened.html", **shown, filters=filters)
    return page(request, "chat/conversations.html", **_list(session, who, filters) | shown)


@router.get("/console/chat/list")
def rows(request: Request, session: Reading, who: AnyStaff, filters: Asked, current: str = "") -> Response:
    """The list as it is now, or its next page."""
    template = "chat/rows.html" if filters.after else "chat/list.html"
    return page(request, template, **_list(session, who, filters) | {"current": current})


def _list(session: Session, who: SignedIn, filters: Filters) -> dict[str, Any]:
    wanted = filters.wanted(who.staff_id)
    found = desk.conversations(session, wanted)
    stores = {int(shop.id or 0): shop.name for shop in shops.stores(session)}
    duty = assigning.duty_of(session, who.staff_id)
    return {
        "filters": filters,
        "rows": found.rows,
        "older": ROWS + filters.query(after=found.after) if found.after else "",
        "counts": desk.counts(session, wanted),
        "names": view_names(),
        "first": FIRST,
        "stores": stores,
        "choices": choices(
            filters,
            stores=stores,
            labels={int(one.id or 0): one.name for one in labels.labels(session)},
            teams={int(one.id or 0): one.name for one in assigning.teams(session)},
            channels=desk.channels(session),
            spoken=desk.languages(session),
        ),
        "place": PLACE,
        "rows_from": ROWS,
        "available": duty is not None and duty.available,
        "current": "",
    }


def _pane(request: Request, session: Session, who: SignedIn, public_id: str) -> dict[str, Any]:
    """What the templates of an open conversation need. Raises ConversationNotFound."""
    found = desk_reading.opened(session, public_id, who.staff_id)
    number = int(found.conversation.id or 0)
    events = queries.latest_events(session, number, most=desk_reading.MOST_SHOWN)
    return {
        "opened": found,
        "current": public_id,
        "events": desk_reading.seen(session, events, who.staff_id),
        "earlier": events[0].seq if events and events[0].seq > 1 else 0,
        **saying(request.app.state.keys),
    }


# -- what keeps an open conversation fresh -----------------------------------------------------------------------

Seq = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.get("/conversations/{public_id}/events")
def events(request: Request, session: Reading, who: AnyStaff, public_id: str, since: Seq = 0) -> Response:
    """What happened after that number."""
    found = queries.conversation_named(session, public_id)
    new = queries.events(session, int(found.id or 0), since=since, public_only=False)
    return _events(request, session, who, public_id, new, earlier=0)


@router.get("/conversations/{public_id}/earlier")
def earlier(request: Request, session: Reading, who: AnyStaff, public_id: str, before: Seq = 0) -> Response:
    """What happened before that number, as much as one look takes."""
    found = queries.conversation_named(session, public_id)
    old = queries.latest_events(session, int(found.id or 0), before=before, most=desk_reading.MOST_SHOWN)
    return _events(request, session, who, public_id, old, earlier=old[0].seq if old and old[0].seq > 1 else 0)


def _events(
    request: Request, session: Session, who: SignedIn, public_id: str, found: Any, *, earlier: int
) -> Response:
    return page(
        request,
        "chat/events.html",
        opened=desk_reading.opened(session, public_id, who.staff_id),
        events=desk_reading.seen(session, found, who.staff_id),
        earlier=earlier,
        **saying(request.app.state.keys),
    )


@router.get("/conversations/{public_id}/head")
def head(request: Request, session: Reading, who: AnyStaff, public_id: str, filters: Asked) -> Response:
    """Its state, and what can be done with it."""
    found = desk_reading.opened(session, public_id, who.staff_id)
    return page(request, "chat/head.html", opened=found, filters=filters, **saying(request.app.state.keys))


@router.get("/conversations/{public_id}/customer")
def customer(request: Request, session: Reading, who: AnyStaff, public_id: str) -> Response:
    """The customer beside it."""
    opened = desk_reading.opened(session, public_id, who.staff_id)
    path, address = desk_reading.shared_page(opened)
    return page(
        request,
        "chat/customer.html",
        opened=opened,
        found=beside.beside(session, opened.conversation),
        page_path=path,
        page_address=address,
        **saying(request.app.state.keys),
    )
