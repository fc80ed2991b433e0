"""What happens to conversations when two contacts turn out to be one person."""

from sqlmodel import Session, col, select

from chat.announcing import announce
from chat.tables import Conversation
from customers import actions as people
from customers.tables import Contact


def move(session: Session, contact_id: int, into_id: int) -> None:
    """Give what a joined contact said, and its devices, to the other one; again, and in any order, changes nothing.

    A contact that was joined further meanwhile leads on to where it went.
    """
    into = _last(session, into_id)
    if into is None or into.id == contact_id:
        return
    moved = session.exec(
        select(Conversation)
        .where(Conversation.contact_id == contact_id)
        .order_by(col(Conversation.id))
        .with_for_update()
    ).all()
    for conversation in moved:
        conversation.contact_id = int(into.id or 0)
        session.add(conversation)
    session.flush()
    people.move_devices(session, contact_id, into)
    for conversation in moved:
        announce(session, conversation)


def _last(session: Session, contact_id: int) -> Contact | None:
    found = session.get(Contact, contact_id)
    while found is not None and found.joined_into_id is not None:
        found = session.get(Contact, found.joined_into_id)
    return found
