"""A help centre's routes alone, as the front door mounts them, over a test's database."""

import hashlib
import re
from html.parser import HTMLParser
from typing import Any

from fastapi import FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from connector.tables import Store
from core import web
from core.database import Database
from core.security import Keys, RateLimits, SignedIn
from core.settings import Settings
from faq import help_api, help_centres, help_pages, help_votes
from faq.tables import HelpCentre
from tests import factories
from tests.chat.shop_page import pair, word_of

STAFF = SignedIn(1, "Mina", "mina@shop.example", "agent", "en", "proof")
ADDRESS = "https://help.service.example"


def app_of(database: Database, settings: Settings, keys: Keys) -> FastAPI:
    """The pages and the JSON; whoever has the cookie "staff" is staff."""
    settings.public_url = ADDRESS
    built = FastAPI()
    web.install(built)
    for router in (help_api.router, help_votes.router, help_pages.router):
        built.include_router(router)
    given = {"database": database, "settings": settings, "keys": keys, "limits": RateLimits()}
    for name, value in given.items():
        setattr(built.state, name, value)
    built.state.templates = web.environment(["core", "faq"])
    built.state.identify = lambda _session, cookie: STAFF if cookie == "staff" else None
    return built


def visitor(app: FastAPI, **headers: str) -> TestClient:
    """Somebody without an account, with a browser that speaks English."""
    usual = {"accept": "text/html", "accept-language": "en", "user-agent": "Firefox"}
    return TestClient(app, base_url=ADDRESS, headers=usual | headers, follow_redirects=False)


def staff(app: FastAPI) -> TestClient:
    found = visitor(app)
    found.cookies.set(web.SESSION_COOKIE, "staff")
    return found


def proof(
    session: Session, keys: Keys, store: Store, *, minutes: float = 5, **changes: Any
) -> dict[str, str]:
    """The header by which a customer of the shop proves to be one; the shop and we know a secret for it."""
    root = hashlib.sha256(store.public_id.encode()).digest()
    pair(session, keys, store, root=root)
    token = word_of(store, 7, root=root, minutes=minutes, **changes)
    return {"authorization": f"Bearer {token}"}


def proved(database: Database, keys: Keys, store: Store) -> dict[str, str]:
    """The same in a transaction of its own."""
    with database.writing() as session:
        return proof(session, keys, store)


def centre(session: Session, *, slug: str = "teehaus", **changes: Any) -> tuple[Store, HelpCentre]:
    """A shop with its open help centre in English and Korean."""
    shop = factories.store(session, name="Teehaus", zone="Asia/Seoul")
    found = help_centres.help_centre_of(session, int(shop.id or 0))
    found.slug, found.locales = slug, ["en", "ko"]
    for name, value in changes.items():
        setattr(found, name, value)
    session.add(found)
    session.flush()
    return shop, found


class Page(HTMLParser):
    """What a page says: its elements with their attributes, and the text between them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)
        self.text = re.sub(r"\s+", " ", self.text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        """The attributes of every such element."""
        return [
            given
            for name, given in self.elements
            if name == tag and all(given.get(key) == value for key, value in wanted.items())
        ]

    @property
    def links(self) -> list[str]:
        return [given["href"] for given in self.all("a") if "href" in given]
