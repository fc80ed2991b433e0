"""Reading who people are."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, or_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from connector.errors import OrderNotFound
from connector.queries import NOT_YET_ORDERS
from connector.tables import ShopOrder
from core import clock
from core.languages import Text
from customers.errors import ContactNotFound, NoSuchDevice
from customers.schemas import Shopper
from customers.tables import Contact, ContactDevice, OrderProof

LONGEST_TOKEN = 100
# What a shop has thrown away, or what never became an order, is shown to nobody.
NOT_SHOWN = (*NOT_YET_ORDERS, "trash")


def digest_of(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def device_with(session: Session, store_id: int, token: str) -> tuple[ContactDevice, Contact] | None:
    """The device that keeps that token, and its contact in that shop, whether or not it may still speak for it."""
    chosen = (
        select(ContactDevice, Contact)
        .join(Contact, col(Contact.id) == ContactDevice.contact_id)
        .where(
            ContactDevice.token_digest == digest_of(token),
            col(ContactDevice.expires_at) > clock.now(),
            Contact.store_id == store_id,
        )
    )
    return session.exec(chosen).first() if 0 < len(token) <= LONGEST_TOKEN else None


def speaks(device: ContactDevice, contact: Contact) -> bool:
    """Whether the device may speak for its contact now: for one with an account only while that is proven."""
    if not contact.customer_remote_id:
        return True
    return device.speaks_until is not None and device.speaks_until > clock.now()


def speaks_at(moment: datetime) -> ColumnElement[bool]:
    """The same for many at once: a condition on devices joined with their contacts, with the devices' own end."""
    return and_(
        col(ContactDevice.expires_at) > moment,
        or_(col(Contact.customer_remote_id) == 0, col(ContactDevice.speaks_until) > moment),
    )


def device_of(session: Session, store_id: int, token: str) -> tuple[ContactDevice, Contact]:
    """The device that keeps that token and the contact that it speaks for in that shop. Raises NoSuchDevice."""
    found = device_with(session, store_id, token)
    if found is None or not speaks(*found):
        raise no_such_device()
    return found


def no_such_device() -> NoSuchDevice:
    """What a browser reads that must open the chat again."""
    return NoSuchDevice(Text("This browser is not known here any more. Please open the chat again."))


def contact_of_customer(session: Session, store_id: int, customer_remote_id: int) -> Contact | None:
    """The contact of that account of the shop, if there is one."""
    chosen = select(Contact).where(
        Contact.store_id == store_id,
        Contact.customer_remote_id == customer_remote_id,
        col(Contact.joined_into_id).is_(None),
    )
    return session.exec(chosen).first() if customer_remote_id else None


def contact_of_address(session: Session, store_id: int, email: str) -> Contact | None:
    """The contact that has proven that address (in lower case), if there is one."""
    chosen = select(Contact).where(
        Contact.store_id == store_id,
        Contact.email == email,
        col(Contact.email_proven_at).is_not(None),
        col(Contact.joined_into_id).is_(None),
    )
    return session.exec(chosen).first() if email else None


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


# -- orders ------------------------------------------------------------------------------------------------------


def orders_seen_by(session: Session, shopper: Shopper, *, most: int = 20) -> Sequence[ShopOrder]:
    """The orders that this person may see, newest first: those of the account that the shop vouches for now, and those
    that this browser has proven by a code. An address opens none.
    """
    chosen = (
        select(ShopOrder)
        .options(defer(ShopOrder.raw))  # type: ignore[arg-type]
        .where(*_seen_by(shopper))
        .order_by(col(ShopOrder.created_at).desc(), col(ShopOrder.id).desc())
        .limit(most)
    )
    return session.exec(chosen).all() if shopper.has_proven else ()


def order_seen_by(session: Session, shopper: Shopper, order_id: int) -> ShopOrder:
    """That order. Raises OrderNotFound, for somebody else's as for one that is not there."""
    return _one(session, shopper, col(ShopOrder.id) == order_id)


def order_numbered_seen_by(session: Session, shopper: Shopper, number: str) -> ShopOrder:
    """The order that people call by that number. Raises OrderNotFound, for somebody else's as for none."""
    return _one(session, shopper, col(ShopOrder.number) == number)


def _one(session: Session, shopper: Shopper, which: ColumnElement[bool]) -> ShopOrder:
    found = session.exec(select(ShopOrder).where(*_seen_by(shopper), which)).first()
    if found is None:
        raise OrderNotFound(Text("There is no such order here."))
    return found


def _seen_by(shopper: Shopper) -> list[ColumnElement[bool]]:
    ways: list[ColumnElement[bool]] = []
    if shopper.order_ids:
        ways.append(col(ShopOrder.id).in_(sorted(shopper.order_ids)))
    if shopper.customer_remote_id:
        ways.append(col(ShopOrder.customer_remote_id) == shopper.customer_remote_id)
    return [
        col(ShopOrder.store_id) == shopper.store_id,
        col(ShopOrder.deleted_at).is_(None),
        col(ShopOrder.status).not_in(NOT_SHOWN),
        or_(false(), *ways),
    ]
