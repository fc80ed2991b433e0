"""What people of the shop write: replies, notes, and what they have begun; and how far they have read."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from chat import actions, desk_reading, drafts, queries
from chat.actions import Posted
from chat.schemas import Author, NewEvent
from chat.tables import Conversation
from core.database import Writing
from core.security import SignedIn
from core.web import Agent, ProvenForm, see_other

router = APIRouter(include_in_schema=False)

Words = Annotated[str, Form()]
Seq = Annotated[int, Form(ge=0, le=2**31 - 1)]


@router.post("/conversations/{public_id}/reply", dependencies=[ProvenForm])
def reply(
    request: Request,
    session: Writing,
    who: Agent,
    public_id: str,
    *,
    text: Words = "",
    note: Annotated[bool, Form()] = False,
    after: Seq = 0,
    client_id: Annotated[str, Form(max_length=64)] = "",
    attachment: Annotated[list[str] | None, Form()] = None,
    then: Words = "",
) -> Response:
    """Answer the shopper, or leave a note for colleagues; an answer only when nobody answered after that number."""
    conversation = queries.conversation_named(session, public_id)
    number = int(conversation.id or 0)
    author = Author("agent", who.staff_id)
    files = tuple(attachment or ())
    if note:
        _note(session, conversation, who, text=text, client_id=client_id, files=files)
    else:
        actions.post_message(
            session,
            number,
            author=author,
            text=text,
            client_id=client_id or None,
            attachments=files,
            after=after,
        )
    drafts.forget(session, conversation, staff_id=who.staff_id)
    if then == "resolve" and not note:
        actions.set_state(session, number, author=author, state="resolved")
    return done(request, public_id)


def _note(
    session: Session,
    conversation: Conversation,
    who: SignedIn,
    *,
    text: str,
    client_id: str,
    files: tuple[str, ...],
) -> Posted:
    named = drafts.named_in(text, desk_reading.active(session))
    data = {"mentions": named} | ({"attachments": list(files)} if files else {})
    new = NewEvent("note", Author("agent", who.staff_id), text, client_id or None, None, data)
    posted = actions.post(session, int(conversation.id or 0), new)
    if posted.fresh:
        drafts.mention(session, conversation, posted.event.seq, named)
    return posted


@router.post("/conversations/{public_id}/draft", dependencies=[ProvenForm])
def keep_draft(
    session: Writing, who: Agent, public_id: str, text: Words = "", note: Annotated[bool, Form()] = False
) -> Response:
    """Keep what was begun."""
    conversation = queries.conversation_named(session, public_id)
    drafts.keep(session, conversation, staff_id=who.staff_id, text=text, note=note)
    return Response(status_code=204)


@router.post("/conversations/{public_id}/read", dependencies=[ProvenForm])
def read(session: Writing, who: Agent, public_id: str, seq: Seq = 0) -> Response:
    """This person has read up to that number."""
    conversation = queries.conversation_named(session, public_id)
    actions.mark_read(session, conversation, reader=f"staff:{who.staff_id}", seq=seq)
    drafts.see_mentions(session, conversation, staff_id=who.staff_id, seq=seq)
    return Response(status_code=204)


@router.post("/conversations/{public_id}/state", dependencies=[ProvenForm])
def into_state(
    request: Request, session: Writing, who: Agent, public_id: str, to: Words = ""
) -> Response:
    """Resolve or open it."""
    conversation = queries.conversation_named(session, public_id)
    state = "resolved" if to == "resolved" else "open"
    actions.set_state(
        session, int(conversation.id or 0), author=Author("agent", who.staff_id), state=state
    )
    return done(request, public_id)


def done(request: Request, public_id: str) -> Response:
    """A page with a script looks for itself what changed; one without is shown it."""
    if "hx-request" in request.headers:
        return Response(status_code=204)
    return see_other(f"/conversations/{public_id}")
