"""What many shoppers say at the same moment, written in one transaction; what is refused of it harms nothing else."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from chat import actions, visitors
from chat.actions import Posted
from chat.announcing import announce_read
from chat.errors import ConversationNotFound
from chat.schemas import NewEvent
from chat.tables import Conversation, ConversationEvent, ReadMark
from core import clock
from core.database import upsert
from core.errors import AftercartError
from core.languages import Text
from customers.errors import NoSuchDevice
from customers.queries import speaks_at
from customers.schemas import Shopper
from customers.tables import Contact, ContactDevice


@dataclass(frozen=True, slots=True)
class Said:
    """A shopper's word for the conversation of that name."""

    shopper: Shopper
    conversation: str
    new: NewEvent


@dataclass(frozen=True, slots=True)
class Mark:
    """How far somebody has read."""

    conversation_id: int
    name: str
    reader: str
    seq: int


Outcome = Posted | AftercartError


Fresh = tuple[Conversation, ConversationEvent]


def say_all(session: Session, batch: Sequence[Said], fresh: list[Fresh] | None = None) -> list[Outcome]:
    """Add them in their order; each outcome is the event or why it was refused. `fresh` gathers what is new."""
    devices = _devices(session, {one.shopper.device_id for one in batch})
    held = _held(session, {one.conversation for one in batch})
    known = _known(session, held, {one.new.client_id for one in batch if one.new.client_id})
    outcomes: list[Outcome] = []
    for one in batch:
        try:
            conversation = _own(one, devices, held)
            if conversation.merged_into_id is not None:  # It lands in the other one, which is not held here.
                outcomes.append(actions.post(session, int(conversation.id or 0), one.new))
                continue
            key = (int(conversation.id or 0), one.new.client_id or "")
            posted = actions.post_held(session, conversation, one.new, known.get(key))
            known[key] = posted.event
            if posted.fresh and fresh is not None:
                fresh.append((conversation, posted.event))
            outcomes.append(posted)
        except AftercartError as refusal:
            outcomes.append(refusal)
    session.flush()
    return outcomes


def _own(
    one: Said, devices: Mapping[int, tuple[int, bool]], held: Mapping[str, Conversation]
) -> Conversation:
    """The conversation, when the browser still speaks for its contact and the shop still listens."""
    contact_id, blocked = devices.get(one.shopper.device_id, (0, False))
    if contact_id != one.shopper.contact_id:
        raise NoSuchDevice(Text("This browser is not known here any more. Please open the chat again."))
    if blocked:
        raise visitors.blocked()
    found = held.get(one.conversation)
    if found is None or (found.contact_id, found.store_id) != (contact_id, one.shopper.store_id):
        raise ConversationNotFound(Text("This conversation does not exist."))
    return found


def _devices(session: Session, device_ids: set[int]) -> dict[int, tuple[int, bool]]:
    rows = session.execute(
        select(ContactDevice.id, ContactDevice.contact_id, Contact.blocked_at)
        .join(Contact, col(Contact.id) == ContactDevice.contact_id)
        .where(col(ContactDevice.id).in_(device_ids), speaks_at(clock.now()))
    )
    return {number: (contact_id, blocked_at is not None) for number, contact_id, blocked_at in rows}


def _held(session: Session, names: set[str]) -> dict[str, Conversation]:
    """The conversations with their rows held, always in the same order so that no two processes wait for each other."""
    chosen = (
        select(Conversation)
        .where(col(Conversation.public_id).in_(names))
        .order_by(col(Conversation.id))
        .with_for_update()
    )
    return {row.public_id: row for row in session.exec(chosen)}


def _known(
    session: Session, held: Mapping[str, Conversation], client_ids: set[str]
) -> dict[tuple[int, str], ConversationEvent]:
    chosen = select(ConversationEvent).where(
        col(ConversationEvent.conversation_id).in_([row.id for row in held.values()]),
        col(ConversationEvent.client_id).in_(client_ids),
    )
    return {(row.conversation_id, row.client_id or ""): row for row in session.exec(chosen)}


def mark_all(session: Session, marks: Sequence[Mark]) -> None:
    """Remember how far each has read; a mark never goes back."""
    numbers = {one.conversation_id for one in marks}
    lasts = dict(
        session.execute(
            select(Conversation.id, Conversation.last_seq).where(col(Conversation.id).in_(numbers))
        ).all()
    )
    chosen = select(ReadMark).where(col(ReadMark.conversation_id).in_(numbers)).with_for_update()
    before = {(row.conversation_id, row.reader): row.seq for row in session.exec(chosen)}
    further: dict[tuple[int, str], Mark] = {}
    for one in marks:
        seq = min(one.seq, lasts.get(one.conversation_id, 0))
        key = (one.conversation_id, one.reader)
        if seq > before.get(key, 0):
            before[key] = seq
            further[key] = Mark(one.conversation_id, one.name, one.reader, seq)
    rows = [
        {"conversation_id": one.conversation_id, "reader": one.reader, "seq": one.seq, "read_at": clock.now()}
        for one in further.values()
    ]
    upsert(session, ReadMark, rows, key=["conversation_id", "reader"])
    for one in further.values():
        announce_read(session, one.name, one.reader, one.seq)
