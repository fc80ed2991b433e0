"""The clock of the first response: who is told before a target is missed and when it is, each once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import exists
from sqlmodel import Session, col, select

from chat import actions, alerts, assigning, hours, settings
from chat.schemas import SYSTEM, NewEvent
from chat.tables import Conversation, ConversationEvent
from core import clock

Kind = Literal["soon", "missed"]


@dataclass(frozen=True)
class Due:
    """A conversation about whose clock something is to be said."""

    conversation_id: int
    warning: Kind


def due_warnings(session: Session, *, most: int) -> Sequence[Due]:
    """The open conversations for which a warning is due now and was not given yet, the most pressing first."""
    told_of_miss = exists().where(
        col(ConversationEvent.conversation_id) == Conversation.id,
        col(ConversationEvent.kind) == "clock",
        col(ConversationEvent.created_at) >= Conversation.respond_by,
    )
    chosen = (
        select(Conversation)
        .where(col(Conversation.respond_by).is_not(None), Conversation.state == "open", ~told_of_miss)
        .order_by(col(Conversation.respond_by))
        .limit(most)
    )
    found = []
    for conversation in session.exec(chosen).all():
        warning = _warning(session, conversation)
        if warning is not None and not _was_given(session, conversation, warning):
            found.append(Due(int(conversation.id or 0), warning))
    return found


def warn(session: Session, conversation_id: int, *, address: str) -> Kind | None:
    """Say it in the conversation, for the desk, and by letter to whoever wants that; None when nothing is due (any more)."""
    conversation = actions.hold(session, conversation_id)
    warning = _warning(session, conversation) if conversation.state == "open" else None
    if warning is None:
        return None
    data = {"warning": warning, "respond_by": _kept(conversation.respond_by)}
    new = NewEvent("clock", SYSTEM, client_id=_name(conversation, warning), data=data)
    if not actions.post(session, conversation_id, new).fresh:
        return None
    alerts.hand_in(session, conversation, warning, _concerned(session, conversation), address=address)
    return warning


def _concerned(session: Session, conversation: Conversation) -> list[int]:
    """Who cares for it; else its team; else all who are there; else all."""
    if conversation.assignee_id is not None:
        return [conversation.assignee_id]
    if conversation.team_id is not None:
        members = assigning.members_of(session, conversation.team_id)
        if members:
            return members
    return [one.staff_id for one in assigning.available(session)]


def _warning(session: Session, conversation: Conversation) -> Kind | None:
    if conversation.respond_by is None or conversation.waiting_since is None:
        return None
    now = clock.now()
    if conversation.respond_by <= now:
        return "missed"
    setting = settings.of_store(session, conversation.store_id)
    minutes = setting.targets.of(conversation.channel) * setting.targets.warn_at / 100
    soon = hours.due(setting.hours, conversation.waiting_since, minutes)
    return "soon" if soon is not None and soon <= now else None


def _was_given(session: Session, conversation: Conversation, warning: Kind) -> bool:
    chosen = select(ConversationEvent.seq).where(
        ConversationEvent.conversation_id == conversation.id,
        ConversationEvent.client_id == _name(conversation, warning),
    )
    return session.exec(chosen).first() is not None


def _name(conversation: Conversation, warning: Kind) -> str:
    return f"clock:{warning}:{_kept(conversation.waiting_since)}"


def _kept(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""
