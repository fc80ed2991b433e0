"""What is old goes: codes, proofs and browsers whose time is over, and people who never wrote a word."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from core import clock
from customers.tables import Contact, ContactDevice, OrderCode, OrderProof

# A code's row says for a day how often it was tried, should somebody have to look.
CODES_KEPT = timedelta(days=1)
SILENT_CONTACTS_KEPT = timedelta(days=30)


def forget_old(session: Session) -> None:
    """Forget codes, proofs and browsers past their end."""
    moment = clock.now()
    for statement in (
        delete(OrderCode).where(col(OrderCode.expires_at) < moment - CODES_KEPT),
        delete(OrderProof).where(col(OrderProof.expires_at) <= moment),
        delete(ContactDevice).where(col(ContactDevice.expires_at) <= moment),
    ):
        session.execute(statement.execution_options(synchronize_session=False))
    session.expire_all()


def forget_contacts(session: Session, *, wrote: ColumnElement[bool]) -> None:
    """Forget people of whom no browser is left for a month, unless they wrote; a blocked one stays blocked."""
    device, other = aliased(ContactDevice), aliased(Contact)
    gone = delete(Contact).where(
        col(Contact.seen_at) < clock.now() - SILENT_CONTACTS_KEPT,
        col(Contact.blocked_at).is_(None),
        ~exists().where(col(device.contact_id) == Contact.id),
        ~exists().where(col(other.joined_into_id) == Contact.id),
        ~wrote,
    )
    session.execute(gone.execution_options(synchronize_session=False))
    session.expire_all()
