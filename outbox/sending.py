"""The two ends of a try: a letter is taken for sending, and what became of it is written down."""

import hashlib
import hmac
from urllib.parse import urlsplit

from sqlmodel import Session, select

from core import clock, events
from core.languages import Text
from core.logs import log
from core.security import Keys
from core.settings import Settings
from outbox import legal, queries
from outbox.actions import left_behind
from outbox.errors import NotSentYet
from outbox.events import LetterFailed, LetterSent
from outbox.mailer import Outcome
from outbox.tables import Letter, LetterAttempt


def begin(session: Session, letter_id: int, *, settings: Settings, keys: Keys) -> Letter | None:
    """Take the letter for sending, or return None when there is nothing to send (any more, or for now).

    A letter that is already "sending" on this node was left there by a process that died: the caller makes sure
    that none of this process has it. Raises NotSentYet while another node may still be talking.
    """
    letter = session.exec(select(Letter).where(Letter.id == letter_id).with_for_update()).first()
    if letter is None or letter.state not in ("planned", "sending"):
        return None
    if letter.state == "sending" and letter.sending_node != settings.node and not left_behind(letter):
        raise NotSentYet(Text("Another process is sending this letter at this moment."))
    letter.changed_at = clock.now()
    letter.waiting_for = queries.held_by(session, settings, letter.store_id)
    letter.state = "waiting" if letter.waiting_for else "sending"
    session.add(letter)
    if letter.state == "waiting":
        return None
    letter.message_id = letter.message_id or message_id(letter.cause, settings=settings, keys=keys)
    letter.sending_node, letter.sending_since = settings.node, letter.changed_at
    letter.attempts += 1
    return letter


def message_id(cause: str, *, settings: Settings, keys: Keys) -> str:
    """The letter's Message-ID without brackets: the same for the same cause here, another in every other service."""
    digest = hmac.new(keys.of("message-id"), cause.encode(), hashlib.sha256).hexdigest()[:32]
    return f"{digest}@{_host(settings)}"


def _host(settings: Settings) -> str:
    host = settings.mail_from.rpartition("@")[2] or urlsplit(settings.address).hostname or "localhost"
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError:
        return "localhost"


def finish(session: Session, letter_id: int, outcome: Outcome, *, last_attempt: bool) -> bool:
    """Write down what became of the try; returns whether the letter is to be tried again by itself.

    After the last try a letter that was put off has failed; one that only met a closed server waits for a person.
    """
    letter = session.exec(select(Letter).where(Letter.id == letter_id).with_for_update()).one()
    moment = clock.now()
    session.add(
        LetterAttempt(letter_id=letter_id, at=moment, outcome=outcome.kind, sentence=outcome.sentence.kept())
    )
    if letter.state != "sending":
        return False  # Another try has ended first, and its result stands.
    letter.sending_since, letter.changed_at = None, moment
    again = outcome.kind in ("later", "closed") and not last_attempt
    if outcome.kind == "accepted":
        _sent(session, letter)
    else:
        letter.problem = outcome.sentence.kept()
        letter.waiting_for = "server" if outcome.kind == "closed" else ""
        if again:
            letter.state = "planned"
        elif outcome.kind == "closed":
            letter.state = "waiting"
        else:
            letter.state = "failed"
            events.record(session, LetterFailed(letter_id=letter_id))
    session.add(letter)
    log("outbox").info("letter_tried", letter_id=letter_id, outcome=outcome.kind, state=letter.state)
    return again


def _sent(session: Session, letter: Letter) -> None:
    letter.state, letter.sent_at = "sent", letter.changed_at
    letter.problem, letter.waiting_for = "", ""
    if letter.purpose in legal.PRIVATE:
        # What opens an account is not kept once its reader has it.
        letter.text, letter.html = "", ""
    events.record(session, LetterSent(letter_id=letter.id))
