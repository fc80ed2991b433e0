"""What the desk's buttons do with a conversation. Each answers with nothing to a page that looks for itself."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from chat import assigning, handling, labels, merging, queries, snoozing
from chat.errors import HandlingRefused
from chat.reply_console import done
from chat.snoozing import Choice
from connector import queries as shops
from core.database import Writing
from core.languages import Text
from core.web import Agent, ProvenForm

router = APIRouter(include_in_schema=False)

Number = Annotated[int, Form(ge=-1, le=2**31 - 1)]
Word = Annotated[str, Form(max_length=200)]


def _number(session: Session, public_id: str) -> int:
    return int(queries.conversation_named(session, public_id).id or 0)


@router.post("/conversations/{public_id}/state", dependencies=[ProvenForm])
def into_state(request: Request, session: Writing, who: Agent, public_id: str, to: Word = "") -> Response:
    """Resolve it, or open it again."""
    verb = handling.resolve if to == "resolved" else handling.reopen
    verb(session, _number(session, public_id), who)
    return done(request, public_id)


@router.post("/conversations/{public_id}/take", dependencies=[ProvenForm])
def take(request: Request, session: Writing, who: Agent, public_id: str) -> Response:
    """Care for it oneself."""
    assigning.take(session, _number(session, public_id), who)
    return done(request, public_id)


@router.post("/conversations/{public_id}/assign", dependencies=[ProvenForm])
def assign(request: Request, session: Writing, who: Agent, public_id: str, staff: Number = 0) -> Response:
    """Give it to somebody, or to nobody."""
    assigning.assign(session, _number(session, public_id), who, staff_id=staff or None)
    return done(request, public_id)


@router.post("/conversations/{public_id}/team", dependencies=[ProvenForm])
def team(request: Request, session: Writing, who: Agent, public_id: str, team: Number = 0) -> Response:
    """Give it to a team, or take it out of its team."""
    assigning.hand_to_team(session, _number(session, public_id), who, team_id=team or None)
    return done(request, public_id)


@router.post("/conversations/{public_id}/labels", dependencies=[ProvenForm])
def relabel(
    request: Request,
    session: Writing,
    who: Agent,
    public_id: str,
    *,
    label: Annotated[list[int] | None, Form()] = None,
    new: Word = "",
) -> Response:
    """Let it have exactly the ticked labels, and one that is new."""
    number = _number(session, public_id)
    wanted = set(label or ())
    if new.strip():
        known = {one.name.casefold(): one for one in labels.labels(session)}
        made = known.get(new.strip().casefold()) or labels.save(session, name=new, colour=labels.COLOURS[0])
        wanted.add(int(made.id or 0))
    has = {int(one.id or 0) for one in labels.labels_of(session, [number])[number]}
    labels.change(session, number, who, add=sorted(wanted - has), remove=sorted(has - wanted))
    return done(request, public_id)


@router.post("/conversations/{public_id}/priority", dependencies=[ProvenForm])
def priority(
    request: Request, session: Writing, who: Agent, public_id: str, priority: Number = 0
) -> Response:
    """Let it stand before or behind others."""
    handling.set_priority(session, _number(session, public_id), who, priority=priority)
    return done(request, public_id)


@router.post("/conversations/{public_id}/snooze", dependencies=[ProvenForm])
def snooze(
    request: Request,
    session: Writing,
    who: Agent,
    public_id: str,
    *,
    until: Annotated[Choice, Form()] = "later",
    own: Word = "",
) -> Response:
    """Put it aside until a moment in the shop's time."""
    conversation = queries.conversation_named(session, public_id)
    zone = shops.store(session, conversation.store_id).zone
    moment = snoozing.moment(until, zone, own=own)
    handling.snooze(session, int(conversation.id or 0), who, until=moment)
    return done(request, public_id)


@router.post("/conversations/{public_id}/order", dependencies=[ProvenForm])
def about(request: Request, session: Writing, who: Agent, public_id: str, order: Number = 0) -> Response:
    """Say which order it is about; 0 for none."""
    handling.link_order(session, _number(session, public_id), who, order_id=order or None)
    return done(request, public_id)


@router.post("/conversations/{public_id}/merge", dependencies=[ProvenForm])
def merge(request: Request, session: Writing, who: Agent, public_id: str, into: Word = "") -> Response:
    """Let it become part of another conversation of the same person, and show that one."""
    if not into:
        raise HandlingRefused(Text("Please choose another conversation to join this one with."))
    merging.merge(session, _number(session, public_id), _number(session, into), who)
    return done(request, into)


@router.post("/conversations/{public_id}/spam", dependencies=[ProvenForm])
def spam(
    request: Request,
    session: Writing,
    who: Agent,
    public_id: str,
    block: Annotated[bool, Form()] = False,
) -> Response:
    """Nobody need answer it; with `block` the shop hears that person no more."""
    handling.mark_spam(session, _number(session, public_id), who, block_contact=block)
    return done(request, public_id)


@router.post("/conversations/{public_id}/unblock", dependencies=[ProvenForm])
def unblock(request: Request, session: Writing, who: Agent, public_id: str) -> Response:
    """Hear that person again."""
    handling.unblock(session, _number(session, public_id), who)
    return done(request, public_id)
