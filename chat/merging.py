"""Making one conversation of two that are about the same: no event is lost, none doubled, their order is kept.

The events of the one move behind those of the other and get its next numbers; whoever reads along with a cursor finds
them as new. The emptied conversation stays as a signpost: what is posted to it lands in the other one.
"""

from collections.abc import Sequence

from sqlalchemy import func, update
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, col, select

from chat import actions
from chat.actions import Posted
from chat.announcing import announce
from chat.desk_tables import ConversationLabel, Mention, ModelExchange, ReplyDraft
from chat.errors import ConversationNotFound, HandlingRefused
from chat.handling import author_of
from chat.schemas import SYSTEM, Author, NewEvent
from chat.tables import ChatAttachment, Conversation, ConversationEvent, ReadMark
from core.database import upsert
from core.errors import Conflict
from core.languages import Text
from core.security import SignedIn

LOCK_NOT_AVAILABLE = "55P03"  # PostgreSQL's word for a row that somebody else holds.
MOST_TRIES = 50  # Each begins with a row that is waited for, so they do not spin.


class _MovedMeanwhile(Exception):
    """Somebody merged one of them while we waited for its row."""


def merge(
    session: Session, conversation_id: int, into_id: int, who: SignedIn, *, other_person: bool = False
) -> Posted | None:
    """Let the first conversation become part of the second; None when it is so already.

    Both must be of one shop and one contact; `other_person` is the agent's word that two contacts are one person.
    Raises HandlingRefused.
    """
    author = author_of(who)
    gone, kept = _both_held(session, conversation_id, into_id)
    if gone.id == kept.id:
        if conversation_id != into_id:
            return None
        raise HandlingRefused(Text("Please choose another conversation to join this one with."))
    if gone.store_id != kept.store_id:
        raise HandlingRefused(Text("These conversations are of two shops."))
    if gone.contact_id != kept.contact_id and not other_person:
        raise HandlingRefused(Text("These conversations are of two people."), other_person=True)
    return _joined(session, gone, kept, author)


