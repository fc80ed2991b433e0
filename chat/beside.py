"""The customer beside a conversation: who they are, what they bought with its documents, and their other conversations."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from chat.tables import Conversation
from customers import profiles
from customers.profiles import Profile
from invoices.tables import Invoice

MOST_OTHERS = 8


@dataclass(frozen=True)
class Beside:
    """What is known of a person; `documents` by our number of the order."""

    profile: Profile
    documents: Mapping[int, Sequence[Invoice]]
    others: Sequence[Conversation]


def beside(session: Session, conversation: Conversation) -> Beside:
    """The customer of that conversation."""
    profile = profiles.profile(session, conversation.contact_id)
    numbers = [one.id for one in (*profile.orders, *profile.not_proven)]
    return Beside(profile, documents_of(session, numbers), others_of(session, conversation))


def documents_of(session: Session, order_ids: Sequence[int]) -> dict[int, list[Invoice]]:
    """The documents of each of those orders, oldest first, without their contents."""
    chosen = (
        select(Invoice)
        .options(defer(Invoice.snapshot))  # type: ignore[arg-type]
        .where(col(Invoice.order_id).in_(order_ids))
        .order_by(col(Invoice.id))
    )
    found: dict[int, list[Invoice]] = {}
    for one in session.exec(chosen):
        found.setdefault(one.order_id, []).append(one)
    return found


def others_of(session: Session, conversation: Conversation) -> Sequence[Conversation]:
    """The same person's other conversations, the newest change first."""
    chosen = (
        select(Conversation)
        .where(
            Conversation.contact_id == conversation.contact_id,
            Conversation.id != conversation.id,
            col(Conversation.merged_into_id).is_(None),
        )
        .order_by(col(Conversation.changed_at).desc(), col(Conversation.id).desc())
        .limit(MOST_OTHERS)
    )
    return session.exec(chosen).all()
