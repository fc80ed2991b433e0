"""What becomes of conversations when something is learned about people. Every job may run twice."""

from chat import erasing, joining
from core.database import Database


def move_conversations(database: Database, *, contact_id: int, into_id: int) -> None:
    """Two contacts are one person: what the one said goes to the other."""
    with database.writing() as session:
        joining.move(session, contact_id, into_id)


def forget_silent(database: Database) -> None:
    """Every night: forget people who opened the chat, never wrote a word, and did not come back for a month."""
    with database.writing() as session:
        erasing.forget_silent(session)
