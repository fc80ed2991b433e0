"""The verbs of conversations. `post` is the one door: whoever says or does something in a conversation comes through it.

The caller's transaction holds the conversation's row from the first moment, so its events have no gaps and no doubles;
the answer may go out only after that transaction is committed.
"""

import secrets
from dataclasses import dataclass

from sqlmodel import Session, select

from chat import hours, refusing, settings
from chat.announcing import announce, announce_read
from chat.attachments import bind, free
from chat.errors import ConversationNotFound, NotForTheBot
from chat.events import ConversationResolved, PersonWanted, ShopperAsked
from chat.schemas import (
    BOT,
    PUBLIC_KINDS,
    SHOPPER,
    Author,
    NewEvent,
    State,
)
from chat.tables import Conversation, ConversationEvent, ReadMark
from core import clock
from core.database import upsert
from core.events import record
from core.languages import Text


@dataclass(frozen=True)
class Posted:
    """An event as it stands in the conversation; `fresh` is False when it stood there already."""

    event: ConversationEvent
    fresh: bool


def start(
    session: Session,
    *,
    store_id: int,
    contact_id: int,
    language: str,
    channel: str = "chat",
    subject: str = "",
    page: str = "",
    public_id: str = "",
) -> Conversation:
    """Begin a conversation; it is announced with its first event.

    With a `public_id` (unguessable, made by the server and given again by a sender that heard no answer) the same
    conversation is found again.
    """
    if public_id:
        found = session.exec(select(Conversation).where(Conversation.public_id == public_id)).first()
        if found is not None:
            return found
    moment = clock.now()
    made = Conversation(
        public_id=public_id or secrets.token_urlsafe(18),
        store_id=store_id,
        contact_id=contact_id,
        channel=channel,
        subject=" ".join(subject.split())[:200],
        language=language,
        page=page[:2000],
        created_at=moment,
        changed_at=moment,
    )
    session.add(made)
    session.flush()
    return made


def post(session: Session, conversation_id: int, new: NewEvent) -> Posted:
    """Add an event and whatever follows from it. The same `client_id` again returns the first event.

    What is posted to a conversation that was merged lands in the other one. Raises ConversationNotFound,
    MessageRefused, AnsweredMeanwhile (with `after`), Blocked for a contact whom the shop hears no more, and
    NotForTheBot when the bot speaks where a person does.
    """
    conversation = hold(session, conversation_id)
    known = _known(session, int(conversation.id or 0), new.client_id)
    if known is None and new.author.kind == "shopper":
        refusing.refuse_blocked(session, conversation)
    posted = post_held(session, conversation, new, known)
    session.flush()
    return posted


def post_held(
    session: Session, conversation: Conversation, new: NewEvent, known: ConversationEvent | None
) -> Posted:
    """The same in a conversation whose row the transaction holds; `known` is the event of that `client_id`, if any.

    Refuses before it changes anything. The caller flushes, once for many.
    """
    new = refusing.checked(new)
    if known is not None:
        return Posted(known, fresh=False)
    if new.author == BOT and conversation.held_by != "bot":
        raise NotForTheBot(Text("A person answers in this conversation."))
    if new.after is not None:
        refusing.refuse_second_answer(session, conversation, new)
    files = free(session, conversation, new)
    event = _add(session, conversation, new)
    bind(session, files, event)
    _follow(session, conversation, event, new.author)
    announce(session, conversation)
    return Posted(event, fresh=True)


def post_message(
    session: Session,
    conversation_id: int,
    *,
    author: Author,
    text: str,
    client_id: str | None = None,
    attachments: tuple[str, ...] = (),
    after: int | None = None,
) -> Posted:
    """Say something; `attachments` are public ids. See `post`."""
    data = {"attachments": list(attachments)} if attachments else {}
    return post(session, conversation_id, NewEvent("message", author, text, client_id, after, data))


def hand_over(
    session: Session, conversation_id: int, *, author: Author, reason: str, client_id: str | None = None
) -> Posted:
    """Give the conversation to people; one that they hold already stays as it is but is marked as waiting.

    The event says whether the shop is open now and when an answer can be expected.
    """
    conversation = hold(session, conversation_id)
    setting = settings.of_store(session, conversation.store_id)
    moment = clock.now()
    expected = settings.reply_by(setting, moment, channel=conversation.channel)
    data = {
        "reason": reason,
        "hours": "open" if hours.is_open(setting.hours, moment) else "closed",
        "reply_by": expected.isoformat() if expected else "",
    }
    return post(session, conversation_id, NewEvent("handed_over", author, "", client_id, None, data))


