"""Reading who people are."""

import hashlib
from datetime import datetime

from sqlmodel import Session, col, select

from core import clock
from core.languages import Text
from customers.errors import ContactNotFound, NoSuchDevice
from customers.schemas import Shopper
from customers.tables import Contact, ContactDevice, OrderProof

LONGEST_TOKEN = 100


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def device_of(session: Session, store_id: int, token: str) -> tuple[ContactDevice, Contact]:
    """The device that keeps that token, and its contact in that shop. Raises NoSuchDevice."""
    chosen = (
        select(ContactDevice, Contact)
        .join(Contact, col(Contact.id) == ContactDevice.contact_id)
        .where(
            ContactDevice.token_digest == digest_of(token),
            col(ContactDevice.expires_at) > clock.now(),
            Contact.store_id == store_id,
        )
    )
    found = session.exec(chosen).first() if 0 < len(token) <= LONGEST_TOKEN else None
    if found is None:
        raise NoSuchDevice(Text("This browser is not known here any more. Please open the chat again."))
    return found


def shopper_of(session: Session, store_id: int, token: str) -> Shopper:
    """Who the device with that token speaks for, and what is proven of them now. Raises NoSuchDevice."""
    device, contact = device_of(session, store_id, token)
    return shopper(session, device, contact)


def shopper(session: Session, device: ContactDevice, contact: Contact) -> Shopper:
    """The viewer that this device is at this moment."""
    vouched = device.account_until is not None and device.account_until > clock.now()
    return Shopper(
        store_id=contact.store_id,
        contact_id=int(contact.id or 0),
        device_id=int(device.id or 0),
        customer_remote_id=contact.customer_remote_id if vouched else 0,
        order_ids=_proven_orders(session, int(device.id or 0), clock.now()),
    )


def _proven_orders(session: Session, device_id: int, now: datetime) -> frozenset[int]:
    chosen = select(OrderProof.order_id).where(
        OrderProof.device_id == device_id, col(OrderProof.expires_at) > now
    )
    return frozenset(session.exec(chosen).all())


def contact(session: Session, contact_id: int) -> Contact:
    """That contact. Raises ContactNotFound."""
    found = session.get(Contact, contact_id)
    if found is None:
        raise ContactNotFound(Text("There is no such person here."))
    return found
