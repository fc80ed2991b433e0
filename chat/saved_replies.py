"""Saved replies: written once in each language, with variables that are filled for the conversation at hand.

The variables of the shop and its goods are those of articles (`faq/variables.py`), so one edit changes every place.
A reply with a variable that has no value is not given out: nobody sends "Dear {{customer.name}}".
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, update
from sqlmodel import Session, col, select

from chat.desk_tables import SavedReply
from chat.errors import HandlingRefused, ReplyUnfilled
from chat.handling import author_of
from chat.tables import Conversation
from connector import queries as shops
from connector.tables import Store
from core import clock, languages, money
from core.errors import NotFound
from core.languages import Text
from core.security import SignedIn
from customers import queries as people
from faq import variables as articles
from faq.guarded import unguarded

SHORTCUT = re.compile(r"[a-z0-9가-힣][a-z0-9가-힣_-]{0,29}")
LONGEST_TITLE = 100
LONGEST_TEXT = 4000
OFFERED = 8

OWN = {
    "customer.name": Text("The customer's name"),
    "order.number": Text("The order's number"),
    "order.total": Text("The order's amount"),
    "order.state": Text("The order's state, in the shop's words"),
    "agent.name": Text("Your own name"),
}


@dataclass(frozen=True)
class FilledReply:
    """A reply for one conversation. `unfilled` are the variables without a value: then `text` must not be sent."""

    text: str
    language: str
    unfilled: tuple[str, ...] = ()


def names() -> Sequence[tuple[str, Text]]:
    """All variables for the editor, with what they mean."""
    return (*OWN.items(), *((one.name, one.description) for one in articles.names()))


def refuse_unfilled(text: str) -> None:
    """Raise ReplyUnfilled for a text in which a variable still stands, whoever wrote it."""
    unfilled = articles.VARIABLE.findall(text)
    if unfilled:
        raise ReplyUnfilled(
            Text("Fill in or take out before you send: %(names)s.", names=", ".join(unfilled)),
            names=unfilled,
        )


def filled(session: Session, conversation: Conversation, reply: SavedReply, staff: SignedIn) -> FilledReply:
    """The reply in the conversation's language (else in one that it has) with the values of this moment."""
    store = shops.store(session, conversation.store_id)
    language, body = _text_for(reply, conversation.language, store)
    wanted = articles.used(body)
    own = _own_values(session, conversation, store, staff, language)
    values = {name: own[name] if name in own else _of_shop(session, store, name, language) for name in wanted}
    unfilled = tuple(name for name in wanted if not values[name])
    # One pass: what looks like a variable inside a value stays text.
    text = articles.VARIABLE.sub(lambda found: values[found[1].lower()] or found[0], body)
    return FilledReply(text, language, unfilled)


def _text_for(reply: SavedReply, wanted: str, store: Store) -> tuple[str, str]:
    shops_own = languages.language_of(store.locale) or languages.DEFAULT_LANGUAGE
    for language in (wanted, languages.language_of(wanted) or "", shops_own, *reply.texts):
        if reply.texts.get(language, "").strip():
            return language, reply.texts[language]
    return shops_own, ""


def _own_values(
    session: Session, conversation: Conversation, store: Store, staff: SignedIn, language: str
) -> Mapping[str, str]:
    contact = people.contact(session, conversation.contact_id)
    order = shops.order(session, conversation.order_id) if conversation.order_id is not None else None
    return {
        "customer.name": contact.name.strip(),
        "agent.name": staff.name.strip(),
        "order.number": order.number if order else "",
        "order.total": money.shown(order.total_minor, order.currency, language) if order else "",
        "order.state": str(store.statuses.get(order.status) or order.status) if order else "",
    }


def _of_shop(session: Session, store: Store, name: str, language: str) -> str:
    found = articles.filled(session, store, "{{" + name + "}}", language)
    return "" if found.unfilled else unguarded(found.text)


# -- finding -----------------------------------------------------------------------------------------------------


def reply(session: Session, reply_id: int) -> SavedReply:
    """That reply. Raises NotFound."""
    found = session.get(SavedReply, reply_id)
    if found is None:
        raise NotFound(Text("There is no such saved reply."))
    return found


