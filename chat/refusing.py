"""What is not taken into a conversation, and from whom."""

from dataclasses import replace

from sqlmodel import Session, col, select

from chat.errors import AnsweredMeanwhile, Blocked, MessageRefused
from chat.schemas import LONGEST_CLIENT_ID, LONGEST_MESSAGE_BYTES, NewEvent
from chat.tables import Conversation, ConversationEvent
from core.languages import Text
from customers.tables import Contact


def checked(new: NewEvent) -> NewEvent:
    """The event with its text trimmed. Raises MessageRefused for what is no message."""
    text = new.text.strip()
    if "\0" in text:
        raise MessageRefused(Text("The message holds characters that are no text."))
    if len(text.encode("utf-8", "surrogatepass")) > LONGEST_MESSAGE_BYTES:
        raise MessageRefused(Text("The message is too long. Please divide it into several."))
    if new.kind in ("message", "note") and not text and not (new.data or {}).get("attachments"):
        raise MessageRefused(Text("Please write something."))
    if new.client_id is not None and not 0 < len(new.client_id) <= LONGEST_CLIENT_ID:
        raise MessageRefused(Text("The message has no usable number of its own."))
    return replace(new, text=text)


def refuse_blocked(session: Session, conversation: Conversation) -> None:
    chosen = select(Contact.blocked_at).where(Contact.id == conversation.contact_id)
    if session.exec(chosen).first() is not None:
        raise Blocked(Text("The shop takes no more messages from here."))


def refuse_second_answer(session: Session, conversation: Conversation, new: NewEvent) -> None:
    chosen = (
        select(ConversationEvent)
        .where(
            ConversationEvent.conversation_id == conversation.id,
            col(ConversationEvent.seq) > new.after,
            ConversationEvent.kind == "message",
            ConversationEvent.author == "agent",
            col(ConversationEvent.staff_id).is_distinct_from(new.author.staff_id),
        )
        .order_by(col(ConversationEvent.seq).desc())
    )
    other = session.exec(chosen).first()
    if other is not None:
        raise AnsweredMeanwhile(
            Text("Somebody else has answered meanwhile."),
            seq=other.seq,
            staff_id=other.staff_id,
            text=other.text,
        )
