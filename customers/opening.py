"""Opening the chat in a browser: which contact it speaks for from now on.

What proves nothing makes a stranger and is never an error. A browser that was signed in and is not any more, or is
signed in as somebody else, starts anew: what was said before belongs to the account.
"""

from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import Session, select

from connector.shopper_tokens import Vouched
from connector.tables import ShopCustomer
from core import clock
from customers import actions, queries
from customers.tables import Contact, ContactDevice

# The widget asks the shop again before this ends; a browser that was closed meanwhile is signed out after it.
GRACE = timedelta(minutes=10)
# A device that is used lives on; its end is written at most once a day.
RENEWED_BEFORE = timedelta(days=29)


@dataclass(frozen=True)
class Opened:
    """The browser's device; `token` only when it is a new one, `joined` the contact that turned out to be this one."""

    device: ContactDevice
    contact: Contact
    token: str = field(default="", repr=False)
    joined_id: int | None = None


def open_session(
    session: Session, store_id: int, *, token: str, vouched: Vouched | None, language: str
) -> Opened:
    """Whom the browser with that token (or none) speaks for, given what the shop says of it now."""
    known = queries.device_with(session, store_id, token)
    if vouched is not None:
        return _signed_in(session, store_id, known, vouched, language)
    if known is not None and _may_stay(known[0], known[1]):
        device, contact = known
        _seen(session, device, contact)
        return Opened(device, contact)
    if known is not None:
        actions.forget_device(session, known[0])
    fresh, device, contact = actions.open_device(session, store_id, language=language)
    return Opened(device, contact, fresh)


def _may_stay(device: ContactDevice, contact: Contact) -> bool:
    """Whether the browser may go on without the shop's word. One that had it before has signed out."""
    return device.account_until is None and queries.speaks(device, contact)


def _signed_in(
    session: Session,
    store_id: int,
    known: tuple[ContactDevice, Contact] | None,
    vouched: Vouched,
    language: str,
) -> Opened:
    contact = _contact_of(session, store_id, vouched.customer_remote_id, language)
    until = vouched.until + GRACE
    if known is not None and known[1].id == contact.id and known[0].account_until is not None:
        device = known[0]
        device.account_until = max(device.account_until or until, until)
        device.speaks_until = device.account_until
        _seen(session, device, contact)
        return Opened(device, contact)
    joined_id = None
    if known is not None:
        # A token from before the sign-in, which somebody may have copied, must not open the account.
        actions.forget_device(session, known[0])
        if _is_same_person(known[1], contact):
            joined_id = known[1].id
            actions.join(session, known[1], contact)
    token, device = actions.make_device(session, contact, account_until=until)
    _seen(session, device, contact)
    return Opened(device, contact, token, joined_id)


def _contact_of(session: Session, store_id: int, number: int, language: str) -> Contact:
    """The contact of that account; made when it is missing, with what the shop has told of the customer."""
    found = actions.contact_of_account(session, store_id, number, language=language)
    told = session.exec(
        select(ShopCustomer).where(ShopCustomer.store_id == store_id, ShopCustomer.remote_id == number)
    ).first()
    if told is not None:
        found.name = told.person or found.name
        if found.email_proven_at is None:
            found.email = told.email.strip().lower() or found.email
    session.add(found)
    session.flush()
    return found


def _is_same_person(guest: Contact, account: Contact) -> bool:
    """Whether what was said before signing in is the account's too: not when it was said under another name.

    Several people use one computer; an address that is not the account's, or another account, keeps them apart.
    """
    if guest.customer_remote_id or guest.joined_into_id is not None or guest.blocked_at is not None:
        return False
    return not guest.email or guest.email == account.email


def _seen(session: Session, device: ContactDevice, contact: Contact) -> None:
    moment = clock.now()
    device.seen_at = contact.seen_at = moment
    if device.expires_at < moment + RENEWED_BEFORE:
        device.expires_at = moment + actions.DEVICE_LIFETIME
    session.add_all([device, contact])
    session.flush()
