"""The bot's answer, a job: it reads the conversation, decides one turn and says it, or is silent where it must be.

It may run twice and at the same time as anything else. It answers the newest message only, once, and only while the bot
holds the conversation; what it tells of orders is what the writing browser has proven at this moment.
"""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from chat import actions, queries
from chat import settings as chat_settings
from chat.announcing import signal
from chat.bot_turns import Asked, Services, Turn
from chat.deciding import decide
from chat.model import in_other_words
from chat.schemas import BOT, NewEvent
from chat.tables import Conversation, ConversationEvent
from connector import queries as shops
from core.database import Database
from core.fanout import Fanout
from core.languages import DEFAULT_LANGUAGE, language_of, speaking
from core.security import Keys
from core.settings import Settings
from customers import queries as people
from customers.schemas import Shopper
from customers.tables import Contact, ContactDevice
from faq import questions
from faq.meaning import Meaning

TYPING_SECONDS = 6
MOST_MESSAGES = 5  # Of a shopper in a row that are read as one question.
LOOKED_BACK = 20  # Events before the message.


@dataclass(frozen=True)
class Message:
    """A shopper's message, and the browser that wrote it (0: unknown)."""

    conversation_id: int
    seq: int
    device_id: int


def answer(
    database: Database,
    settings: Settings,
    keys: Keys,
    *,
    conversation_id: int,
    seq: int,
    device_id: int = 0,
    fanout: Fanout | None = None,
    meaning: Meaning | None = None,
    last_attempt: bool = False,
) -> None:
    """Answer the shopper's message `seq`. Where the bot fails for good, a person is called."""
    message = Message(conversation_id, seq, device_id)
    try:
        _answer(database, Services(settings, keys, meaning), fanout, message)
    except Exception:
        if last_attempt:
            _call_person(database, message, "failed")
        raise


def _answer(database: Database, services: Services, fanout: Fanout | None, message: Message) -> None:
    with database.reading() as session:
        asked = _asked(session, message)
        setting = chat_settings.of(session, asked.store) if asked else None
    if asked is None or setting is None:
        return
    if not setting.bot:
        _call_person(database, message, "no_bot")
        return
    _typing(fanout, asked.conversation)
    with database.reading() as session, speaking(asked.language):
        turn = decide(session, services, asked)
    turn = in_other_words(database, services, asked, turn, setting.model)
    with database.writing() as session:
        _say(session, asked, turn)


def _asked(session: Session, message: Message) -> Asked | None:
    """What is to be answered; None where the bot has nothing to say (any more)."""
    conversation = session.get(Conversation, message.conversation_id)
    if conversation is None or not _is_turn(session, conversation, message.seq):
        return None
    contact = people.contact(session, conversation.contact_id)
    store = shops.store(session, conversation.store_id)
    if contact.blocked_at is not None:
        return None
    before, messages = _unanswered(session, message)
    question = "\n".join(message.text for message in messages).strip()
    language = spoken(question, conversation.language)
    return Asked(
        store=store,
        conversation=conversation,
        contact=contact,
        shopper=_shopper(session, contact, message.device_id),
        seq=message.seq,
        question=question,
        language=language_of(language) or DEFAULT_LANGUAGE,
        locale=language,
        before=before,
        attached=any(one.data.get("attachments") for one in messages),
    )


def _is_turn(session: Session, conversation: Conversation, seq: int) -> bool:
    """Whether the bot holds the conversation and nothing newer was written that its own job answers."""
    if conversation.held_by != "bot" or conversation.state != "open" or conversation.merged_into_id:
        return False
    newest = (
        select(ConversationEvent.seq)
        .where(
            ConversationEvent.conversation_id == conversation.id,
            ConversationEvent.kind == "message",
            ConversationEvent.author == "shopper",
        )
        .order_by(col(ConversationEvent.seq).desc())
    )
    return session.exec(newest).first() == seq


def _unanswered(
    session: Session, message: Message
) -> tuple[ConversationEvent | None, list[ConversationEvent]]:
    """The bot's turn before, and the shopper's messages since anybody else spoke."""
    found = queries.latest_events(session, message.conversation_id, before=message.seq + 1, most=LOOKED_BACK)
    messages: list[ConversationEvent] = []
    for event in reversed(found):
        if event.kind == "message" and event.author != "shopper":
            return (event if event.author == "bot" else None), messages[::-1][-MOST_MESSAGES:]
        if event.kind == "message":
            messages.append(event)
        elif messages and event.kind in ("handed_over", "state"):
            break
    return None, messages[::-1][-MOST_MESSAGES:]


def _shopper(session: Session, contact: Contact, device_id: int) -> Shopper | None:
    """What the browser has proven now; None for one that is not this contact's, or is forgotten."""
    device = session.get(ContactDevice, device_id) if device_id else None
    if device is None or device.contact_id != contact.id:
        return None
    return people.shopper(session, device, contact)


def spoken(question: str, language: str) -> str:
    """The language of the question where its letters tell it, else the conversation's."""
    if any("가" <= sign <= "힣" for sign in question):
        return "ko"
    if language == "ko" and sum(sign.isascii() and sign.isalpha() for sign in question) > LATIN_IN_KOREAN:
        return "en"
    return language


LATIN_IN_KOREAN = 12  # Letters: a model's name is shorter, a sentence in English longer.


def _typing(fanout: Fanout | None, conversation: Conversation) -> None:
    if fanout is not None:
        signal(
            fanout,
            type="typing",
            conversation=conversation.public_id,
            author="bot",
            name="",
            seconds=TYPING_SECONDS,
        )


def _say(session: Session, asked: Asked, turn: Turn) -> None:
    """Post the turn with what follows from it, unless something newer happened or it stands there already."""
    number = int(asked.conversation.id or 0)
    held = _held(session, number)
    if held is None or not _is_turn(session, held, asked.seq):
        return
    new = NewEvent("message", BOT, turn.text, f"bot-{asked.seq}", data=turn.data())
    if not actions.post(session, number, new).fresh:
        return
    if turn.answer is not None:
        questions.note(
            session,
            store_id=asked.store_id,
            locale=asked.locale,
            question=asked.question,
            channel="chat",
            answer=turn.answer,
        )
    if turn.hand_over:
        _hand_over(session, number, asked.seq, turn.hand_over)


def _held(session: Session, conversation_id: int) -> Conversation | None:
    """The conversation as it is now, held until the transaction ends."""
    chosen = select(Conversation).where(Conversation.id == conversation_id).with_for_update()
    return session.exec(chosen.execution_options(populate_existing=True)).first()


def _hand_over(session: Session, conversation_id: int, seq: int, reason: str) -> None:
    actions.hand_over(session, conversation_id, author=BOT, reason=reason, client_id=f"bot-{seq}-person")


def _call_person(database: Database, message: Message, reason: str) -> None:
    """Hand over without a word of the bot's."""
    with database.writing() as session:
        held = _held(session, message.conversation_id)
        if held is not None and _is_turn(session, held, message.seq):
            _hand_over(session, message.conversation_id, message.seq, reason)
