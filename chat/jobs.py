"""The conversations' work outside requests."""

from sqlmodel import col, select

from chat import handling
from chat.tables import Conversation
from core import clock
from core.database import Database

AT_A_TIME = 200  # Conversations looked through in one run; the next one comes within a minute.


def wake_snoozed(database: Database) -> None:
    """Every few seconds: open what was put aside until now. A second run finds nothing."""
    with database.reading() as session:
        chosen = (
            select(Conversation.id)
            .where(col(Conversation.snoozed_until) <= clock.now())
            .order_by(col(Conversation.snoozed_until))
            .limit(AT_A_TIME)
        )
        due = session.exec(chosen).all()
    for number in due:
        with database.writing() as session:
            handling.wake(session, int(number or 0))
