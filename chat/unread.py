"""How many answers a shopper has not read yet, over all conversations."""

from sqlmodel import Session, col, select

from chat.answers import unread_by_shopper
from chat.tables import Conversation

MOST = 200  # Conversations of one contact that are looked at; only an account of many years has more.


def unread(session: Session, contact_id: int) -> int:
    """The number of messages to that contact that stand after what was read."""
    own = select(Conversation.id).where(
        Conversation.contact_id == contact_id,
        col(Conversation.merged_into_id).is_(None),
        Conversation.state != "spam",
    )
    numbers = [number for number in session.exec(own.limit(MOST)) if number is not None]
    return sum(unread_by_shopper(session, numbers).values())
