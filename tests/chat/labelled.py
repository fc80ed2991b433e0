"""The labelled turns of `turns.txt`, and two shops whose bot answers them: the demo's in Seoul and in Berlin."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlmodel import Session, select

from aftercart.demo_help import FACTS
from chat import actions
from chat.bot import answer
from chat.schemas import Author
from chat.tables import ConversationEvent
from connector import actions as mirror
from connector.queries import order_numbered
from connector.tables import ShopOrder, Store
from connector.woo import payloads
from core import clock
from core.database import Database
from core.jobs import Jobs
from customers.tables import Contact, ContactDevice, OrderProof
from faq import editing, publishing, queries, starter
from faq.help_centres import help_centre_of
from faq.meaning import Meaning
from tests import factories

SOURCE = Path(__file__).with_name("turns.txt")
HELD_BACK = 3  # Every third turn.
CURRENCIES = {"krw": "KRW", "eur": "EUR"}
ACCOUNTS = {"krw": 16, "eur": 38}  # Customers of the recorded shops, with several orders each.
GUEST_ORDERS = {"krw": "78", "eur": "157"}


@dataclass(frozen=True)
class Label:
    """A turn and what is right to do with it."""

    place: int
    shop: str
    who: str
    text: str
    right: tuple[str, ...]

    @property
    def held_back(self) -> bool:
        return self.place % HELD_BACK == 2

    @property
    def nothing_fits(self) -> bool:
        return "nothing" in self.right and not any(right.startswith("article:") for right in self.right)


@dataclass(frozen=True)
class Outcome:
    """What the bot did: its message, and the action in the words of the labels."""

    label: Label
    event: ConversationEvent
    did: str
    offered: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        """A choice is right when the right article is one of it: the shopper is one touch away."""
        if self.did in self.label.right:
            return True
        return self.did == "choices" and bool(set(self.offered) & set(self.label.right))

    @property
    def told_something(self) -> bool:
        return self.did.partition(":")[0] in ("article", "order", "product", "shop")


def labels() -> list[Label]:
    lines = [line for line in SOURCE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    found = []
    for place, line in enumerate(lines):
        shop, who, text, right = line.split(" | ")
        found.append(Label(place, shop, who, text, tuple(right.split("/"))))
    return found


@dataclass
class Shop:
    """A mirrored shop with its help centre, and the orders that each of its shoppers may see."""

    store: Store
    keys: Mapping[int, str]  # The starter set's key of each article.
    devices: Mapping[str, ContactDevice]
    contacts: Mapping[str, Contact]
    orders: Mapping[str, frozenset[str]]


def open_shop(database: Database, name: str) -> Shop:
    with database.writing() as session:
        store = factories.store(
            session,
            currency=CURRENCIES[name],
            address=f"https://{name}.example",
            home_address=f"https://{name}.example",
            locale="ko_KR" if name == "krw" else "en_US",
            gateways={"bacs": "무통장 입금" if name == "krw" else "Bank transfer", "cod": "Cash"},
            settings={"offered_gateways": ["bacs"]},
        )
        for body in factories.recorded_bodies(name, "orders"):
            factories.mirrored(session, store, payloads.order(body))
        _mirror_products(session, store, name)
        keys = _publish(session, store)
        devices, contacts, orders = _shoppers(session, store, name)
    return Shop(store, keys, devices, contacts, orders)


def _mirror_products(session: Session, store: Store, name: str) -> None:
    bodies = factories.recorded_bodies(name, "products")
    parents = {body["id"]: body for body in bodies}
    told = [payloads.product(body) for body in bodies]
    told += [
        payloads.product(body, parent=parents[body["parent_id"]])
        for body in factories.recorded_bodies(name, "variations")
        if body.get("parent_id") in parents
    ]
    mirror.mirror_products(session, store, told, now=clock.now())


def _publish(session: Session, store: Store) -> dict[int, str]:
    store_id = int(store.id or 0)
    centre = help_centre_of(session, store_id)
    centre.facts = {"name": store.name, "site": store.home_address, **FACTS[store.currency]}
    session.add(centre)
    starter.install(session, store_id=store_id, by="Mina")
    keys = {}
    for example in starter.examples():
        article = queries.article_from(session, store_id, example.source)
        assert article is not None
        keys[int(article.id or 0)] = example.key
        for locale in sorted(example.texts, key=lambda one: one != example.main_locale):
            form = example.texts[locale]
            settled = form.model_copy(update={"slug": "", "body": starter.without_notes(form.body)})
            publishing.publish(
                session, editing.save_text(session, article, locale=locale, form=settled, by="Mina")
            )
    return keys


def _shoppers(
    session: Session, store: Store, name: str
) -> tuple[dict[str, ContactDevice], dict[str, Contact], dict[str, frozenset[str]]]:
    soon = clock.now() + timedelta(hours=1)
    language = "ko" if name == "krw" else "en"
    contacts = {who: factories.contact(session, store, language=language) for who in ("nobody", "guest")}
    contacts["account"] = factories.contact(
        session, store, language=language, customer_remote_id=ACCOUNTS[name]
    )
    devices = {who: factories.device(session, contact) for who, contact in contacts.items()}
    devices["account"].account_until = soon
    session.add(devices["account"])
    proven = order_numbered(session, int(store.id or 0), GUEST_ORDERS[name])
    assert proven is not None
    session.add(
        OrderProof(
            device_id=int(devices["guest"].id or 0),
            order_id=int(proven.id or 0),
            proven_at=clock.now(),
            expires_at=soon,
        )
    )
    own = session.exec(
        select(ShopOrder.number).where(
            ShopOrder.store_id == store.id, ShopOrder.customer_remote_id == ACCOUNTS[name]
        )
    ).all()
    return (
        devices,
        contacts,
        {"nobody": frozenset(), "guest": frozenset({proven.number}), "account": frozenset(own)},
    )


def ask(database: Database, jobs: Jobs, shop: Shop, label: Label, meaning: Meaning | None) -> Outcome:
    """Put the text into a conversation of its own, let the bot's job run, and read what it said."""
    device = int(shop.devices[label.who].id or 0)
    with database.writing() as session:
        talk = factories.conversation(session, shop.store, shop.contacts[label.who])
        number = int(talk.id or 0)
        asked = actions.post_message(
            session, number, author=Author("shopper", device_id=device), text=label.text
        ).event
    answer(
        database,
        jobs.services["settings"],
        jobs.services["keys"],
        conversation_id=number,
        seq=asked.seq,
        device_id=device,
        meaning=meaning,
    )
    with database.reading() as session:
        event = session.exec(
            select(ConversationEvent).where(
                ConversationEvent.conversation_id == number,
                ConversationEvent.author == "bot",
                ConversationEvent.kind == "message",
            )
        ).one()
        return Outcome(label, event, _did(session, shop, event), _offered(shop, event))


def _did(session: Session, shop: Shop, event: ConversationEvent) -> str:
    action: str = event.data["action"]
    if action == "article":
        return f"article:{shop.keys[event.data['article']['id']]}"
    if action == "product":
        return f"product:{event.data['product']['id']}"
    return action


def _offered(shop: Shop, event: ConversationEvent) -> tuple[str, ...]:
    choices: Sequence[dict[str, int]] = event.data.get("choices", [])
    return tuple(f"article:{shop.keys[one['id']]}" for one in choices if one.get("id") in shop.keys)
