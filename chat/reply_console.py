"""What people of the shop write: replies, notes, and what they have begun; and how far they have read."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel, Field
from sqlmodel import Session
from starlette.responses import Response

from chat import actions, drafts, handling, queries, saved_replies
from chat.errors import AnsweredMeanwhile
from chat.schemas import LONGEST_CLIENT_ID, Author
from chat.tables import Conversation
from core.database import Writing
from core.errors import AftercartError, BadInput
from core.security import SignedIn
from core.web import Agent, ProvenForm, see_other
from staff import queries as staff

router = APIRouter(include_in_schema=False)

Words = Annotated[str, Form()]
Seq = Annotated[int, Form(ge=0, le=2**31 - 1)]
MOST_FILES = 10


class Written(BaseModel):
    """What the form below a conversation brings. `used`: the saved replies that were put in."""

    text: str = ""
    note: bool = False
    after: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    client_id: Annotated[str, Field(max_length=LONGEST_CLIENT_ID)] = ""
    attachment: Annotated[list[str], Field(max_length=MOST_FILES)] = []
    used: Annotated[list[int], Field(max_length=20)] = []
    then: str = ""


@router.post("/conversations/{public_id}/reply", dependencies=[ProvenForm])
def reply(
    request: Request,
    session: Writing,
    who: Agent,
    public_id: str,
    written: Annotated[Written, Form()],
) -> Response:
    """Answer the shopper, or leave a note for colleagues; an answer only when nobody answered after that number.

    What is refused stays as a draft.
    """
    conversation = queries.conversation_named(session, public_id)
    try:
        _say(session, conversation, who, written)
    except (AnsweredMeanwhile, BadInput) as problem:
        if "hx-request" in request.headers:
            raise _named(session, problem) from problem
        drafts.keep(session, conversation, staff_id=who.staff_id, text=written.text, note=written.note)
        return see_other(f"/conversations/{public_id}?said={problem.code}")
    drafts.forget(session, conversation, staff_id=who.staff_id)
    if written.then == "resolve" and not written.note:
        handling.resolve(session, int(conversation.id or 0), who)
    return done(request, public_id)


def _say(session: Session, conversation: Conversation, who: SignedIn, written: Written) -> None:
    number, files = int(conversation.id or 0), tuple(written.attachment)
    client_id = written.client_id or None
    if written.note:
        handling.note(session, number, who, text=written.text, client_id=client_id, attachments=files)
        return
    saved_replies.refuse_unfilled(written.text)
    posted = actions.post_message(
        session,
        number,
        author=Author("agent", who.staff_id),
        text=written.text,
        client_id=client_id,
        attachments=files,
        after=written.after,
    )
    for used in written.used if posted.fresh else ():
        saved_replies.count_use(session, used)


def _named(session: Session, problem: AftercartError) -> AftercartError:
    """The same with the name of who answered meanwhile, for the page to say."""
    if isinstance(problem, AnsweredMeanwhile):
        number = problem.details.get("staff_id")
        names = {one.id: one.name for one in staff.members(session)}
        problem.details["name"] = names.get(number if isinstance(number, int) else None, "")
    return problem


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


def done(request: Request, public_id: str) -> Response:
    """A page with a script looks for itself what changed; one without is shown it."""
    if "hx-request" in request.headers:
        return Response(status_code=204)
    return see_other(f"/conversations/{public_id}")
