"""What tests of the outbox do and look at again and again."""

from typing import Any

from core.database import Database
from outbox import actions, jobs, queries
from outbox.tables import Letter

from .factories import new_letter


def handed_in(database: Database, **changes: Any) -> int:
    """The number of a letter that was just handed in."""
    with database.writing() as session:
        return actions.hand_in(session, new_letter(**changes))


def letter_of(database: Database, letter_id: int) -> Letter:
    with database.reading() as session:
        return queries.letter(session, letter_id)


def state(database: Database, letter_id: int) -> tuple[str, str]:
    """The letter's state, and what it waits for."""
    letter = letter_of(database, letter_id)
    return letter.state, letter.waiting_for


def try_once(
    services: dict[str, Any], database: Database, letter_id: int, *, last_attempt: bool = False
) -> None:
    """Run the sending job by hand."""
    wanted = {name: services[name] for name in ("settings", "keys", "files", "mailer")}
    jobs.send(database, **wanted, last_attempt=last_attempt, letter_id=letter_id)
