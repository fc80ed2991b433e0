"""What people of the shop do with a conversation: snooze, resolve, open again, mark as spam, write notes, link an order.

Every verb may be repeated: what is so already is left as it is and told by None. Each change is an event with before
and after. `who` is the signed-in member of staff; None is the service itself. Readers only look.
"""

import re
from datetime import datetime

from sqlmodel import Session, col, select

from chat import actions, announcing
from chat.actions import Posted
from chat.desk_tables import Mention
from chat.errors import HandlingRefused
from chat.schemas import SYSTEM, Author, NewEvent
from chat.tables import Conversation
from connector import queries as shops
from core import clock
from core.errors import NotAllowed, NotFound
from core.languages import Text
from core.security import SignedIn
from customers.tables import Contact
from staff.tables import StaffMember

Who = SignedIn | None
PRIORITIES = (-1, 0, 1, 2)  # Low, usual, high, urgent.


def author_of(who: Who) -> Author:
    """Who does it. Raises NotAllowed for a role that only looks."""
    if who is None:
        return SYSTEM
    if not who.may_change:
        raise NotAllowed(Text("Your role does not allow this. Ask an owner of this service."))
    return Author("agent", who.staff_id)


# -- states ------------------------------------------------------------------------------------------------------


def snooze(session: Session, conversation_id: int, who: Who, *, until: datetime) -> Posted | None:
    """Put it aside until that moment; a shopper's message brings it back at once. Raises HandlingRefused."""
    author = author_of(who)
    conversation = actions.hold(session, conversation_id)
    if until <= clock.now():
        raise HandlingRefused(Text("Please choose a moment that is still to come."))
    if conversation.state in ("resolved", "spam"):
        raise HandlingRefused(Text("Open this conversation before you put it aside."))
    if conversation.state == "snoozed" and conversation.snoozed_until == until:
        return None
    return actions.set_state(session, conversation_id, author=author, state="snoozed", until=until)


def wake(session: Session, conversation_id: int) -> Posted | None:
    """Open it again if its time has come; None when it has not, or somebody was faster."""
    conversation = actions.hold(session, conversation_id)
    until = conversation.snoozed_until
    if conversation.state != "snoozed" or until is None or until > clock.now():
        return None
    return actions.set_state(session, conversation_id, author=SYSTEM, state="open")


def resolve(
    session: Session, conversation_id: int, who: Who, *, client_id: str | None = None
) -> Posted | None:
    """It is done; the shopper may rate it now."""
    return actions.set_state(
        session, conversation_id, author=author_of(who), state="resolved", client_id=client_id
    )


def reopen(session: Session, conversation_id: int, who: Who) -> Posted | None:
    """It is not done after all, or no spam."""
    return actions.set_state(session, conversation_id, author=author_of(who), state="open")


def mark_spam(
    session: Session, conversation_id: int, who: Who, *, block_contact: bool = False
) -> Posted | None:
    """Nobody need answer it; with `block_contact` the shop hears that person no more."""
    posted = actions.set_state(session, conversation_id, author=author_of(who), state="spam")
    if block_contact:
        block(session, conversation_id, who)
    return posted


# -- the person --------------------------------------------------------------------------------------------------


def block(session: Session, conversation_id: int, who: Who) -> Posted | None:
    """Hear the conversation's contact no more, in none of their conversations."""
    return _set_blocked(session, conversation_id, who, blocked=True)


def unblock(session: Session, conversation_id: int, who: Who) -> Posted | None:
    """Hear them again."""
    return _set_blocked(session, conversation_id, who, blocked=False)


def _set_blocked(session: Session, conversation_id: int, who: Who, *, blocked: bool) -> Posted | None:
    author = author_of(who)
    conversation = actions.hold(session, conversation_id)
    contact = session.get(Contact, conversation.contact_id, with_for_update=True, populate_existing=True)
    if contact is None or (contact.blocked_at is not None) == blocked:
        return None
    contact.blocked_at = clock.now() if blocked else None
    session.add(contact)
    posted = actions.post(session, conversation_id, NewEvent("contact", author, data={"blocked": blocked}))
    # Whoever serves one of their other conversations must look again too.
    others = select(Conversation).where(
        Conversation.contact_id == contact.id, Conversation.id != conversation.id
    )
    for other in session.exec(others.order_by(col(Conversation.changed_at).desc()).limit(20)):
        announcing.announce(session, other)
    return posted


# -- what belongs to it ------------------------------------------------------------------------------------------


def set_priority(session: Session, conversation_id: int, who: Who, *, priority: int) -> Posted | None:
    """Let it stand before or behind others. Raises HandlingRefused."""
    author = author_of(who)
    if priority not in PRIORITIES:
        raise HandlingRefused(Text("There is no such priority."))
    conversation = actions.hold(session, conversation_id)
    if conversation.priority == priority:
        return None
    data = {"from": conversation.priority, "to": priority}
    conversation.priority = priority
    session.add(conversation)
    return actions.post(session, conversation_id, NewEvent("priority", author, data=data))


def link_order(session: Session, conversation_id: int, who: Who, *, order_id: int | None) -> Posted | None:
    """Say which order it is about; None for none. Raises OrderNotFound and, for another shop's order, NotFound."""
    author = author_of(who)
    conversation = actions.hold(session, conversation_id)
    if order_id is not None and shops.order(session, order_id).store_id != conversation.store_id:
        raise NotFound(Text("This order is not one of the conversation's shop."))
    if conversation.order_id == order_id:
        return None
    data = {"from": conversation.order_id, "to": order_id}
    conversation.order_id = order_id
    session.add(conversation)
    return actions.post(session, conversation_id, NewEvent("order", author, data=data))


def note(
    session: Session,
    conversation_id: int,
    who: SignedIn,
    *,
    text: str,
    client_id: str | None = None,
    attachments: tuple[str, ...] = (),
) -> Posted:
    """Write what only people of the shop read; whoever is named with @ finds it among their mentions."""
    named = mentioned(session, text)
    data: dict[str, object] = {"mentions": named}
    if attachments:
        data["attachments"] = list(attachments)
    posted = actions.post(
        session, conversation_id, NewEvent("note", author_of(who), text, client_id, data=data)
    )
    if posted.fresh:
        event = posted.event
        session.add_all(
            Mention(conversation_id=event.conversation_id, seq=event.seq, staff_id=one) for one in named
        )
        session.flush()
    return posted


def mentioned(session: Session, text: str) -> list[int]:
    """The people named with @ in a text: by their whole name, its first word, or their address before the @."""
    if "@" not in text:
        return []
    chosen = select(StaffMember).where(col(StaffMember.disabled_at).is_(None)).order_by(col(StaffMember.id))
    people = session.exec(chosen).all()
    first_words = [one.name.split()[0].lower() for one in people if one.name.split()]
    found = []
    for one in people:
        names = {one.name.lower(), one.email.partition("@")[0]}
        first = one.name.split()[0].lower() if one.name.split() else ""
        names |= {first} if first_words.count(first) == 1 else set()
        if any(_stands_in(name, text.lower()) for name in names if name):
            found.append(int(one.id or 0))
    return found


def _stands_in(name: str, text: str) -> bool:
    # Korean particles follow a name without a space ("@민지님"), so only Latin letters and digits continue one.
    return re.search(rf"(?<![\w.])@{re.escape(name)}(?![a-z0-9_])", text) is not None
