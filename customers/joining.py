"""Guest and account become one person only over an address that was proven by its mailbox.

What a shop's account says of its address proves nothing here: shops let people register with an address that nobody has
checked. An address that somebody merely typed proves less.
"""

from sqlmodel import Session

from core import clock
from customers import actions, queries
from customers.tables import Contact


def prove_address(session: Session, contact: Contact, email: str) -> None:
    """The contact has shown that it reads that mailbox: remember it, or join it with the contact that had shown so."""
    owner = queries.contact_of_address(session, contact.store_id, email)
    if owner is None:
        if _may_have(contact, email):
            _keep(session, contact, email)
    elif owner.id != contact.id:
        _join(session, contact, owner, email)


def _join(session: Session, contact: Contact, owner: Contact, email: str) -> None:
    if _is_nobody_else(contact):
        actions.join(session, contact, owner)
    elif contact.customer_remote_id and contact.email == email and not owner.customer_remote_id:
        actions.join(session, owner, contact)
        _keep(session, contact, email)


def _is_nobody_else(contact: Contact) -> bool:
    """Whether nothing else is proven of the contact: neither an account nor another address."""
    return (
        not contact.customer_remote_id and contact.email_proven_at is None and contact.joined_into_id is None
    )


def _may_have(contact: Contact, email: str) -> bool:
    """A contact has one proven address; an account's is the account's own."""
    return _is_nobody_else(contact) or bool(contact.customer_remote_id and contact.email == email)


def _keep(session: Session, contact: Contact, email: str) -> None:
    contact.email = email
    contact.email_proven_at = contact.email_proven_at or clock.now()
    session.add(contact)
    session.flush()
