"""The shopper's addresses of docs/chat.md that answer at once; those that wait stand in `chat/waiting.py`."""

import base64
import hmac
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from starlette.responses import Response

from chat import actions, answers, forms, queries, visitors
from chat import rating as ratings
from chat.addressed import FEW, MESSAGES, READS, STARTS, answered, limit, telling
from chat.hub import Hub
from chat.schemas import Author, NewEvent
from chat.tables import Conversation
from core import languages
from core.database import Reading, database_of
from core.security import Keys
from customers import visits
from customers.schemas import Shopper
from customers.visits import AnyCall, Call, Known

LARGEST_BODY_BYTES = 64 * 1024

REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"description": "Something is missing, too long, or no text."},
    401: {"description": "The token is not known here, or no longer."},
    403: {"description": "The shop takes no messages from this contact."},
    404: {"description": "No such shop or conversation, or none of this shopper's."},
    429: {"description": "Too often."},
}
router = APIRouter(prefix="/api/chat/{shop}", tags=["Chat"], responses=REFUSED)


@router.options("/{rest:path}", include_in_schema=False)
def preflight(request: Request, session: Reading, shop: str, rest: str) -> Response:
    """Let the shop's own pages ask with their token. Raises NotAllowed for every other site."""
    return visits.preflight(request, session, shop, methods="GET, POST, DELETE")


@router.post("/conversations", max_body_size=LARGEST_BODY_BYTES)
def start(call: AnyCall, shopper: Known, form: forms.StartForm) -> Response:
    """Begin a conversation with its first message; the same `client_id` again is the same conversation."""
    limit(call, shopper, "start", STARTS)
    public_id = name_of(call.request.app.state.keys, shopper, form.client_id)
    try:
        conversation_id, event_seq, fresh = _started(call, shopper, form, public_id)
    except IntegrityError:  # Two submits at the same moment: the other one was first, and is found now.
        conversation_id, event_seq, fresh = _started(call, shopper, form, public_id)
    with database_of(call.request).reading() as session:
        conversation = queries.conversation(session, conversation_id)
        said = {"conversation": _conversation(call, session, conversation)}
        return answered(
            call.request,
            said | {"event": _event(call, session, conversation_id, event_seq)},
            status=201 if fresh else 200,
        )


@router.get("/conversations")
def conversations(call: AnyCall, shopper: Known) -> Response:
    """The shopper's conversations, newest first."""
    limit(call, shopper, "read", READS)
    rows = queries.conversations_seen_by(call.session, shopper)
    return answered(call.request, {"conversations": telling(call).conversations(call.session, rows)})


@router.get("/conversations/{public_id}")
def conversation(
    call: AnyCall, shopper: Known, public_id: str, before: Annotated[int | None, Query(ge=1)] = None
) -> Response:
    """A conversation with its newest events (those before that number); `more` when there are older ones."""
    limit(call, shopper, "read", READS)
    found = queries.conversation_seen_by(call.session, shopper, public_id)
    rows = queries.latest_events(
        call.session, int(found.id or 0), before=before, most=queries.MOST_EVENTS + 1, public_only=True
    )
    shown = rows[-queries.MOST_EVENTS :]
    return answered(
        call.request,
        {
            "conversation": _conversation(call, call.session, found),
            "events": telling(call).events(call.session, shown),
            "more": len(rows) > len(shown),
            "read": answers.read_by_both(call.session, int(found.id or 0)),
        },
    )


@router.post("/conversations/{public_id}/messages", max_body_size=LARGEST_BODY_BYTES)
def say(call: AnyCall, shopper: Known, public_id: str, form: forms.MessageForm) -> Response:
    """Say something; 200 and the first event when this `client_id` was taken before."""
    limit(call, shopper, "message", MESSAGES)
    found = queries.conversation_seen_by(call.session, shopper, public_id)
    hub: Hub = call.request.app.state.hub
    return _told(call, hub.committer.say(form.said(shopper, found.public_id)))


@router.post("/conversations/{public_id}/read", status_code=204)
def read(call: AnyCall, shopper: Known, public_id: str, form: forms.ReadForm) -> Response:
    """Keep how far the shopper has read."""
    limit(call, shopper, "read-mark", READS)
    found = queries.conversation_seen_by(call.session, shopper, public_id)
    with database_of(call.request).writing() as session:
        own = queries.conversation(session, int(found.id or 0))
        actions.mark_read(session, own, reader="shopper", seq=form.seq)
    return Response(status_code=204, headers=call.request.state.error_headers)


