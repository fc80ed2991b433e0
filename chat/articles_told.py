"""Telling the knowledge base which of its articles did not do: their readers asked a person afterwards."""

from sqlmodel import Session, col, select

from chat import actions, queries
from chat.tables import ConversationEvent, ReadMark
from core.database import Database
from faq import voting

READER = "learning"  # As which the events are read that are counted already.


def count_asked_person(database: Database, *, conversation_id: int, seq: int) -> None:
    """Count each article that the bot told before the hand-over `seq`, once; a second run counts nothing."""
    with database.writing() as session:
        event = session.get(ConversationEvent, (conversation_id, seq))
        if event is None or event.kind != "handed_over":
            return
        mark = session.get(ReadMark, (conversation_id, READER), with_for_update=True)
        since = mark.seq if mark else 0
        for article_id, locale in sorted(_told(session, conversation_id, since, seq)):
            voting.asked_person(session, article_id=article_id, locale=locale)
        conversation = queries.conversation(session, conversation_id)
        actions.mark_read(session, conversation, reader=READER, seq=seq)


def _told(session: Session, conversation_id: int, since: int, until: int) -> set[tuple[int, str]]:
    chosen = select(ConversationEvent).where(
        ConversationEvent.conversation_id == conversation_id,
        col(ConversationEvent.seq) > since,
        col(ConversationEvent.seq) < until,
        ConversationEvent.kind == "message",
        ConversationEvent.author == "bot",
    )
    told = [event.data.get("article") for event in session.exec(chosen)]
    return {(one["id"], one["locale"]) for one in told if one}
