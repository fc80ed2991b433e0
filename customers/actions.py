"""The verbs of people."""

import secrets
from datetime import timedelta

from sqlmodel import Session

from core import clock
from customers.queries import digest_of
from customers.tables import Contact, ContactDevice

DEVICE_DAYS = 30


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
    token = secrets.token_urlsafe(32)
    device = ContactDevice(
        contact_id=int(contact.id or 0),
        token_digest=digest_of(token),
        created_at=moment,
        seen_at=moment,
        expires_at=moment + timedelta(days=DEVICE_DAYS),
    )
    session.add(device)
    session.flush()
    return token, device, contact
