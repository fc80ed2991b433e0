"""The outbox's work outside requests: sending, letting waiting letters go, holding a store that has moved."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from core.database import Database
from core.errors import AftercartError
from core.files import Files
from core.languages import Text
from core.security import Keys
from core.settings import Settings
from outbox import actions, sending
from outbox.errors import NotSentYet
from outbox.mailer import Enclosure, Mailer, Outcome, OutgoingLetter
from outbox.tables import Letter

# With delays that double from 5 s to an hour these tries span two days; RFC 5321 4.5.4.1 asks for at least four or
# five days between servers, but an invoice two days late is better looked at by a person.
SEND_ATTEMPTS = 57

_in_hand: set[tuple[str, int]] = set()
_lock = threading.Lock()


@contextmanager
def _alone(database: Database, letter_id: int) -> Iterator[bool]:
    """Whether no other thread of this process has the letter; it is ours inside the block then."""
    ours = (database.address, letter_id)
    with _lock:
        alone = ours not in _in_hand
        if alone:
            _in_hand.add(ours)
    try:
        yield alone
    finally:
        if alone:
            with _lock:
                _in_hand.discard(ours)


def send(
    database: Database,
    *,
    settings: Settings,
    keys: Keys,
    files: Files,
    mailer: Mailer,
    last_attempt: bool,
    letter_id: int,
) -> None:
    """Try once to send the letter; a letter that was sent, set aside or is held changes nothing.

    After a crash between the server's yes and our note of it the letter leaves again with the same Message-ID.
    Raises NotSentYet when another try makes sense.
    """
    with _alone(database, letter_id) as alone:
        if not alone:
            return  # Whoever has it also takes care of its further tries.
        with database.writing() as session:
            letter = sending.begin(session, letter_id, settings=settings, keys=keys)
        if letter is None:
            return
        outcome = _tried(letter, files, mailer)
        with database.writing() as session:
            again = sending.finish(session, letter_id, outcome, last_attempt=last_attempt)
    if again:
        # The reason stands in the letter; a server's words may hold addresses, which are not for the log.
        raise NotSentYet(Text("The letter could not be sent yet; its page says why."))


def _tried(letter: Letter, files: Files, mailer: Mailer) -> Outcome:
    try:
        enclosures = tuple(
            Enclosure(given["filename"], given["content_type"], files.read(given["digest"]))
            for given in letter.attachments
        )
    except AftercartError as problem:
        return Outcome("refused", Text("The attached file is missing: %(problem)s", problem=problem.sentence))
    return mailer.send(
        OutgoingLetter(
            message_id=letter.message_id,
            moment=letter.changed_at,
            sender_name=letter.sender_name,
            reply_to=letter.reply_to,
            to_address=letter.to_address,
            to_name=letter.to_name,
            language=letter.language,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
            enclosures=enclosures,
        )
    )


def release_waiting(database: Database, *, settings: Settings, silent: bool) -> None:
    """Let go, batch by batch, of all waiting letters that nothing holds any more."""
    after_id: int | None = 0
    while after_id is not None:
        with database.writing() as session:
            after_id = actions.release_batch(session, settings, silent=silent, after_id=after_id)


def pause_for_address(database: Database, *, store_id: int, address: str, noticed_at: str = "") -> None:
    """Hold the letters of a store that answers with another address than before, and ask.

    `noticed_at` only tells a later change to the same address apart.
    """
    with database.writing() as session:
        actions.pause_for_address(session, store_id, address)
