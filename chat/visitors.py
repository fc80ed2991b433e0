"""What a shopper says of themselves before or while they write, and whether the shop still listens to them."""

from sqlmodel import Session

from chat.errors import Blocked
from core import clock
from core.languages import Text
from customers import queries as people
from customers.schemas import Shopper

LONGEST_NAME = 100


def refuse_blocked(session: Session, shopper: Shopper) -> None:
    """Raise Blocked when the shop takes nothing more from this contact."""
    if people.contact(session, shopper.contact_id).blocked_at is not None:
        raise blocked()


def blocked() -> Blocked:
    """What somebody reads from whom the shop takes no messages."""
    return Blocked(Text("This shop does not take messages from here any more."))


def keep_what_is_said(session: Session, shopper: Shopper, *, name: str, email: str, consent: bool) -> None:
    """Keep name and address as they were typed; what is proven already is not replaced by what is merely said."""
    contact = people.contact(session, shopper.contact_id)
    name = readable(name)
    if name and not contact.customer_remote_id:
        contact.name = name
    if email and contact.email_proven_at is None and not contact.customer_remote_id:
        contact.email = email.strip().lower()
    if consent and contact.consented_at is None:
        contact.consented_at = clock.now()
    session.add(contact)
    session.flush()


def readable(name: str) -> str:
    """A name in one line, without signs that nobody sees."""
    spaced = "".join(" " if letter.isspace() else letter for letter in name)
    return " ".join("".join(letter for letter in spaced if letter.isprintable()).split())[:LONGEST_NAME]
