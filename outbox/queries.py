"""Reading the outbox: letters, their tries, and what holds sending back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, select

from core.languages import Text
from core.settings import Settings
from outbox.errors import LetterNotFound
from outbox.tables import Letter, LetterAttempt, SendingPause, SendingSwitch

STATES = ("planned", "waiting", "sending", "sent", "failed", "cancelled")
WAITING_FOR = ("release", "settings", "switch", "pause", "server")
PAGE = 50


def letter(session: Session, letter_id: int) -> Letter:
    """That letter. Raises LetterNotFound."""
    found = session.get(Letter, letter_id)
    if found is None:
        raise LetterNotFound(Text("There is no such letter here."))
    return found


def letter_of_cause(session: Session, cause: str) -> Letter | None:
    """The one letter that this cause has made, if it has."""
    return session.exec(select(Letter).where(Letter.cause == cause)).first()


def letters_of_order(session: Session, order_id: int) -> Sequence[Letter]:
    """All letters about that order (our number of it), oldest first."""
    return session.exec(select(Letter).where(Letter.order_id == order_id).order_by(col(Letter.id))).all()


def attempts_of(session: Session, letter_id: int) -> Sequence[LetterAttempt]:
    """The tries to send that letter, oldest first."""
    return session.exec(
        select(LetterAttempt).where(LetterAttempt.letter_id == letter_id).order_by(col(LetterAttempt.id))
    ).all()


def letters(
    session: Session, *, state: str = "", words: str = "", before_id: int | None = None
) -> Sequence[Letter]:
    """A page of letters, newest first; `words` is a part of an address, `before_id` the last letter of the page before."""
    chosen = select(Letter).order_by(col(Letter.id).desc()).limit(PAGE)
    if state:
        chosen = chosen.where(Letter.state == state)
    if words:
        chosen = chosen.where(func.lower(Letter.to_address).contains(words.strip().lower(), autoescape=True))
    if before_id is not None:
        chosen = chosen.where(col(Letter.id) < before_id)
    return session.exec(chosen).all()


def counts(session: Session) -> dict[str, int]:
    """How many letters are in each state (states without letters are 0)."""
    found = dict(session.exec(select(Letter.state, func.count()).group_by(Letter.state)).all())
    return {state: int(found.get(state, 0)) for state in STATES}


def waiting_counts(session: Session) -> dict[str, int]:
    """How many letters wait for what: release, settings, switch, pause, server (none is 0)."""
    rows = session.exec(
        select(Letter.waiting_for, func.count()).where(Letter.state == "waiting").group_by(Letter.waiting_for)
    ).all()
    return dict.fromkeys(WAITING_FOR, 0) | {reason: int(count) for reason, count in rows}


@dataclass(frozen=True)
class Trouble:
    """A mail server that takes no letters at all: what it said (a kept text), how many wait for it, since when."""

    problem: str
    letters: int
    since: datetime


def troubles(session: Session) -> list[Trouble]:
    """What keeps all letters from leaving, although they are tried again; most letters first."""
    rows = session.exec(
        select(Letter.problem, func.count(), func.min(Letter.created_at))
        .where(col(Letter.state).in_(("planned", "waiting")), Letter.waiting_for == "server")
        .group_by(Letter.problem)
        .order_by(func.count().desc())
    ).all()
    return [Trouble(problem, int(count), since) for problem, count, since in rows]


def shop_name(session: Session, store_id: int) -> str:
    """How that store last signed a letter; "" before its first one."""
    last = select(Letter.sender_name).where(Letter.store_id == store_id).order_by(col(Letter.id).desc())
    return session.exec(last.limit(1)).first() or ""


def pause_of(session: Session, store_id: int | None, *, lock: bool = False) -> SendingPause | None:
    """What holds sending for that store at present, if anything does."""
    if store_id is None:
        return None
    found = session.get(SendingPause, store_id, with_for_update=_shared(lock=lock))
    return found if found is not None and found.answer != "resume" else None


def pauses(session: Session) -> Sequence[SendingPause]:
    """The stores whose sending is held at present."""
    return session.exec(
        select(SendingPause).where(SendingPause.answer != "resume").order_by(col(SendingPause.paused_at))
    ).all()


def switch(session: Session, *, lock: bool = False) -> SendingSwitch | None:
    """The switch for all sending as the console has set it; None means that nobody ever touched it (on)."""
    return session.get(SendingSwitch, 1, with_for_update=_shared(lock=lock))


def _shared(*, lock: bool) -> dict[str, bool] | None:
    return {"read": True} if lock else None


def held_by(session: Session, settings: Settings, store_id: int | None) -> str:
    """What holds the letters of that store back at this moment: "settings", "switch", "pause" or "".

    For writing sessions: until they end nobody can let go, so a letter is never put aside just after the last look
    of whoever lets the waiting ones go.
    """
    if not settings.smtp_host or not settings.mail_from:
        return "settings"
    turned = switch(session, lock=True)
    if not settings.sending or (turned is not None and not turned.on):
        return "switch"
    return "pause" if pause_of(session, store_id, lock=True) else ""
