"""The conversations' work outside requests. Every job may run twice and does a bounded piece of work at a time."""

from sqlmodel import Session

from chat import alerts, assigning, figures, retention, rounds, transcripts
from chat.queries import conversation as conversation_of
from connector import queries as shops
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


def erase_old(database: Database) -> None:
    """Every night: erase conversations that were resolved longer ago than the shop wants to keep them."""
    with database.reading() as session:
        limits = {number: retention.before(session, number) for number in _stores(session)}
    for store_id, moment in limits.items():
        more = moment is not None
        while more and moment is not None:
            with database.writing() as session:
                more = retention.erase_some(session, store_id, moment)


def measure(database: Database) -> None:
    """Every night: see how long people lately took for a first answer, for what shoppers are promised."""
    with database.reading() as session:
        stores = _stores(session)
    for store_id in stores:
        with database.writing() as session:
            figures.measure(session, shops.store(session, store_id))


def _stores(session: Session) -> list[int]:
    return [int(one.id or 0) for one in shops.stores(session)]
