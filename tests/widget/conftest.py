"""The whole service, a shop's page with its widget on another origin, and real browsers that visit it."""

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
from fastapi import FastAPI
from playwright.sync_api import Locator, Page
from sqlmodel import Session, select

from aftercart.processes import free_port
from aftercart.serving import server_of
from chat import actions as chat
from chat import settings as chat_settings
from chat.schemas import Author
from chat.tables import Conversation
from connector import paired_keys
from connector.tables import Store
from core import clock
from core import settings as core_settings
from core.database import Database
from core.security import derived
from core.settings import Settings
from staff import actions as staff
from staff import passwords
from tests import factories
from tests.browsers import Windows
from tests.databases import Databases
from tests.faq.factories import article, translation
from tests.faq.help_site import centre
from tests.pages.site import app_of
from tests.standins import HandWorker, until
from tests.wired import wire

from .shop_page import ShopPages, shop_pages

ROOT = bytes(range(32))
CUSTOMER = 7
ENGLISH = "Send it back within **14 days**.\n\n## How\n\n1. Open *My orders*.\n2. Choose `Return`.\n\n| Country | Label |\n| --- | --- |\n| Germany | free |\n"
KOREAN = "7일 안에 **반품**해 주세요.\n\n## 방법\n\n내 주문에서 신청해요.\n"


@dataclass
class Shop:
    """The running service, the shop and its page."""

    address: str
    app: FastAPI
    database: Database
    pages: ShopPages
    store_id: int
    public_id: str
    staff_id: int
    work: HandWorker

    def answer(self, text: str, *, newest: int = 1) -> None:
        """An agent answers in the newest conversation."""
        with self.writing() as session:
            talk = session.exec(select(Conversation).order_by(Conversation.id.desc())).first()  # type: ignore[union-attr]
            assert talk is not None
            chat.post_message(session, int(talk.id or 0), author=Author("agent", self.staff_id), text=text)

    def set(self, **changes: Any) -> None:
        """Change how the chat is set up."""
        with self.writing() as session:
            chat_settings.change(session, session.get_one(Store, self.store_id), **changes)

    def writing(self) -> Any:
        return self.database.writing()

    def word(self, customer: int = CUSTOMER, *, minutes: float = 5) -> dict[str, str]:
        """What the shop's own address answers for that signed-in customer."""
        claims = {
            "iss": self.pages.origin,
            "aud": "aftercart",
            "sub": f"wc:{customer}",
            "exp": int((clock.now() + timedelta(minutes=minutes)).timestamp()),
        }
        token = jwt.encode(claims, derived(ROOT, "shopper"), algorithm="HS256", headers={"kid": "k1"})
        return {"token": token}


@pytest.fixture(scope="module")
def shop(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    folder: Path = tmp_path_factory.mktemp("widget")
    address = databases.make(folder / "data")
    database = Database(address)
    book = wire(database)
    settings = core_settings.load(
        data_folder=folder / "data", database_url="" if database.on_sqlite else address, node="test"
    )
    settings.port = free_port()
    settings.public_url = f"http://127.0.0.1:{settings.port}"
    app = app_of(database, settings)
    book.services = {
        **{name: getattr(app.state, name) for name in ("settings", "keys", "files", "limits", "mailer")},
        "database": database,
        "jobs": book,
    }
    with serving(app, settings) as where, shop_pages() as pages:
        pages.service = where
        with database.writing() as session:
            found = _shop(session, app, pages)
        pages.shop = found["public_id"]
        yield Shop(where, app, database, pages, work=HandWorker(book), **found)
    book.close()
    database.dispose()
    databases.remove(address)


@contextmanager
def serving(app: FastAPI, settings: Settings) -> Iterator[str]:
    """The service, listening as in earnest, and its address."""
    server = server_of(app, settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    yield settings.public_url
    server.handle_exit(15, None)
    thread.join(20)


def _shop(session: Session, app: FastAPI, pages: ShopPages) -> dict[str, Any]:
    store, _ = centre(session, accent="#2f6f5e", facts={"email": "hello@teehaus.example"})
    store.home_address = pages.origin
    session.add(store)
    returns = article(session, store, "Returning an item", ENGLISH, category="returns", kind="policy")
    translation(session, returns, "반품하기", KOREAN)
    article(session, store, "Broken on arrival", "Send us a photo.", category="returns")
    paired_keys.keep(session, app.state.keys, int(store.id or 0), "k1", ROOT)
    factories.order(session, store, [factories.line(35455, 3545)], customer_remote_id=CUSTOMER)
    member = staff.add_member(
        session,
        email="mina@shop.example",
        name="김민지",
        role="agent",
        language="ko",
        password_hash=passwords.hashed("seven quiet lanterns"),
    )
    chat_settings.change(
        session,
        store,
        look={
            "greetings": {"en": "Hello. How can we help?", "ko": "안녕하세요. 무엇을 도와드릴까요?"},
            "people": ["김민지", "Jun Park"],
        },
    )
    return {"store_id": store.id, "public_id": store.public_id, "staff_id": member.id}


TALKS = ".choice:not(.box)"  # On the home screen: conversations, not the way to one's orders, which is there before them.


@dataclass
class Visitor:
    """A browser window on the shop's page, what it asked the service for, and what it complained of."""

    page: Page
    shop: Shop
    complaints: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def launcher(self) -> Locator:
        return self.page.locator(".launcher")

    @property
    def panel(self) -> Locator:
        return self.page.get_by_role("dialog")

    def come(self, path: str = "/", **query: str) -> "Visitor":
        """Go to the shop's page and wait for the launcher."""
        self.page.goto(f"{self.shop.pages.origin}{path}?{urlencode(query)}")
        self.launcher.wait_for()
        return self

    def open(self) -> Locator:
        self.launcher.click()
        self.panel.wait_for()
        return self.panel

    def ask(self, text: str) -> None:
        """Open a new conversation from home and say that; it has arrived."""
        self.panel.locator(".main").click()
        self.say(text)
        self.panel.locator(".row.mine", has_text=re.compile("· (Sent|보냄|Read|읽음)")).wait_for()

    def say(self, text: str) -> None:
        self.panel.locator("textarea").fill(text)
        self.panel.locator(".composer [type=submit]").click()


@pytest.fixture
def visit(shop: Shop, windows: Windows) -> Callable[..., Visitor]:
    """`visit(width=360, scheme="dark", language="ko")` is a browser of its own."""

    def opened(**given: Any) -> Visitor:
        page, complaints = windows(height=760, **given)
        page.context.set_default_timeout(8_000)
        found = Visitor(page, shop, complaints)
        page.on(
            "request",
            lambda made: found.asked.append(made.url) if made.url.startswith(shop.address) else None,
        )
        return found

    return opened
