"""A shop's console with life in it, served to a real Chromium."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from playwright.sync_api import Page, expect

from connector import actions as connector_actions
from connector import mirroring, syncing
from connector.tables import Store
from connector.woo import payloads
from core import clock
from core import settings as core_settings
from core.database import Database
from core.languages import Text
from faq import editing, publishing
from faq import queries as faq
from faq.help_centres import help_centre_of
from faq.schemas import TextForm
from staff import actions, links, passwords, sessions
from tests import factories
from tests.browsers import Windows
from tests.databases import Databases
from tests.faq import factories as articles
from tests.faq.test_picking import product
from tests.invoices.standins import Paper
from tests.standins import HandWorker
from tests.wired import wire

from .readers import read_for_a_while
from .site import app_of, served

PASSWORD = "seven quiet lanterns"
ORDERS = 25


@dataclass
class Site:
    """The running console: where it is, who works there, and pages that show each room at work."""

    address: str
    app: FastAPI
    cookies: dict[str, str]
    owner_token: str
    order_id: int
    letter_id: int
    store_id: int
    article_id: int

    @property
    def staff_pages(self) -> list[str]:
        return [
            "/",
            "/orders",
            "/orders?state=refunded",
            "/orders?q=nobody",
            f"/orders/{self.order_id}",
            "/invoices",
            "/invoices/held",
            "/letters",
            f"/letters/{self.letter_id}",
            "/articles",
            "/articles?state=archived",
            "/articles/new",
            f"/articles/new?store={self.store_id}",
            f"/articles/{self.article_id}/ko",
            f"/articles/{self.article_id}/en",
            f"/articles/{self.article_id}/en/translate",
            f"/articles/{self.article_id}/ko/history",
            "/articles/categories",
            "/articles/import",
            "/articles/export",
            f"/settings/help/{self.store_id}",
            "/settings",
            f"/settings/seller/{self.store_id}",
            "/settings/team",
            "/settings/team/1",
            "/settings/profile",
            "/articles/questions",
            "/articles/questions?show=ignored",
            "/articles/questions?show=repeated&days=7",
            "/articles/questions/1",
            "/articles/questions/1?done=1",
            "/articles/figures",
            "/articles/figures?sort=helped&up=true&locale=ko",
            "/health",
            "/nowhere",
        ]

    @property
    def open_pages(self) -> list[str]:
        return ["/sign-in", "/reset", f"/welcome/{self.owner_token}", "/welcome/spent"]


@pytest.fixture(scope="session")
def site(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder: Path = tmp_path_factory.mktemp("site")
    address = databases.make(folder / "data")
    database = Database(address)
    book = wire(database)
    settings = core_settings.load(
        data_folder=folder / "data", database_url="" if database.on_sqlite else address, node="test"
    )
    app = app_of(database, settings)
    book.services = {
        **{name: getattr(app.state, name) for name in ("settings", "keys", "files", "limits", "mailer")},
        "database": database,
        "jobs": book,
        "renderer": Paper(),
    }
    found = _people(database)
    found |= _shops(database)
    read_for_a_while(database, found["store_id"])
    found |= _articles(database, found["store_id"])
    HandWorker(book)(at_most=1000)
    with served(app) as where:
        yield Site(address=where, app=app, letter_id=1, **found)
    book.close()
    database.dispose()
    databases.remove(address)


def _people(database: Database) -> dict[str, Any]:
    password_hash = passwords.hashed(PASSWORD)
    cookies = {}
    with database.writing() as session:
        for role, name in (("owner", "김민지"), ("agent", "Jun Park"), ("reader", "Lea Reader")):
            member = actions.add_member(
                session,
                email=f"{role}@shop.example",
                name=name,
                role=role,
                language="en",
                password_hash=password_hash,
            )
            cookies[role] = sessions.open_session(
                session, staff_id=int(member.id or 0), device="Chrome, Linux"
            )
        links.invite(session, email="new.colleague@shop.example", role="agent", language="ko")
        token = links.first_owner_link(session)
        assert token is None, "there is an owner"
        token = links.fresh_token(session, links.queries.open_invitations(session)[0])
    return {"cookies": cookies, "owner_token": token}


def _shops(database: Database) -> dict[str, Any]:
    """One shop in step, one whose key was refused and whose first sync still runs."""
    now = clock.now()
    with database.writing() as session:
        for currency in ("EUR", "KRW"):
            store = factories.store(session, currency=currency, gateways={"bacs": "Bank transfer"})
            bodies = factories.recorded_bodies("krw" if currency == "KRW" else "eur", "orders")[:ORDERS]
            mirroring.mirror_orders(session, store, [payloads.order(body) for body in bodies], now=now)
            store_id = int(store.id or 0)
            for resource in ("orders", "refunds", "customers", "products"):
                done = True if currency == "EUR" else None
                syncing.advance(session, store_id, resource, now=now, seen=40, expected=120, complete=done)
        since = now - timedelta(hours=2)
        said = Text("This request cannot be answered.")
        syncing.fail(session, store_id, "orders", sentence=said, code="x", now=since)
        order = factories.order(session, store, [factories.line(35455, 3545), factories.line(900, 90)])
        factories.refund(session, store, order, amount_minor=1000)
    return {"order_id": order.id, "store_id": store_id}


ANSWER = """Tell us within **14 days**.

