"""The outbox's verbs: hand a letter in, let it go, set it aside; hold sending and go on with it."""

from dataclasses import asdict
from datetime import timedelta

from sqlalchemy import ColumnElement, and_, func, or_
from sqlmodel import Session, col, select

from core import clock, jobs
from core.database import upsert
from core.languages import Text
from core.settings import Settings
from outbox import legal, queries
from outbox.errors import LetterIsOnItsWay
from outbox.schemas import NewLetter
from outbox.tables import Letter, SendingPause, SendingSwitch

# Letters released in one transaction: at 1 to 2 ms each the writer's place is held for less than a tenth of a second.
BATCH = 50
# No talk with a mail server lasts longer (some eight answers of 30 s each); a letter that is "sending" for longer
# was left behind by a process that is gone.
LEASE = timedelta(minutes=10)
ADDRESS_CHANGED = "address"


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
        "message_id": "",
        "sending_node": "",
        "created_at": moment,
        "changed_at": moment,
    }


# -- one letter --------------------------------------------------------------------------------------------------


def send_now(session: Session, letter_id: int) -> None:
    """Let a letter go that waits, failed or was set aside, or try a planned one at once.

    Raises LetterNotFound, and LetterIsOnItsWay when it is being sent or was.
    """
    letter = queries.letter(session, letter_id)
    if letter.state == "sent" or (letter.state == "sending" and not left_behind(letter)):
        raise LetterIsOnItsWay(Text("This letter was sent already or is being sent at this moment."))
    _let_go(session, letter)


def _let_go(session: Session, letter: Letter) -> None:
    if letter.state != "sending":  # A letter left behind stays as it is; the job takes it over.
        letter.state = "planned"
        letter.waiting_for = ""
        letter.changed_at = clock.now()
    session.add(letter)
    jobs.request(session, "outbox.send", str(letter.id), letter_id=letter.id)


def left_behind(letter: Letter) -> bool:
    """Whether the process that was sending this letter must be gone."""
    return letter.sending_since is not None and letter.sending_since < clock.now() - LEASE


def cancel(session: Session, letter_id: int) -> None:
    """Set a letter aside that was not sent; `send_now` takes that back. Raises LetterNotFound, LetterIsOnItsWay."""
    letter = queries.letter(session, letter_id)
    if letter.state in ("sent", "sending"):
        raise LetterIsOnItsWay(Text("This letter was sent already or is being sent at this moment."))
    letter.state = "cancelled"
    letter.waiting_for = ""
    letter.changed_at = clock.now()
    session.add(letter)


# -- all that wait -----------------------------------------------------------------------------------------------


def release(session: Session, *, silent: bool = False) -> int:
    """Let go of all letters that wait for settings, switch, pause or server, and return how many there are.

    Those that something still holds go on waiting. Letters that wait for a person's word go only with `silent`,
    and then alone.
    """
    found = session.exec(select(func.count()).select_from(Letter).where(_held_back(silent=silent))).one()
    jobs.request(session, "outbox.release_waiting", "silent" if silent else "held", silent=silent)
    return int(found)


def release_batch(session: Session, settings: Settings, *, silent: bool, after_id: int) -> int | None:
    """Let go of the next letters after that one; returns the last one looked at, None at the end."""
    letters = session.exec(
        select(Letter)
        .where(_held_back(silent=silent), col(Letter.id) > after_id)
        .order_by(col(Letter.id))
        .limit(BATCH)
        .with_for_update()
    ).all()
    for letter in letters:
        held = queries.held_by(session, settings, letter.store_id)
        if held and not silent:
            letter.waiting_for = held
            session.add(letter)
        else:
            _let_go(session, letter)
    return letters[-1].id if len(letters) == BATCH else None


def _held_back(*, silent: bool) -> ColumnElement[bool]:
    if silent:
        return and_(col(Letter.state) == "waiting", col(Letter.waiting_for) == "release")
    return or_(
        and_(col(Letter.state) == "waiting", col(Letter.waiting_for) != "release"),
        and_(col(Letter.state) == "planned", col(Letter.waiting_for) == "server"),
        and_(col(Letter.state) == "sending", col(Letter.sending_since) < clock.now() - LEASE),
    )


# -- switches ----------------------------------------------------------------------------------------------------


def pause_store(session: Session, store_id: int, reason: str, *, address: str = "") -> None:
    """Hold all letters of that store until a person says otherwise. `reason` is shown as it is written."""
    pause = session.get(SendingPause, store_id) or SendingPause(
        store_id=store_id, reason=reason, paused_at=clock.now()
    )
    pause.reason, pause.address, pause.paused_at = reason, address, clock.now()
    pause.answer, pause.answered_by, pause.answered_at = "", "", None
    session.add(pause)
    session.flush()


def pause_for_address(session: Session, store_id: int, address: str) -> None:
    """Hold the store's letters because it answers with another address, perhaps as a staging copy, and ask.

    Once a person has answered for that address it is not asked about again.
    """
    pause = session.get(SendingPause, store_id)
    if pause is None or pause.address != address:
        pause_store(session, store_id, ADDRESS_CHANGED, address=address)


def resume_store(session: Session, store_id: int, *, by: str = "") -> None:
    """Go on sending for that store; what waited for it goes out. Without a pause nothing happens."""
    if _answer(session, store_id, "resume", by):
        release(session)


def keep_paused(session: Session, store_id: int, *, by: str = "") -> None:
    """The question is answered: the store's letters stay held."""
    _answer(session, store_id, "keep", by)


def _answer(session: Session, store_id: int, answer: str, by: str) -> bool:
    pause = queries.pause_of(session, store_id)
    if pause is None:
        return False
    pause.answer, pause.answered_by, pause.answered_at = answer, by, clock.now()
    session.add(pause)
    session.flush()
    return True


def switch_sending(session: Session, *, on: bool, by: str) -> None:
    """Hold all letters of all stores, or go on; what waited for the switch goes out."""
    row = {"id": 1, "on": on, "changed_by": by, "changed_at": clock.now()}
    upsert(session, SendingSwitch, [row], key=["id"])
    if on:
        release(session)
