"""The outbox's verbs: hand a letter in, let it go, try it again, set it aside."""

from dataclasses import asdict

from sqlmodel import Session, select

from core import clock, jobs
from core.database import upsert
from outbox import legal
from outbox.schemas import NewLetter
from outbox.tables import Letter

# Letters released in one transaction; at about 1 ms each the writer's place is held for a twentieth of a second.
BATCH = 50


def hand_in(session: Session, letter: NewLetter) -> int:
    """Take a letter to be sent, in the caller's transaction, and return its number.

    Handing in the same cause again returns the existing letter and changes nothing. Raises NotThisClass when the
    letter's purpose does not allow its legal class.
    """
    legal.check(letter.purpose, letter.legal_class)
    # A second transaction with the same cause waits here for the first and then changes nothing.
    upsert(session, Letter, [_row(letter)], key=["cause"], update=[])
    kept = session.exec(select(Letter).where(Letter.cause == letter.cause)).one()
    if kept.state == "planned":
        jobs.enqueue(session, "outbox.send", str(kept.id), letter_id=kept.id)
    return kept.id


def _row(letter: NewLetter) -> dict[str, object]:
    given = asdict(letter)
    silent = given.pop("silent_until_released")
    moment = clock.now()
    return {
        **given,
        "subject": " ".join(letter.subject.split()),
        "attachments": [asdict(attachment) for attachment in letter.attachments],
        "state": "waiting" if silent else "planned",
        "waiting_for": "release" if silent else "",
        "attempts": 0,
        "problem": "",
        "problem_source": {},
        "message_id": "",
        "sending_node": "",
        "created_at": moment,
        "changed_at": moment,
    }
