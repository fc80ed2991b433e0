"""What the one door does not let in: words of blocked contacts, and a second answer to what somebody answered already."""

from sqlmodel import Session, col, select

from chat.errors import AnsweredMeanwhile, Blocked
from chat.schemas import NewEvent
from chat.tables import Conversation, ConversationEvent
from core.languages import Text
from customers.tables import Contact


def refuse_blocked(session: Session, conversation: Conversation) -> None:
    """Raise Blocked for a contact whom the shop hears no more."""
    chosen = select(Contact.blocked_at).where(Contact.id == conversation.contact_id)
    if session.exec(chosen).first() is not None:
        raise Blocked(Text("The shop takes no more messages from here."))


def refuse_second_answer(session: Session, conversation: Conversation, new: NewEvent) -> None:
    """Raise AnsweredMeanwhile when another person of the shop said something in public after `new.after`."""
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