def set_state(
    session: Session,
    conversation_id: int,
    *,
    author: Author,
    state: State,
    until: object = None,
    client_id: str | None = None,
) -> Posted | None:
    """Open, snooze (until a moment), resolve or mark as spam; None when it is in that state already."""
    conversation = hold(session, conversation_id)
    if conversation.state == state and state != "snoozed":
        return None
    data = {"from": conversation.state, "to": state}
    if state == "snoozed":
        conversation.snoozed_until = until  # type: ignore[assignment]
        data["until"] = until.isoformat() if until else ""  # type: ignore[attr-defined]
    return post(session, conversation_id, NewEvent("state", author, "", client_id, None, data))


def hold(session: Session, conversation_id: int) -> Conversation:
    """The conversation with its row held until the transaction ends; of a merged one, the one it was merged into.

    Raises ConversationNotFound.
    """
    chosen = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    found = session.exec(chosen.execution_options(populate_existing=True)).first()
    if found is None:
        raise ConversationNotFound(Text("This conversation does not exist."))
    return found if found.merged_into_id is None else hold(session, found.merged_into_id)


def mark_read(session: Session, conversation: Conversation, *, reader: str, seq: int) -> None:
    """Remember how far somebody has read; a mark never goes back."""
    seq = min(seq, conversation.last_seq)
    mark = session.get(ReadMark, (conversation.id, reader), with_for_update=True)
    if mark is not None and mark.seq >= seq:
        return
    row = {"conversation_id": conversation.id, "reader": reader, "seq": seq, "read_at": clock.now()}
    upsert(session, ReadMark, [row], key=["conversation_id", "reader"])
    announce_read(session, conversation.public_id, reader, seq)


# -- inside ------------------------------------------------------------------------------------------------------


def _known(session: Session, conversation_id: int, client_id: str | None) -> ConversationEvent | None:
    if client_id is None:
        return None
    chosen = select(ConversationEvent).where(
        ConversationEvent.conversation_id == conversation_id, ConversationEvent.client_id == client_id
    )
    return session.exec(chosen).first()


def _add(session: Session, conversation: Conversation, new: NewEvent) -> ConversationEvent:
    conversation.last_seq += 1
    conversation.changed_at = max(clock.now(), conversation.changed_at)
    event = ConversationEvent(
        conversation_id=int(conversation.id or 0),
        seq=conversation.last_seq,
        kind=new.kind,
        author=new.author.kind,
        staff_id=new.author.staff_id,
        public=new.kind in PUBLIC_KINDS,
        client_id=new.client_id,
        text=new.text,
        data=new.data or {},
        created_at=conversation.changed_at,
    )
    session.add(conversation)
    session.add(event)
    return event


def _follow(session: Session, conversation: Conversation, event: ConversationEvent, author: Author) -> None:
    """What an event makes of its conversation, and who else must hear of it."""
    if event.kind == "message":
        _after_message(session, conversation, event, author.device_id)
    elif event.kind == "handed_over":
        if conversation.state in ("resolved", "snoozed"):
            _open_again(session, conversation)
        _wait_for_person(session, conversation, event)
    elif event.kind == "state":
        _into_state(session, conversation, event)


def _after_message(
    session: Session, conversation: Conversation, event: ConversationEvent, device_id: int
) -> None:
    if event.author == "agent":
        conversation.held_by = "people"
        conversation.waiting_since = conversation.respond_by = None
        conversation.assignee_id = conversation.assignee_id or event.staff_id
    if event.author == "shopper" and conversation.state != "spam":
        if conversation.state == "resolved":
            conversation.held_by = "bot"  # A new question, which the bot may answer first.
        if conversation.state != "open":
            _open_again(session, conversation)
        if conversation.held_by == "bot":
            record(session, ShopperAsked(event.conversation_id, event.seq, device_id))
        else:
            _wait_for_person(session, conversation, event)


def _open_again(session: Session, conversation: Conversation) -> None:
    """What the shopper just did opens the conversation."""
    change = {"from": conversation.state, "to": "open"}
    _into_state(session, conversation, _add(session, conversation, NewEvent("state", SHOPPER, data=change)))


def _wait_for_person(session: Session, conversation: Conversation, event: ConversationEvent) -> None:
    """Who writes on while they wait is not told again to the people who look for somebody: one job, not one a message."""
    conversation.held_by = "people"
    if conversation.waiting_since is not None and event.kind == "message":
        return
    if conversation.waiting_since is None:
        conversation.waiting_since = event.created_at
        setting = settings.of_store(session, conversation.store_id)
        minutes = setting.targets.of(conversation.channel)
        conversation.respond_by = hours.due(setting.hours, event.created_at, minutes)
    record(session, PersonWanted(event.conversation_id, event.seq))


def _into_state(session: Session, conversation: Conversation, event: ConversationEvent) -> None:
    conversation.state = event.data["to"]
    if conversation.state != "snoozed":
        conversation.snoozed_until = None
    conversation.resolved_at = event.created_at if conversation.state == "resolved" else None
    if conversation.state in ("resolved", "spam"):
        conversation.waiting_since = conversation.respond_by = None
    if conversation.state == "resolved":
        record(session, ConversationResolved(event.conversation_id, event.seq))
