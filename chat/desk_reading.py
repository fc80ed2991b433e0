"""One conversation as people of the shop read it: its events with names and files, and what stands around them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from sqlmodel import Session, col, select

from chat import assigning, beside, labels, queries
from chat.desk_tables import Label, ReplyDraft
from chat.tables import ChatAttachment, Conversation, ConversationEvent, ReadMark
from connector import queries as shops
from connector.tables import ShopOrder, Store
from core.origins import origin_of
from customers import queries as people
from customers.tables import Contact
from staff import queries as staff
from staff.tables import StaffMember

MOST_SHOWN = 100  # Events of a conversation that is opened; earlier ones are asked for.


@dataclass(frozen=True)
class Seen:
    """An event as it is shown. `who` is the name of the person of the shop, "" for all others."""

    seq: int
    kind: str
    author: str
    who: str
    own: bool
    text: str
    data: Mapping[str, Any]
    at: datetime
    files: tuple[ChatAttachment, ...] = ()
    follows: bool = False  # The same author just spoke: the name need not be said again.


@dataclass(frozen=True)
class Opened:
    """A conversation with all that its page shows above and below its events."""

    conversation: Conversation
    contact: Contact
    store: Store
    order: ShopOrder | None
    labels: Sequence[Label]
    all_labels: Sequence[Label]
    others: Sequence[Conversation]  # Of the same person; it can be merged with one of them.
    teams: Mapping[int, str]
    members: Mapping[int, str]
    draft: ReplyDraft | None
    shopper_read: int

    @property
    def person(self) -> str:
        """What the person is called here; "" when nothing is known."""
        return self.contact.name or self.contact.email


def opened(session: Session, public_id: str, staff_id: int) -> Opened:
    """The conversation of that name. Raises ConversationNotFound."""
    found = queries.conversation_named(session, public_id)
    number = int(found.id or 0)
    mark = session.get(ReadMark, (number, "shopper"))
    return Opened(
        conversation=found,
        contact=people.contact(session, found.contact_id),
        store=shops.store(session, found.store_id),
        order=session.get(ShopOrder, found.order_id) if found.order_id else None,
        labels=labels.labels_of(session, [number])[number],
        teams={int(one.id or 0): one.name for one in assigning.teams(session)},
        all_labels=labels.labels(session),
        others=[one for one in beside.others_of(session, found) if one.state != "spam"],
        members=active(session),
        draft=session.get(ReplyDraft, (number, staff_id)),
        shopper_read=mark.seq if mark else 0,
    )


def seen(session: Session, events: Sequence[ConversationEvent], staff_id: int) -> list[Seen]:
    """Those events of one conversation with names and files, in their order."""
    names = {int(one.id or 0): one.name for one in staff.members(session)}
    files = _files(session, events)
    found: list[Seen] = []
    before: ConversationEvent | None = None
    for event in events:
        found.append(
            Seen(
                seq=event.seq,
                kind=event.kind,
                author=event.author,
                who=names.get(event.staff_id or 0, ""),
                own=event.staff_id == staff_id,
                text=event.text,
                data=event.data,
                at=event.created_at,
                files=tuple(files.get(event.seq, ())),
                follows=_follows(before, event),
            )
        )
        before = event
    return found


def _follows(before: ConversationEvent | None, event: ConversationEvent) -> bool:
    if before is None or event.kind not in ("message", "note"):
        return False
    same = (before.kind, before.author, before.staff_id) == (event.kind, event.author, event.staff_id)
    return same and (event.created_at - before.created_at).total_seconds() < 300


def _files(session: Session, events: Sequence[ConversationEvent]) -> dict[int, list[ChatAttachment]]:
    named = {
        str(one): event.seq for event in events for one in event.data.get("attachments", ()) if event.data
    }
    if not named:
        return {}
    chosen = select(ChatAttachment).where(
        col(ChatAttachment.public_id).in_(named),
        ChatAttachment.conversation_id == events[0].conversation_id,
    )
    found: dict[int, list[ChatAttachment]] = {}
    for one in session.exec(chosen.order_by(col(ChatAttachment.id))):
        found.setdefault(named[one.public_id], []).append(one)
    return found


def shared_page(found: Opened) -> tuple[str, str]:
    """The page of the shop that the person looks at, as text, and as an address if it is one of the shop's own."""
    page = found.conversation.page
    try:
        parts, origin = urlsplit(page), origin_of(page)
    except ValueError:
        return page, ""
    if origin and origin == origin_of(found.store.home_address):
        return parts.path or "/", page
    return page, ""


def active(session: Session) -> dict[int, str]:
    """Who may be given a conversation: people who work here and may change something."""
    return {int(one.id or 0): one.name for one in staff.members(session) if _may_answer(one)}


def _may_answer(member: StaffMember) -> bool:
    return member.disabled_at is None and member.role in ("owner", "agent")
