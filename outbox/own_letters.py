"""Letters that the service itself writes: to an owner when something needs a hand, and to try the way out."""

import secrets
from collections.abc import Iterable

from sqlmodel import Session

from core.languages import Text, speaking
from outbox import actions, letters
from outbox.legal import Purpose
from outbox.schemas import NewLetter

SERVICE = "Aftercart"


def alert_owners(
    session: Session,
    *,
    incident: str,
    subject: Text,
    sentence: Text,
    action: tuple[Text, str] | None,
    owners: Iterable[tuple[str, str, str]],
) -> list[int]:
    """Tell each owner (address, name, language) once about that incident; returns the letters' numbers.

    `incident` names what happened and when it began, such as "sync:3:2026-11-23T10:00". `action` is the button:
    its words and the full address of the page where something can be done.
    """
    return [
        _hand_in(
            session,
            cause=f"alert:{incident}:{address.lower()}",
            purpose="alert",
            reader=(address, name, language),
            subject=subject,
            sentences=(sentence,),
            action=action,
            small_print=Text("Automatic message of your Aftercart service, sent once for this incident."),
        )
        for address, name, language in owners
    ]


def write_test_letter(session: Session, to_address: str, language: str, *, name: str = "") -> int:
    """Hand in a letter that only shows that letters arrive; returns its number. All switches hold it too."""
    return _hand_in(
        session,
        cause=f"test:{secrets.token_hex(8)}",
        purpose="test",
        reader=(to_address, name, language),
        subject=Text("Test letter"),
        sentences=(
            Text("This letter has arrived, so invoices will arrive too."),
            Text("If it landed among unwanted mail, check the SPF and DKIM entries of the sender's domain."),
        ),
        action=None,
        small_print=Text(
            "Automatic message of your Aftercart service, sent because somebody asked for a test."
        ),
    )


def _hand_in(
    session: Session,
    *,
    cause: str,
    purpose: Purpose,
    reader: tuple[str, str, str],
    subject: Text,
    sentences: tuple[Text, ...],
    action: tuple[Text, str] | None,
    small_print: Text,
) -> int:
    address, name, language = reader
    with speaking(language):
        title = str(subject)
        text, html = letters.framed(
            language,
            brand=SERVICE,
            accent=letters.DEFAULT_ACCENT,
            title=title,
            paragraphs=[str(sentence) for sentence in sentences],
            button=(str(action[0]), action[1]) if action else None,
            small_print=str(small_print),
        )
    return actions.hand_in(
        session,
        NewLetter(
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
        ),
    )
