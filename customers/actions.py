"""The verbs of people: making a contact and its devices, joining two that are one, forgetting."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from core import clock
from core.database import upsert
from core.events import record
from customers.events import ContactsJoined
from customers.queries import contact_of_customer, digest_of
from customers.tables import ONE_OF_AN_ACCOUNT, Contact, ContactDevice

DEVICE_LIFETIME = timedelta(days=30)
# How long a code that came by mail opens what it is for: the parcel that is asked about today is asked about tomorrow
# with another one.
MAILBOX_LIFETIME = timedelta(hours=24)


def contact_of_account(session: Session, store_id: int, customer_remote_id: int, *, language: str) -> Contact:
    """The contact of that account of the shop, made when there is none; two at once find the same one."""
    row = {
        "public_id": secrets.token_urlsafe(18),
        "store_id": store_id,
        "name": "",
        "email": "",
        "customer_remote_id": customer_remote_id,
        "language": language,
        "created_at": clock.now(),
        "seen_at": clock.now(),
    }
    found = contact_of_customer(session, store_id, customer_remote_id)
    if found is None:
        key = ["store_id", "customer_remote_id"]
        upsert(session, Contact, [row], key=key, update=[], where=ONE_OF_AN_ACCOUNT)
        found = contact_of_customer(session, store_id, customer_remote_id)
    if found is None:
        raise LookupError("a contact that was just made is not there")
    return found


def make_device(
    session: Session, contact: Contact, *, account_until: datetime | None = None
) -> tuple[str, ContactDevice]:
    """Make a device that speaks for the contact; the token is told only here."""
    moment = clock.now()
    token = secrets.token_urlsafe(32)
    device = ContactDevice(
        contact_id=int(contact.id or 0),
        token_digest=digest_of(token),
        account_until=account_until,
        speaks_until=account_until,
        created_at=moment,
        seen_at=moment,
        expires_at=moment + DEVICE_LIFETIME,
    )
    session.add(device)
    session.flush()
    return token, device


def open_device(session: Session, store_id: int, *, language: str) -> tuple[str, ContactDevice, Contact]:
    """Make a contact of whom nothing is known, and a device that speaks for it; the token is told only here."""
    moment = clock.now()
    contact = Contact(
        public_id=secrets.token_urlsafe(18),
        store_id=store_id,
        language=language,
        created_at=moment,
        seen_at=moment,
    )
    session.add(contact)
    session.flush()
    token, device = make_device(session, contact)
    return token, device, contact


def forget_device(session: Session, device: ContactDevice) -> None:
    """Forget the device with all that it has proven; its token opens nothing any more."""
    session.delete(device)
    session.flush()


def join(session: Session, contact: Contact, into: Contact) -> None:
    """Say that a contact is another one of the same shop; its conversations and devices follow by a job.

    A second time changes nothing.
    """
    if contact.joined_into_id is not None or contact.id == into.id:
        return
    earlier = update(Contact).where(col(Contact.joined_into_id) == contact.id).values(joined_into_id=into.id)
    session.execute(earlier.execution_options(synchronize_session="fetch"))
    contact.joined_into_id = into.id
    session.add(contact)
    session.flush()  # Before the other one takes over what only one contact may have.
    into.name = into.name or contact.name
    into.email = into.email or contact.email
    if into.email == contact.email:
        into.email_proven_at = into.email_proven_at or contact.email_proven_at
    into.consented_at = into.consented_at or contact.consented_at
    into.blocked_at = into.blocked_at or contact.blocked_at
    session.add(into)
    session.flush()
    record(session, ContactsJoined(int(contact.id or 0), int(into.id or 0)))


def move_devices(session: Session, contact_id: int, into: Contact) -> None:
    """Let the devices of a contact that was joined speak for the other one; for an account's only for a day.

    They have shown that they read its mailbox, not that they are signed in.
    """
    until = {"speaks_until": clock.now() + MAILBOX_LIFETIME} if into.customer_remote_id else {}
    session.execute(
        update(ContactDevice)
        .where(col(ContactDevice.contact_id) == contact_id)
        .values(contact_id=into.id, account_until=None, **until)
        .execution_options(synchronize_session=False)
    )
    session.expire_all()


def erase(session: Session, contact: Contact) -> None:
    """Erase the contact and its devices, with those that were joined into it. What they said must be gone before."""
    joined = select(Contact.id).where(Contact.joined_into_id == contact.id)
    session.execute(delete(Contact).where(col(Contact.id).in_(joined)))
    session.delete(contact)
    session.flush()
