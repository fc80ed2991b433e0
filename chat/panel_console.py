"""Conversations on other pages: what waits in the rail and on Today, those about an order, and what is new for titles."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import JSONResponse, Response

from chat import assigning, desk
from chat.desk import Wanted
from chat.desk_filters import channel_name
from chat.desk_rows import Listed
from connector import queries as shops
from core.database import Reading, Writing
from core.headers import own_address
from core.web import Agent, AnyStaff, ProvenForm, page, see_other

router = APIRouter(include_in_schema=False)

ON_TODAY = 5
NEWEST = 5


@router.get("/console/chat/here")
def count(request: Request, session: Reading, who: AnyStaff) -> Response:
    """How many wait for a word of this person."""
    return _count(request, session, who.staff_id)


@router.post("/console/chat/here", dependencies=[ProvenForm])
def here(request: Request, session: Writing, who: Agent) -> Response:
    """The same, and this person is at a page of the console now."""
    assigning.seen(session, who.staff_id)
    return _count(request, session, who.staff_id)


def _count(request: Request, session: Session, staff_id: int) -> Response:
    return page(request, "chat/count.html", waiting=desk.waiting_count(session, staff_id))


@router.post("/console/chat/duty", dependencies=[ProvenForm])
def duty(
    request: Request,
    session: Writing,
    who: Agent,
    available: Annotated[bool, Form()] = False,
    back: Annotated[str, Form(alias="next")] = "/conversations",
) -> Response:
    """Take conversations from now on, or none."""
    assigning.set_available(session, who, available=available)
    return Response(status_code=204) if "hx-request" in request.headers else see_other(own_address(back))


@router.get("/console/chat/news")
def news(session: Reading, who: AnyStaff) -> Response:
    """What a title and a notification tell: how many wait for this person, and the newest of them."""
    found = desk.newest_unread(session, who.staff_id, most=NEWEST)
    return JSONResponse(
        {"waiting": desk.waiting_count(session, who.staff_id), "unread": [_new(one) for one in found]},
        headers={"Cache-Control": "private, no-store"},
    )


def _new(one: Listed) -> dict[str, Any]:
    return {
        "conversation": one.conversation.public_id,
        "seq": one.unread_seq,
        "person": one.person or one.email,
        "text": one.said,
    }


@router.get("/console/chat/today")
def today(request: Request, session: Reading, who: AnyStaff) -> Response:
    """Who waits for a word, longest first; empty when nobody does."""
    found = desk.conversations(session, Wanted(staff_id=who.staff_id, view="waiting"))
    return page(
        request,
        "chat/today.html",
        rows=found.rows[:ON_TODAY],
        more=max(0, desk.counts(session, Wanted(staff_id=who.staff_id))["waiting"] - ON_TODAY),
        stores={int(shop.id or 0): shop.name for shop in shops.stores(session)},
    )


@router.get("/console/chat/order-panel")
def order_panel(request: Request, session: Reading, who: AnyStaff, order_id: int) -> Response:
    """What was said about the order, and by whoever proved to have made it."""
    order = shops.order(session, order_id)
    return page(
        request,
        "chat/order_panel.html",
        order=order,
        rows=desk.about_order(session, order, who.staff_id),
        channel_name=channel_name,
    )
