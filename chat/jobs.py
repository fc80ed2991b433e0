"""The conversations' work outside requests. Every job may run twice and does a bounded piece of work at a time."""

from chat import alerts, assigning, rounds, transcripts
from chat.queries import conversation as conversation_of
from core.database import Database
from core.security import Keys
from core.settings import Settings


def find_person(database: Database, *, settings: Settings, conversation_id: int, seq: int) -> None:
    """Somebody waits: give the conversation to whose turn it is; write to people when none of them is there."""
    with database.writing() as session:
        if assigning.give_by_turn(session, conversation_id) is None:
            assigning.give_on(session, conversation_id)
        if not alerts.somebody_is_there(session):
            found = conversation_of(session, conversation_id)
            concerned = alerts.who_cares(session, found)
            alerts.hand_in(session, found, "wanted", concerned, address=settings.address)


def send_transcript(
    database: Database, *, settings: Settings, keys: Keys, conversation_id: int, seq: int, address: str
) -> None:
    """Mail the conversation up to that event to its contact. A second run finds the letter handed in already."""
    with database.writing() as session:
        transcripts.hand_in(
            session, keys, conversation_id, seq=seq, address=address, service=settings.address
        )


def tick(database: Database, *, settings: Settings) -> None:
    """Every few seconds: open what was put aside until now, warn of targets, give on what waits for somebody away."""
    rounds.wake_snoozed(database)
    rounds.warn_of_targets(database, address=settings.address)
    rounds.give_on_waiting(database)
