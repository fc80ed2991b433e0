"""A conversation as a letter to the shopper: what was said in public, and a link to rate it.

An address that somebody merely typed might be a stranger's. So the letter goes only to the address that was given in
the chat, seldom, and without the shopper's own words: nobody can send a text of their choice to anybody through it.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from chat import queries, rating, settings
from chat.errors import TranscriptRefused
from chat.schemas import PUBLIC_KINDS
from chat.tables import Conversation, ConversationEvent
from connector import queries as shops
from connector.tables import Store
from core import clock, jobs, languages
from core.colours import DEFAULT_ACCENT
from core.errors import TooMany
from core.languages import Text, speaking
from core.languages import gettext as _
from core.security import Keys, same
from customers import queries as people
from customers.tables import Contact
from outbox import actions as outbox
from outbox.letters import framed
from outbox.schemas import NewLetter
from outbox.tables import Letter
from staff.tables import StaffMember

PURPOSE = "transcript"
MOST_A_DAY = (
    3  # Letters to one address: honest people want the end of a conversation, and once more if it goes on.
)
MOST_MESSAGES = 200
LONGEST_LETTER = 100_000  # Characters; mail programs cut longer ones off.


def want(session: Session, conversation: Conversation, *, address: str) -> None:
    """Have it sent, once for each state of the conversation.

    Who has given no address yet gives it now. Raises TranscriptRefused for any address but the contact's, and TooMany.
    """
    contact = people.contact(session, conversation.contact_id)
    wanted = address.strip().lower()
    if not contact.email and not contact.customer_remote_id and wanted:
        contact.email = wanted
        session.add(contact)
    if not contact.email or not same(wanted, contact.email):
        raise TranscriptRefused(
            Text("The conversation can be sent only to the e-mail address that you gave in this chat.")
        )
    seq = _last_public(session, int(conversation.id or 0))
    if _sent_lately(session, wanted) >= MOST_A_DAY:
        raise TooMany(
            Text("The conversation was sent to you several times today. Please look into your mail.")
        )
    jobs.enqueue(
        session,
        "chat.send_transcript",
        f"{conversation.id}-{seq}-{wanted}",
        conversation_id=int(conversation.id or 0),
        seq=seq,
        address=wanted,
    )


@dataclass(frozen=True)
class _Wish:
    """A letter to be written; `link` is where the conversation can be rated, "" for nowhere."""

    shop: Store
    conversation: Conversation
    contact: Contact
    seq: int
    accent: str
    link: str

    @property
    def said_only(self) -> bool:
        """Whether nothing proves that the address is the shopper's."""
        return self.contact.email_proven_at is None and not self.contact.customer_remote_id


def hand_in(
    session: Session, keys: Keys, conversation_id: int, *, seq: int, address: str, service: str
) -> int | None:
    """Hand the letter in; its number, or None when the contact has another address by now. `service` is our address."""
    conversation = queries.conversation(session, conversation_id)
    contact = people.contact(session, conversation.contact_id)
    if contact.email != address:
        return None
    shop = shops.store(session, conversation.store_id)
    setting = settings.of(session, shop)
    rated = setting.rating and conversation.state == "resolved"
    wish = _Wish(
        shop,
        conversation,
        contact,
        seq,
        accent=str(setting.look.get("colour") or DEFAULT_ACCENT),
        link=rating.link(keys, conversation, address=service) if rated else "",
    )
    with speaking(languages.language_of(conversation.language) or languages.DEFAULT_LANGUAGE):
        return outbox.hand_in(session, _letter(session, wish))


def _letter(session: Session, wish: _Wish) -> NewLetter:
    shop, contact = wish.shop, wish.contact
    title = _("Your conversation with %(shop)s") % {"shop": shop.name}
    text, html = framed(
        languages.current(),
        brand=shop.name,
        accent=wish.accent,
        title=title,
        paragraphs=_paragraphs(session, wish),
        button=(_("How did we help you?"), wish.link) if wish.link else None,
        small_print=_(
            "You get this letter because somebody asked for it in the chat of %(shop)s and gave this address. If it "
            "was not you, do nothing: nothing more will come."
        )
        % {"shop": shop.name},
    )
    return NewLetter(
        cause=f"transcript:{wish.conversation.id}:{wish.seq}:{contact.email}",
        purpose="transcript",
        legal_class="transactional",
        store_id=shop.id,
        order_id=None,
        to_address=contact.email,
        to_name="" if wish.said_only else contact.name,
        language=languages.current(),
        sender_name=shop.name,
        reply_to=str(shop.seller.get("email") or ""),
        subject=title,
        text=text,
        html=html,
    )


def _paragraphs(session: Session, wish: _Wish) -> list[str]:
    names = dict(session.exec(select(StaffMember.id, StaffMember.name)).all())
    told: list[str] = []
    for event in session.exec(_messages(wish)):
        moment = languages.moment(event.created_at, languages.current(), wish.shop.zone)
        files = [_("(file)")] * len(event.data.get("attachments") or ())
        heading = f"{_speaker(event, wish.contact, names.get(event.staff_id))} · {moment}"
        told.append("\n".join(line for line in (heading, event.text, *files) if line))
        if sum(map(len, told)) > LONGEST_LETTER:
            break
    first = (
        _(
            "Here is what we answered you; your own words are left out, since this address was never confirmed."
        )
        if wish.said_only
        else _("Here is what was said.")
    )
    return [first, *reversed(told)]


def _messages(wish: _Wish) -> SelectOfScalar[ConversationEvent]:
    """What was said in public, the newest first."""
    chosen = (
        select(ConversationEvent)
        .where(
            ConversationEvent.conversation_id == wish.conversation.id,
            ConversationEvent.kind == "message",
            col(ConversationEvent.public).is_(True),
            col(ConversationEvent.seq) <= wish.seq,
        )
        .order_by(col(ConversationEvent.seq).desc())
        .limit(MOST_MESSAGES)
    )
    return chosen.where(ConversationEvent.author != "shopper") if wish.said_only else chosen


def _speaker(event: ConversationEvent, contact: Contact, agent: str | None) -> str:
    if event.author == "agent":
        return agent or _("The shop")
    if event.author == "shopper":
        return contact.name or _("You")
    return _("Automatic")


def _last_public(session: Session, conversation_id: int) -> int:
    chosen = select(func.max(ConversationEvent.seq)).where(
        ConversationEvent.conversation_id == conversation_id,
        col(ConversationEvent.kind).in_(PUBLIC_KINDS - {"rating"}),
    )
    return int(session.exec(chosen).one() or 0)


def _sent_lately(session: Session, address: str) -> int:
    chosen = select(func.count()).where(
        Letter.purpose == PURPOSE,
        Letter.to_address == address,
        col(Letter.created_at) > clock.now() - timedelta(days=1),
    )
    return int(session.exec(chosen).one())
