"""What people of the shop have begun to write, and which notes that name them they have seen."""

from sqlmodel import Session, col, select

from chat.desk_tables import Mention, ReplyDraft
from chat.schemas import LONGEST_MESSAGE_BYTES
from chat.tables import Conversation
from core import clock
from core.database import upsert


def keep(session: Session, conversation: Conversation, *, staff_id: int, text: str, note: bool) -> None:
    """Keep what was begun; nothing is left of a text that was taken back."""
    number = int(conversation.id or 0)
    if not text.strip():
        forget(session, conversation, staff_id=staff_id)
        return
    row = {
        "conversation_id": number,
        "staff_id": staff_id,
        "text": text[:LONGEST_MESSAGE_BYTES],
        "note": note,
        "changed_at": clock.now(),
    }
    upsert(session, ReplyDraft, [row], key=["conversation_id", "staff_id"])


def forget(session: Session, conversation: Conversation, *, staff_id: int) -> None:
    """What was begun is sent or given up."""
    found = session.get(ReplyDraft, (int(conversation.id or 0), staff_id))
    if found is not None:
        session.delete(found)
        session.flush()


def see_mentions(session: Session, conversation: Conversation, *, staff_id: int, seq: int) -> None:
    """This person has read the notes up to that number."""
    chosen = select(Mention).where(
        Mention.conversation_id == conversation.id,
        Mention.staff_id == staff_id,
        col(Mention.seq) <= seq,
        col(Mention.seen_at).is_(None),
    )
    for found in session.exec(chosen):
        found.seen_at = clock.now()
        session.add(found)
    session.flush()
