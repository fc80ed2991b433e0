"""Opening and ending a shop's chat in a browser, and the number of unread answers for one that comes back."""

from typing import Annotated

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from chat import erasing, joining
from chat.answers import Telling
from chat.queries import conversations_seen_by
from chat.session_answers import (
    SessionAnswer,
    settings_answer,
    shopper_answer,
)
from chat.unread import unread
from connector.shopper_tokens import vouched
from core import languages
from core.database import database_of
from core.languages import language_of
from core.settings import Settings
from customers import queries as people
from customers.opening import Opened, open_session
from customers.visits import AnyCall, Call

# A page opens the chat once; whole offices and mobile networks share one address.
OPENINGS = "120/minute"
NEW_BROWSERS = "600/hour"
BADGES = "240/minute"
LARGEST_BODY_BYTES = 16 * 1024

router = APIRouter(prefix="/api/chat/{shop}", tags=["Chat"])


class SessionForm(BaseModel):
    """How a browser opens the chat: the shop's word for its customer, and the language of the page."""

    identity: str | None = None
    language: str | None = Field(None, max_length=35)


class BadgeAnswer(BaseModel):
    """How many messages were not read yet."""

    unread: int


@router.post("/session", response_model=SessionAnswer, max_body_size=LARGEST_BODY_BYTES)
def opening(call: AnyCall, form: Annotated[SessionForm, Body()]) -> Response:
    """Open the chat. A token that is not known, and a word of the shop that proves nothing, make a stranger."""
    call.limit(OPENINGS, "session")
    state = call.request.app.state
    said = vouched(call.session, state.keys, call.store, form.identity) if form.identity else None
    if not people.device_with(call.session, _store_id(call), call.token):
        call.limit(NEW_BROWSERS, "new-browser")
    with database_of(call.request).writing() as session:
        opened = open_session(
            session,
            _store_id(call),
            token=call.token,
            vouched=said,
            language=language_of(form.language) or languages.current(),
        )
        if opened.joined_id is not None:
            joining.move(session, opened.joined_id, int(opened.contact.id or 0))
        answer = _answer(session, state.settings, call, opened)
    return _answered(call, answer)


@router.delete("/session", status_code=204)
def ending(call: AnyCall) -> Response:
    """Forget this browser; a person of whom neither name nor address is known is erased with all they wrote."""
    call.limit(OPENINGS, "session")
    with database_of(call.request).writing() as session:
        found = people.device_with(session, _store_id(call), call.token)
        if found is not None:
            erasing.forget(session, *found)
    return Response(status_code=204, headers=call.request.state.error_headers)


@router.get("/unread", response_model=BadgeAnswer)
def badge(call: AnyCall) -> Response:
    """How many answers wait, for a browser that comes back. Raises NoSuchDevice.

    The number alone is told also while the account is not proven: a customer who was away has no fresh word of the
    shop before the chat is opened. What the answers say needs one.
    """
    call.limit(BADGES, "unread")
    found = people.device_with(call.session, _store_id(call), call.token)
    if found is None:
        raise people.no_such_device()
    return _answered(call, BadgeAnswer(unread=unread(call.session, int(found[1].id or 0))))


def _answer(session: Session, settings: Settings, call: Call, opened: Opened) -> SessionAnswer:
    shopper = people.shopper(session, opened.device, opened.contact)
    telling = Telling(call.request.app.state.keys, settings.address)
    return SessionAnswer(
        token=opened.token or None,
        expires_at=opened.device.expires_at,
        shopper=shopper_answer(shopper, opened.contact),
        conversations=telling.conversations(session, conversations_seen_by(session, shopper)),
        settings=settings_answer(session, settings, call.store),
    )


def _answered(call: Call, said: BaseModel) -> Response:
    """The answer, which the shop's own pages can read and no cache keeps."""
    headers = {**call.request.state.error_headers, "Cache-Control": "private, no-store"}
    return Response(said.model_dump_json(), media_type="application/json", headers=headers)


def _store_id(call: Call) -> int:
    return int(call.store.id or 0)
