"""How many answers a shopper has not read yet."""

from collections.abc import Sequence

from sqlalchemy import and_, func
from sqlmodel import Session, col, select

from chat.tables import Conversation, ConversationEvent, ReadMark


def unread_by_conversation(session: Session, conversation_ids: Sequence[int]) -> dict[int, int]:
    """What others said in each of those conversations after the shopper's mark; those with nothing are left out."""
    chosen = (
        select(ConversationEvent.conversation_id, func.count())
        .outerjoin(
            ReadMark,
            and_(
                col(ReadMark.conversation_id) == ConversationEvent.conversation_id,
                col(ReadMark.reader) == "shopper",
            ),
        )
        .where(
            col(ConversationEvent.conversation_id).in_(conversation_ids),
            col(ConversationEvent.public).is_(True),
            ConversationEvent.kind == "message",
            ConversationEvent.author != "shopper",
            col(ConversationEvent.seq) > func.coalesce(ReadMark.seq, 0),
        )
        .group_by(col(ConversationEvent.conversation_id))
    )
    return dict(session.exec(chosen).all()) if conversation_ids else {}


def unread(session: Session, contact_id: int) -> int:
    """The same of all conversations of a contact together."""
    own = select(Conversation.id).where(
        Conversation.contact_id == contact_id,
        col(Conversation.merged_into_id).is_(None),
        Conversation.state != "spam",
    )
    numbers = [number for number in session.exec(own.limit(MOST)) if number is not None]
    return sum(unread_by_conversation(session, numbers).values())


MOST = 200  # Conversations of one contact that are looked at; only an account of many years has more.
