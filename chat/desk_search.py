"""Searching conversations by order number, name, e-mail address and what was written.

Plain LIKE and no index of its own: 100,000 messages are looked through within 300 ms on both databases, Korean needs
no cutting into words that way, and nothing more is kept of what people wrote.
"""

import unicodedata

from sqlalchemy import ColumnElement, SQLColumnExpression, and_, func, or_, select
from sqlmodel import Session, col

from chat.tables import Conversation, ConversationEvent
from connector.tables import ShopOrder
from customers.tables import Contact

LONGEST_SEARCH = 100
MOST_WORDS = 6


def holds(session: Session, words: str) -> ColumnElement[bool]:
    """A conversation is about that order number or person, or holds all those words in one message or in its subject."""
    spoken = select(col(ConversationEvent.conversation_id)).where(
        col(ConversationEvent.kind).in_(("message", "note")), says(session, words)
    )
    parts = [
        col(Conversation.contact_id).in_(select(col(Contact.id)).where(_is_person(session, words))),
        and_(*[_in(session, col(Conversation.subject), word) for word in parts_of(words)]),
        col(Conversation.id).in_(spoken),
    ]
    orders = _orders(session, words)
    if orders:
        parts.append(col(Conversation.order_id).in_([number for number, *_ in orders]))
    for _number, store_id, account, email in orders:
        who = [col(Contact.email) == email.lower()] if email else []
        who += [col(Contact.customer_remote_id) == account] if account else []
        people = select(col(Contact.id)).where(col(Contact.store_id) == store_id, or_(*who))
        parts += [col(Conversation.contact_id).in_(people)] if who else []
    return or_(*parts)


def says(session: Session, words: str) -> ColumnElement[bool]:
    """An event's text holds all the words."""
    return and_(*[_in(session, col(ConversationEvent.text), word) for word in parts_of(words)])


def parts_of(words: str) -> list[str]:
    """The words that are looked for, in one writing."""
    return unicodedata.normalize("NFC", words)[:LONGEST_SEARCH].lower().split()[:MOST_WORDS]


def _in(session: Session, text: SQLColumnExpression[str], word: str) -> ColumnElement[bool]:
    # SQLite's LIKE does not mind the case of Latin letters; a lower() for each row would cost as much again.
    if session.get_bind().dialect.name == "sqlite":
        return text.contains(word, autoescape=True)
    return text.icontains(word, autoescape=True)


def _is_person(session: Session, words: str) -> ColumnElement[bool]:
    """Names are compared without spaces, both ways round; an address by any part of it."""
    parts = parts_of(words)
    name = func.replace(col(Contact.name), " ", "")
    turned = {"".join(parts), "".join(reversed(parts))} - {""}
    return or_(
        _in(session, col(Contact.email), " ".join(parts)),
        *[_in(session, name, form) for form in sorted(turned)],
    )


def _orders(session: Session, words: str) -> list[tuple[int, int, int, str]]:
    """The orders that people call by that number: number, shop, account and address of each."""
    number = words.strip().lstrip("#")
    chosen = select(
        col(ShopOrder.id), col(ShopOrder.store_id), col(ShopOrder.customer_remote_id), col(ShopOrder.email)
    ).where(col(ShopOrder.number) == number)
    if not number or " " in number:
        return []
    return [
        (one.id, one.store_id, one.customer_remote_id, one.email) for one in session.execute(chosen.limit(20))
    ]
