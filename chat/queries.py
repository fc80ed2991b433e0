"""Reading conversations. Whatever a shopper may see takes the `Shopper`; the desk's own queries stand in `chat/desk.py`."""

from collections.abc import Sequence

from sqlmodel import Session, col, select

from chat.errors import ConversationNotFound
from chat.tables import Conversation, ConversationEvent, ReadMark
from core.languages import Text
from customers.schemas import Shopper

MOST_EVENTS = 200  # Of one answer; who is farther behind asks again.


def conversation(session: Session, conversation_id: int) -> Conversation:
    """The conversation of that number, for people of the shop and jobs. Raises ConversationNotFound."""
    found = session.get(Conversation, conversation_id)
    if found is None:
        raise ConversationNotFound(Text("This conversation does not exist."))
    return found


def conversation_named(session: Session, public_id: str) -> Conversation:
    """The same by its name outside."""
    found = session.exec(select(Conversation).where(Conversation.public_id == public_id)).first()
    if found is None:
        raise ConversationNotFound(Text("This conversation does not exist."))
    return found


def conversation_seen_by(session: Session, shopper: Shopper, public_id: str) -> Conversation:
    """The shopper's own conversation of that name, or the one that it was merged into if that is theirs too.

    Raises ConversationNotFound for anybody else's.
    """
    chosen = select(Conversation).where(
        Conversation.public_id == public_id,
        Conversation.contact_id == shopper.contact_id,
        Conversation.store_id == shopper.store_id,
    )
    found = session.exec(chosen).first()
    if found is None:
        raise ConversationNotFound(Text("This conversation does not exist."))
    if found.merged_into_id is not None:
        other = session.get(Conversation, found.merged_into_id)
        if other is not None and other.contact_id == shopper.contact_id:
            return other
    return found


def conversations_seen_by(session: Session, shopper: Shopper, *, most: int = 50) -> Sequence[Conversation]:
    """The shopper's conversations, the one with the newest event first; what is spam is not told."""
    chosen = (
        select(Conversation)
        .where(Conversation.contact_id == shopper.contact_id, Conversation.store_id == shopper.store_id)
        .where(col(Conversation.merged_into_id).is_(None))
        .order_by(col(Conversation.changed_at).desc(), col(Conversation.id).desc())
        .limit(most)
    )
    return session.exec(chosen).all()


def events(
    session: Session, conversation_id: int, *, since: int, public_only: bool, most: int = MOST_EVENTS
) -> Sequence[ConversationEvent]:
    """What happened after that number, oldest first. For shoppers `public_only`, always."""
    chosen = (
        select(ConversationEvent)
        .where(ConversationEvent.conversation_id == conversation_id, col(ConversationEvent.seq) > since)
        .order_by(col(ConversationEvent.seq))
        .limit(most)
    )
    if public_only:
        chosen = chosen.where(col(ConversationEvent.public).is_(True))
    return session.exec(chosen).all()


def latest_events(
    session: Session,
    conversation_id: int,
    *,
    before: int | None = None,
    most: int = MOST_EVENTS,
    public_only: bool = False,
) -> Sequence[ConversationEvent]:
    """The newest events (before that number), oldest of them first. For shoppers `public_only`, always."""
    chosen = select(ConversationEvent).where(ConversationEvent.conversation_id == conversation_id)
    if public_only:
        chosen = chosen.where(col(ConversationEvent.public).is_(True))
    if before is not None:
        chosen = chosen.where(col(ConversationEvent.seq) < before)
    found = session.exec(chosen.order_by(col(ConversationEvent.seq).desc()).limit(most)).all()
    return found[::-1]


def read_marks(session: Session, conversation_id: int) -> dict[str, int]:
    """How far each reader has read."""
    chosen = select(ReadMark).where(ReadMark.conversation_id == conversation_id)
    return {mark.reader: mark.seq for mark in session.exec(chosen)}