@router.post("/conversations/{public_id}/person", max_body_size=LARGEST_BODY_BYTES)
def person(call: AnyCall, shopper: Known, public_id: str, form: forms.PersonForm) -> Response:
    """Hand the conversation to people of the shop."""
    limit(call, shopper, "few", FEW)
    found = queries.conversation_seen_by(call.session, shopper, public_id)
    with database_of(call.request).writing() as session:
        visitors.refuse_blocked(session, shopper)
        visitors.keep_what_is_said(
            session, shopper, name=form.name, email=form.email or "", consent=form.consent
        )
        posted = actions.hand_over(
            session,
            int(found.id or 0),
            author=Author("shopper", device_id=shopper.device_id),
            reason="asked",
            client_id=form.client_id,
        )
    return _told(call, posted)


@router.post("/conversations/{public_id}/rating", max_body_size=LARGEST_BODY_BYTES)
def rating(call: AnyCall, shopper: Known, public_id: str, form: forms.RatingForm) -> Response:
    """Keep how the shopper found the help; a later rating counts in place of an earlier one."""
    limit(call, shopper, "few", FEW)
    found = queries.conversation_seen_by(call.session, shopper, public_id)
    with database_of(call.request).writing() as session:
        visitors.refuse_blocked(session, shopper)
        posted = ratings.rate(
            session,
            int(found.id or 0),
            score=form.score,
            comment=form.comment,
            author=Author("shopper", device_id=shopper.device_id),
            client_id=form.client_id,
        )
    return _told(call, posted) if posted else answered(call.request, {"event": None})


@router.post("/conversations/{public_id}/end", max_body_size=LARGEST_BODY_BYTES)
def end(call: AnyCall, shopper: Known, public_id: str, form: forms.EndForm) -> Response:
    """End the conversation; one that has ended already stays as it is, and `event` is null."""
    limit(call, shopper, "few", FEW)
    found = queries.conversation_seen_by(call.session, shopper, public_id)
    with database_of(call.request).writing() as session:
        posted = actions.set_state(
            session,
            int(found.id or 0),
            author=Author("shopper", device_id=shopper.device_id),
            state="resolved",
            client_id=form.client_id,
        )
    return _told(call, posted) if posted else answered(call.request, {"event": None})


# -- parts -------------------------------------------------------------------------------------------------------


def name_of(keys: Keys, shopper: Shopper, client_id: str) -> str:
    """The name of the conversation that this contact begins with that `client_id`: nobody else can tell it."""
    told = hmac.digest(keys.of("chat-conversation"), f"{shopper.contact_id}:{client_id}".encode(), "sha256")
    return base64.urlsafe_b64encode(told[:18]).decode()


def _started(call: Call, shopper: Shopper, form: forms.StartForm, public_id: str) -> tuple[int, int, bool]:
    """The conversation's number, its first event's, and whether that is new."""
    data = {"order_number": form.order_number.strip()} if form.order_number.strip() else None
    with database_of(call.request).writing() as session:
        visitors.refuse_blocked(session, shopper)
        visitors.keep_what_is_said(
            session, shopper, name=form.name, email=form.email or "", consent=form.consent
        )
        made = actions.start(
            session,
            store_id=shopper.store_id,
            contact_id=shopper.contact_id,
            language=languages.current(),
            page=form.page,
            public_id=public_id,
        )
        author = Author("shopper", device_id=shopper.device_id)
        new = NewEvent("message", author, form.text, form.client_id, None, data)
        posted = actions.post(session, int(made.id or 0), new)
        return int(made.id or 0), posted.event.seq, posted.fresh


def _conversation(call: Call, session: Session, row: Conversation) -> answers.ConversationAnswer:
    return telling(call).conversations(session, [row])[0]


def _event(call: Call, session: Session, conversation_id: int, seq: int) -> answers.EventAnswer | None:
    rows = queries.events(session, conversation_id, since=seq - 1, public_only=True, most=1)
    found = telling(call).events(session, rows)
    return found[0] if found and found[0].seq == seq else None


def _told(call: Call, posted: actions.Posted) -> Response:
    """The event; 201 when it is new."""
    with database_of(call.request).reading() as session:
        event = _event(call, session, posted.event.conversation_id, posted.event.seq)
    return answered(call.request, {"event": event}, status=201 if posted.fresh else 200)
