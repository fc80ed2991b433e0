"""Letters that the service itself writes to those who run it, and the test letter among them."""

import secrets
from collections.abc import Sequence

from sqlmodel import Session

from core import clock
from core.colours import DEFAULT_ACCENT
from core.languages import Text, speaking
from core.security import Keys
from core.settings import Settings
from outbox import actions, letters, sending
from outbox.legal import Purpose
from outbox.mailer import Mailer, Outcome, OutgoingLetter
from outbox.schemas import NewLetter

SERVICE = "Aftercart"


def written(
    reader: tuple[str, str, str],
    *,
    cause: str,
    purpose: Purpose,
    subject: Text,
    sentences: Sequence[Text],
    small_print: Text,
    button: tuple[Text, str] | None = None,
    entries: Sequence[tuple[str, str, str]] = (),
) -> NewLetter:
    """A letter to that reader (address, name, language) in the service's name and in the reader's language.

    `entries` are a list in it: what, its full address, and a number beside it.
    """
    address, name, language = reader
    with speaking(language):
        title = str(subject)
        text, html = letters.framed(
            language,
            brand=SERVICE,
            accent=DEFAULT_ACCENT,
            title=title,
            paragraphs=[str(sentence) for sentence in sentences],
            entries=entries,
            button=(str(button[0]), button[1]) if button else None,
            small_print=str(small_print),
        )
    return NewLetter(
        cause=cause,
        purpose=purpose,
        legal_class="service",
        store_id=None,
        order_id=None,
        to_address=address,
        to_name=name,
        language=language,
        sender_name=SERVICE,
        reply_to="",
        subject=title,
        text=text,
        html=html,
    )


def _test_letter(reader: tuple[str, str, str]) -> NewLetter:
    return written(
        reader,
        cause=f"test:{secrets.token_hex(8)}",
        purpose="test",
        subject=Text("Test letter"),
        sentences=(
            Text("This letter has arrived, so invoices will arrive too."),
            Text("If it lies among unwanted mail, check the SPF and DKIM entries of the sender's domain."),
        ),
        small_print=Text("Automatic message of your Aftercart service. Somebody there asked for a test."),
    )


def hand_in_test_letter(session: Session, *, to_address: str, name: str = "", language: str) -> int:
    """A letter that only shows that letters arrive; returns its number. All switches hold it like any other."""
    return actions.hand_in(session, _test_letter((to_address, name, language)))


def send_test_letter(
    mailer: Mailer, *, to_address: str, language: str, settings: Settings, keys: Keys
) -> Outcome:
    """The same without the outbox, at once: for a command that shows what became of it."""
    letter = _test_letter((to_address, "", language))
    return mailer.send(
        OutgoingLetter(
            message_id=sending.message_id(letter.cause, settings=settings, keys=keys),
            moment=clock.now(),
            sender_name=letter.sender_name,
            reply_to=letter.reply_to,
            to_address=letter.to_address,
            to_name=letter.to_name,
            language=letter.language,
            subject=letter.subject,
            text=letter.text,
            html=letter.html,
        )
    )
