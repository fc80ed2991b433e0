"""Saying after the commit which conversation reached which event; never what was said."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from sqlmodel import Session

from chat.tables import Conversation
from core.database import after_commit
from core.fanout import Fanout

EVENTS = "chat.events"  # Topic of notes that a conversation has a new event; `Reached` says which.
SIGNALS = "chat.signals"  # Topic of what may be lost: typing, presence, read marks.


@dataclass(frozen=True)
class Reached:
    """A conversation has events up to `seq`, or (with the same one) something about it changed."""

    store_id: int
    contact_id: int
    conversation_id: int
    public_id: str
    seq: int

    @classmethod
    def read(cls, note: str) -> "Reached":
        """The note as it was published."""
        return cls(**json.loads(note))


def announce(session: Session, conversation: Conversation) -> None:
    """Let every process know once the caller's transaction is committed."""
    fanout: Fanout | None = session.info.get("fanout")
    if fanout is None:
        return
    reached = Reached(
        conversation.store_id,
        conversation.contact_id,
        int(conversation.id or 0),
        conversation.public_id,
        conversation.last_seq,
    )
    note = json.dumps(asdict(reached))
    after_commit(session, lambda: fanout.publish(EVENTS, note))


def announce_read(session: Session, name: str, reader: str, seq: int) -> None:
    """Let every process know, once committed, how far somebody has read the conversation of that name."""
    fanout: Fanout | None = session.info.get("fanout")
    if fanout is not None:
        told = "shopper" if reader == "shopper" else "agent"
        after_commit(session, lambda: signal(fanout, type="read", conversation=name, reader=told, seq=seq))


def signal(fanout: Fanout, **what: Any) -> None:
    """Publish something that may be lost: `type`, and `conversation`, which is always the name outside (`public_id`)."""
    fanout.publish(SIGNALS, json.dumps(what))
