"""People, conversations and what is said in them, for tests of handling."""

from typing import Any

from sqlmodel import Session

from chat import actions, queries
from chat.schemas import SHOPPER
from chat.tables import Conversation, ConversationEvent
from connector.tables import Store
from core import clock
from core.database import Database
from core.security import Role, SignedIn
from staff.tables import StaffMember
from tests import factories


def member(session: Session, name: str, role: Role = "agent", **changes: Any) -> SignedIn:
    """Somebody who works here, as signed in."""
    made = StaffMember(
        **{
            "email": f"{name.lower()}@shop.example",
            "name": name,
            "role": role,
            "language": "en",
            "password_hash": "",
            "created_at": clock.now(),
            **changes,
        }
    )
    session.add(made)
    session.flush()
    return SignedIn(
        staff_id=int(made.id or 0),
        name=made.name,
        email=made.email,
        role=role,
        language=made.language,
        csrf=f"proof-{role}",
    )


def talk(session: Session, store: Store, *said: str, **changes: Any) -> Conversation:
    """A conversation of a new contact in which the shopper has said that."""
    contact = changes.pop("contact", None) or factories.contact(session, store)
    made = factories.conversation(session, store, contact, **changes)
    for text in said:
        actions.post_message(session, made.id, author=SHOPPER, text=text)
    return made


def waiting(session: Session, store: Store, **changes: Any) -> Conversation:
    """A conversation that was handed over and waits."""
    made = talk(session, store, "hello", **changes)
    actions.hand_over(session, made.id, author=SHOPPER, reason="asked")
    return made


def now(database: Database, talk: Conversation) -> Conversation:
    """The conversation as it stands in the database."""
    with database.reading() as session:
        found = session.get(Conversation, talk.id)
        assert found is not None
        return found


def kept(database: Database, talk: Conversation) -> list[ConversationEvent]:
    """All its events."""
    with database.reading() as session:
        return list(queries.events(session, int(talk.id or 0), since=0, public_only=False))
