"""Forgetting a browser, and erasing a person with all they wrote."""

from sqlalchemy import delete, exists, func, update
from sqlmodel import Session, col, select

from chat.tables import Conversation
from customers import actions as people
from customers import forgetting
from customers.tables import Contact, ContactDevice


def forget(session: Session, device: ContactDevice, contact: Contact) -> None:
    """Forget the browser. Nobody could ever ask for what a nameless person wrote: that is erased with it."""
    people.forget_device(session, device)
    if contact.name or contact.email or contact.customer_remote_id:
        return
    if _has_devices(session, contact):
        return
    erase(session, contact)


def erase(session: Session, contact: Contact) -> None:
    """Erase a contact with its conversations."""
    own = select(Conversation.id).where(Conversation.contact_id == contact.id)
    gone = update(Conversation).where(col(Conversation.merged_into_id).in_(own)).values(merged_into_id=None)
    session.execute(gone.execution_options(synchronize_session=False))
    session.execute(delete(Conversation).where(col(Conversation.contact_id) == contact.id))
    people.erase(session, contact)


def forget_silent(session: Session) -> None:
    """Forget people who never wrote, a month after their last visit."""
    wrote = exists().where(col(Conversation.contact_id) == Contact.id)
    forgetting.forget_contacts(session, wrote=wrote)


def _has_devices(session: Session, contact: Contact) -> bool:
    chosen = select(func.count()).select_from(ContactDevice).where(ContactDevice.contact_id == contact.id)
    return session.exec(chosen).one() > 0