def _both_held(session: Session, *numbers: int) -> list[Conversation]:
    """The rows of both held until the transaction ends, each the one that its number leads to by now.

    A message to a conversation that was merged holds its signpost and waits for the other one. So nobody may hold the
    other one and wait for the signpost: for a second row is never waited; both are let go and the whole is tried anew.
    """
    for _ in range(MOST_TRIES):
        try:
            with session.begin_nested():
                return _held_now(session, numbers)
        except _MovedMeanwhile:
            continue
        except OperationalError as problem:
            if getattr(problem.orig, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
    raise Conflict(Text("Somebody writes in these conversations at this moment. Please try again."))


def _held_now(session: Session, numbers: Sequence[int]) -> list[Conversation]:
    ends = [_end(session, number) for number in numbers]
    held = {
        number: _locked(session, number, wait=place == 0) for place, number in enumerate(sorted(set(ends)))
    }
    if any(one.merged_into_id is not None for one in held.values()):
        raise _MovedMeanwhile
    return [held[number] for number in ends]


def _end(session: Session, number: int) -> int:
    chosen = select(Conversation.merged_into_id).where(Conversation.id == number)
    further = session.exec(chosen).first()
    return number if further is None else _end(session, further)


def _locked(session: Session, number: int, *, wait: bool) -> Conversation:
    chosen = select(Conversation).where(Conversation.id == number).with_for_update(nowait=not wait)
    found = session.exec(chosen.execution_options(populate_existing=True)).first()
    if found is None:
        raise ConversationNotFound(Text("This conversation does not exist."))
    return found


def _joined(session: Session, gone: Conversation, kept: Conversation, author: Author) -> Posted:
    source, target = int(gone.id or 0), int(kept.id or 0)
    behind, moved = kept.last_seq, gone.last_seq
    for row in list(session):  # What was read before would speak of the place from which it moves.
        if isinstance(row, ConversationEvent | Mention | ChatAttachment) and row.conversation_id == source:
            session.expunge(row)
    _forget_doubled_names(session, source, target)
    for table in (ConversationEvent, Mention):
        session.execute(
            update(table)
            .where(col(table.conversation_id) == source)
            .values(conversation_id=target, seq=table.seq + behind)
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(ChatAttachment)
        .where(col(ChatAttachment.conversation_id) == source)
        .values(conversation_id=target, seq=col(ChatAttachment.seq) + behind)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(ModelExchange)
        .where(col(ModelExchange.conversation_id) == source)
        .values(conversation_id=target)
        .execution_options(synchronize_session=False)
    )
    _move_marks(session, source, target, behind)
    _move_labels_and_drafts(session, source, target)
    kept.last_seq = behind + moved
    _take_over(session, gone, kept)
    data = {"from": gone.public_id, "first": behind + 1, "last": behind + moved}
    posted = actions.post(session, target, NewEvent("merged", author, data=data))
    _leave_signpost(session, gone, kept, author)
    return posted


def _forget_doubled_names(session: Session, source: int, target: int) -> None:
    """A sender's own number that stands in both would stand twice in one: there it names the other's event."""
    names = select(ConversationEvent.client_id).where(
        ConversationEvent.conversation_id == target, col(ConversationEvent.client_id).is_not(None)
    )
    session.execute(
        update(ConversationEvent)
        .where(col(ConversationEvent.conversation_id) == source, col(ConversationEvent.client_id).in_(names))
        .values(client_id=None)
        .execution_options(synchronize_session=False)
    )


def _move_marks(session: Session, source: int, target: int, behind: int) -> None:
    """Who had read all of the one goes on reading where they stood in the other; all others begin there anew."""
    marks = session.exec(select(ReadMark).where(col(ReadMark.conversation_id).in_((source, target)))).all()
    there = {mark.reader: mark.seq for mark in marks if mark.conversation_id == target}
    rows = [
        {"conversation_id": target, "reader": mark.reader, "seq": mark.seq + behind, "read_at": mark.read_at}
        for mark in marks
        if mark.conversation_id == source and there.get(mark.reader, 0) >= behind
    ]
    upsert(session, ReadMark, rows, key=["conversation_id", "reader"])
    for mark in marks:
        if mark.conversation_id == source:
            session.delete(mark)
        else:
            session.expire(mark)


def _move_labels_and_drafts(session: Session, source: int, target: int) -> None:
    labels = session.exec(select(ConversationLabel).where(ConversationLabel.conversation_id == source)).all()
    rows = [{"conversation_id": target, "label_id": one.label_id} for one in labels]
    upsert(session, ConversationLabel, rows, key=["conversation_id", "label_id"], update=[])
    drafts = session.exec(select(ReplyDraft).where(ReplyDraft.conversation_id == source)).all()
    upsert(
        session,
        ReplyDraft,
        [{**one.model_dump(), "conversation_id": target} for one in drafts],
        key=["conversation_id", "staff_id"],
        update=[],  # What somebody has begun to write in the other one goes before.
    )
    for row in (*labels, *drafts):
        session.delete(row)
    session.flush()


def _take_over(session: Session, gone: Conversation, kept: Conversation) -> None:
    """The one that stays waits if one of them did, and knows the order that only the other knew."""
    if gone.waiting_since is not None and gone.state in ("open", "snoozed"):
        earlier = [one for one in (kept.waiting_since, gone.waiting_since) if one is not None]
        due = [one for one in (kept.respond_by, gone.respond_by) if one is not None]
        kept.waiting_since, kept.respond_by = min(earlier), min(due, default=None)
    if gone.held_by == "people":
        kept.held_by = "people"
    kept.order_id = kept.order_id or gone.order_id
    kept.assignee_id = kept.assignee_id or gone.assignee_id
    kept.priority = max(kept.priority, gone.priority)
    if gone.state == "open" and kept.state != "open":
        actions.set_state(session, int(kept.id or 0), author=SYSTEM, state="open")
    session.add(kept)
    session.flush()


def _leave_signpost(session: Session, gone: Conversation, kept: Conversation, author: Author) -> None:
    gone.state, gone.merged_into_id = "resolved", kept.id
    gone.waiting_since = gone.respond_by = gone.snoozed_until = None
    gone.last_seq += 1
    session.add(gone)
    session.add(
        ConversationEvent(
            conversation_id=int(gone.id or 0),
            seq=gone.last_seq,
            kind="merged",
            author=author.kind,
            staff_id=author.staff_id,
            public=False,
            data={"into": kept.public_id},
            created_at=kept.changed_at,
        )
    )
    # Whoever was merged into this one before points on to the other now.
    session.execute(
        update(Conversation)
        .where(col(Conversation.merged_into_id) == gone.id)
        .values(merged_into_id=kept.id)
        .execution_options(synchronize_session=False)
    )
    session.flush()
    announce(session, gone)


def merged_from(session: Session, conversation_id: int) -> int:
    """How many conversations became part of this one."""
    chosen = select(func.count()).where(col(Conversation.merged_into_id) == conversation_id)
    return int(session.exec(chosen).one())
