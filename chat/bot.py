"""The bot's answer, a job: it reads the conversation, decides one turn and says it, or is silent where it must be.

It may run twice and at the same time as anything else. It answers the newest message only, once, and only while the bot
holds the conversation; what it tells of orders is what the writing browser has proven at this moment.
"""

from sqlmodel import Session, col, select

from chat import actions, queries
from chat.announcing import signal
from chat.bot_turns import Asked, Services, Turn
from chat.deciding import decide
from chat.desk_tables import ChatSetting
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
    services = Services(settings, keys, meaning)
    try:
        _answer(database, services, fanout, conversation_id, seq, device_id)
    except Exception:
        if last_attempt:
            _give_up(database, conversation_id, seq)
        raise


def _answer(
    database: Database,
    services: Services,
    fanout: Fanout | None,
    conversation_id: int,
    seq: int,
    device_id: int,
) -> None:
    with database.reading() as session:
        asked = _asked(session, conversation_id, seq, device_id)
    if asked is None:
        return
    _typing(fanout, asked.conversation)
    with database.reading() as session, speaking(asked.language):
        turn = decide(session, services, asked)
    with database.writing() as session:
        _say(session, asked, turn)


def _asked(session: Session, conversation_id: int, seq: int, device_id: int) -> Asked | None:
    """What is to be answered; None where the bot has nothing to say (any more)."""
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or not _is_turn(session, conversation, seq):
        return None
    contact = people.contact(session, conversation.contact_id)
    store = shops.store(session, conversation.store_id)
    if contact.blocked_at is not None:
        return None
    before, messages = _unanswered(session, conversation_id, seq)
    question = "\n".join(message.text for message in messages).strip()
    language = spoken(question, conversation.language)
    return Asked(
        store=store,
        conversation=conversation,
        contact=contact,
        shopper=_shopper(session, contact, device_id),
        seq=seq,
        question=question,
        language=language_of(language) or DEFAULT_LANGUAGE,
        locale=language,
        before=before,
    )


def _is_turn(session: Session, conversation: Conversation, seq: int) -> bool:
    """Whether the bot holds the conversation and nothing newer was written that its own job answers."""
    if conversation.held_by != "bot" or conversation.state != "open":
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
    session: Session, conversation_id: int, seq: int
) -> tuple[ConversationEvent | None, list[ConversationEvent]]:
    """The bot's turn before, and the shopper's messages since anybody else spoke."""
    found = queries.latest_events(session, conversation_id, before=seq + 1, most=LOOKED_BACK)
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
    held = session.exec(select(Conversation).where(Conversation.id == number).with_for_update()).one()
    if not _is_turn(session, held, asked.seq):
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


def _hand_over(session: Session, conversation_id: int, seq: int, reason: str) -> None:
    actions.hand_over(session, conversation_id, author=BOT, reason=reason, client_id=f"bot-{seq}-person")


def _give_up(database: Database, conversation_id: int, seq: int) -> None:
    with database.writing() as session:
        found = session.get(Conversation, conversation_id)
        if found is not None and found.held_by == "bot" and found.state == "open":
            _hand_over(session, conversation_id, seq, "failed")


def is_on(session: Session, store_id: int) -> bool:
    """Whether the shop has a bot; a shop that has set nothing up has one."""
    setting = session.get(ChatSetting, store_id)
    return setting is None or setting.bot