## How to send it

1. Press *Return* in your order.
2. Send it to {{ shop.return_address }}.

| Reason | Who pays |
| --- | --- |
| Wrong size | We do |
| Change of mind, with a long explanation of what that means | You do |

![A box](/help/images/none.webp) [Our shop](https://shop.example/a-very-long-address-that-does-not-break)
"""


def _articles(database: Database, store_id: int) -> dict[str, Any]:
    """A published article with an outdated translation, a draft, and enough others to work through."""
    with database.writing() as session:
        shop = session.get_one(Store, store_id)
        told = [product(number, f"Teapot {number}") for number in range(1, 4)]
        connector_actions.mirror_products(session, shop, told, now=clock.now())
        shared = {"category": "returns", "products": (1, 2)}
        centre = help_centre_of(session, store_id)
        centre.facts = {"return_address": "서울 중구 세종대로 110"}
        text = articles.article(
            session, shop, "교환하거나 반품하려면 어떻게 하나요?", "14일", locale="ko", **shared
        )
        articles.translation(session, text, "How do I return or exchange something?", ANSWER, locale="en")
        article = faq.article(session, text.article_id)
        form = TextForm(title=text.title, body=ANSWER, samples=("반품 기간이 며칠인가요?",))
        publishing.publish(session, editing.save_text(session, article, locale="ko", form=form, by="김민지"))
        articles.article(session, shop, "선물 포장이 되나요?", "네", locale="ko", published=False)
        for number in range(3):
            articles.article(session, shop, f"Question {number}?", "Yes.", audience="customers", kind="guide")
        old = articles.article(session, shop, "An old promotion", "It is over.")
        publishing.withdraw(session, old, archive=True)
        centre.facts = {}  # The fact went after the articles that need it were published: Today says so.
    return {"article_id": article.id}


@dataclass
class Visit:
    """A page and all that the browser complained of."""

    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Go there and wait until every fragment has come."""
        self.page.goto(address)
        expect(self.page.locator("[aria-busy]")).to_have_count(0)


@pytest.fixture
def visit(site: Site, windows: Windows) -> Callable[..., Visit]:
    """`visit("owner", width=360, scheme="dark", language="ko")` is a browser window on the console."""

    def opened(role: str = "", *, width: int = 1280, **given: Any) -> Visit:
        page, complaints = windows(base_url=site.address, width=width, has_touch=width < 720, **given)
        if role:
            page.context.add_cookies(
                [{"name": "aftercart_session", "value": site.cookies[role], "url": site.address}]
            )
        return Visit(page, complaints)

    return opened
