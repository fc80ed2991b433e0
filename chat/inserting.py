"""What a person of the shop puts into a reply: articles, links to invoices; and the article that a good reply becomes."""

import re
from dataclasses import dataclass

from sqlmodel import Session, col, select

from chat import beside
from chat.errors import ConversationNotFound
from chat.tables import Conversation, ConversationEvent
from connector import queries as shops
from connector.tables import Store
from core.languages import Text
from core.security import Keys, SignedIn
from core.settings import Settings
from customers import profiles
from faq import editing, search
from faq.addresses import help_address
from faq.blotting import BLOT, blotted
from faq.help_centres import help_centre_as_shown
from faq.schemas import LOCALE, LONGEST_TITLE, ArticleForm, Reader, TextForm
from faq.tables import ArticleText
from invoices.links import address_for
from invoices.schemas import kind_of
from invoices.tables import Invoice

MOST_ARTICLES = 6
PERSONAL_LINK = re.compile(r"\S*/i/[\w.-]{20,}")  # Opens one customer's document: nothing for an article.


@dataclass(frozen=True)
class Insert:
    """Something that can be put into a reply: what it is called, a line about it, and the words that are put in."""

    title: str
    about: str
    words: str


def last_question(session: Session, conversation: Conversation, *, before: int | None = None) -> str:
    """The shopper's newest message (before that event)."""
    chosen = select(ConversationEvent.text).where(
        ConversationEvent.conversation_id == conversation.id,
        ConversationEvent.kind == "message",
        ConversationEvent.author == "shopper",
    )
    if before is not None:
        chosen = chosen.where(col(ConversationEvent.seq) < before)
    return session.exec(chosen.order_by(col(ConversationEvent.seq).desc())).first() or ""


def articles(session: Session, conversation: Conversation, words: str, settings: Settings) -> list[Insert]:
    """Published articles that fit the words, or the shopper's newest question; only what any shopper may read."""
    question = words.strip() or last_question(session, conversation)
    if not question:
        return []
    found = search.search(
        session,
        reader=Reader(conversation.store_id),
        locale=conversation.language,
        question=question,
        limit=MOST_ARTICLES,
    )
    centre = help_centre_as_shown(session, conversation.store_id)
    return [
        Insert(
            hit.title,
            hit.passage,
            f"{hit.title}\n{help_address(settings, centre, hit.locale, hit.slug)}",
        )
        for hit in found.hits
    ]


def invoices(session: Session, conversation: Conversation, keys: Keys, settings: Settings) -> list[Insert]:
    """Links to the documents of the person's orders: only of those that they proved to have made."""
    store = shops.store(session, conversation.store_id)
    orders = profiles.profile(session, conversation.contact_id).orders
    documents = beside.documents_of(session, [one.id for one in orders])
    return [
        Insert(document.number, f"#{one.number}", _link(session, store, document, keys, settings))
        for one in orders
        for document in reversed(documents.get(one.id, ()))
        if document.pdf_digest
    ]


def _link(session: Session, store: Store, document: Invoice, keys: Keys, settings: Settings) -> str:
    order = shops.order(session, document.order_id)
    return address_for(keys, settings, store, order, kind=kind_of(document.kind), cause=document.cause)


def draft_article(session: Session, conversation: Conversation, seq: int, who: SignedIn) -> ArticleText:
    """A draft in the conversation's language: the question that was answered, without what tells who asked, and the reply.

    Raises ConversationNotFound when there is no such reply.
    """
    reply = session.get(ConversationEvent, (conversation.id, seq))
    if reply is None or reply.kind != "message" or reply.author != "agent":
        raise ConversationNotFound(Text("There is no such reply here."))
    asked = blotted(last_question(session, conversation, before=seq), longest=LONGEST_TITLE)
    question = asked.replace(BLOT, "…")
    locale = conversation.language if LOCALE.fullmatch(conversation.language) else "en"
    return editing.create(
        session,
        conversation.store_id,
        locale=locale,
        form=ArticleForm(),
        text=TextForm(
            title=question or " ".join(reply.text.split())[:80],
            body=PERSONAL_LINK.sub("…", reply.text),
            samples=(question,) if question else (),
        ),
        by=who.name,
    )