def replies(session: Session, store_id: int | None = None) -> Sequence[SavedReply]:
    """All replies by shortcut; with a shop, those that can be used there."""
    chosen = select(SavedReply).order_by(SavedReply.shortcut)
    if store_id is not None:
        chosen = chosen.where(_usable(store_id))
    return session.exec(chosen).all()


def offered(session: Session, store_id: int, typed: str, *, most: int = OFFERED) -> Sequence[SavedReply]:
    """What to offer for the letters typed so far: shortcuts that begin so, then titles that hold them; most used first."""
    letters = typed.strip().lower()
    begins = col(SavedReply.shortcut).startswith(letters, autoescape=True)
    chosen = (
        select(SavedReply)
        .where(_usable(store_id))
        .where(or_(begins, func.lower(SavedReply.title).contains(letters, autoescape=True)))
        .order_by(begins.desc(), col(SavedReply.used).desc(), SavedReply.shortcut)
        .limit(most)
    )
    return session.exec(chosen).all()


def count_use(session: Session, reply_id: int) -> None:
    """Somebody sent it."""
    session.execute(update(SavedReply).where(col(SavedReply.id) == reply_id).values(used=SavedReply.used + 1))


def _usable(store_id: int) -> ColumnElement[bool]:
    return or_(col(SavedReply.store_id).is_(None), col(SavedReply.store_id) == store_id)


# -- writing -----------------------------------------------------------------------------------------------------


def problems(
    session: Session, *, shortcut: str, title: str, texts: Mapping[str, str], reply_id: int | None = None
) -> dict[str, Text]:
    """The mistakes by field; none when the reply can be kept."""
    found: dict[str, Text] = {}
    if not SHORTCUT.fullmatch(shortcut):
        found["shortcut"] = Text("A shortcut is one word of small letters and digits, at most 30.")
    else:
        other = session.exec(select(SavedReply).where(SavedReply.shortcut == shortcut)).first()
        if other is not None and other.id != reply_id:
            found["shortcut"] = Text("Another reply has this shortcut already.")
    if not 0 < len(title) <= LONGEST_TITLE:
        found["title"] = Text("Please give it a title of at most %(most)s characters.", most=LONGEST_TITLE)
    written = {language: text for language, text in texts.items() if text.strip()}
    if not written:
        found["texts"] = Text("Please write the reply in at least one language.")
    if any(len(text) > LONGEST_TEXT for text in written.values()):
        found["texts"] = Text("A reply has at most %(most)s characters.", most=LONGEST_TEXT)
    unknown = [name for text in written.values() for name in articles.used(text) if not is_variable(name)]
    if unknown:
        found["texts"] = Text(
            "There is no such variable: %(names)s. Choose one from the list beside the text.",
            names=", ".join(dict.fromkeys(unknown)),
        )
    return found


def is_variable(name: str) -> bool:
    """Whether there is a variable of that name."""
    product = articles.PRODUCT.fullmatch(name)
    return (
        name in OWN
        or (name.removeprefix("shop.") in articles.SHOP and name.startswith("shop."))
        or (product is not None and product[2] in articles.PRODUCTS)
    )


def save(
    session: Session,
    who: SignedIn,
    *,
    shortcut: str,
    title: str,
    texts: Mapping[str, str],
    store_id: int | None = None,
    reply_id: int | None = None,
) -> SavedReply:
    """Make a reply or change one. Raises HandlingRefused with the mistakes by field, and NotFound."""
    author_of(who)
    shortcut, title = shortcut.strip().lower().removeprefix("/"), " ".join(title.split())
    found = problems(session, shortcut=shortcut, title=title, texts=texts, reply_id=reply_id)
    if found:
        raise HandlingRefused(
            next(iter(found.values())), fields={name: str(one) for name, one in found.items()}
        )
    kept = {language: text.strip().replace("\r\n", "\n") for language, text in texts.items() if text.strip()}
    moment = clock.now()
    made = (
        reply(session, reply_id)
        if reply_id is not None
        else SavedReply(shortcut=shortcut, title=title, texts={}, changed_at=moment)
    )
    made.shortcut, made.title, made.texts, made.store_id = shortcut, title, kept, store_id
    made.changed_at = moment
    session.add(made)
    session.flush()
    return made


def forget(session: Session, who: SignedIn, reply_id: int) -> None:
    """Throw a reply away; what was sent with it stays."""
    author_of(who)
    session.delete(reply(session, reply_id))
    session.flush()
