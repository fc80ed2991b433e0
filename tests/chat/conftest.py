"""A shop with its chat, and browsers of people who write to it."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from aftercart.app import make_app
from aftercart.service import Service, build
from chat import queries
from connector.tables import Store
from core.database import Database
from core.settings import Settings
from customers import actions as people
from customers.tables import Contact
from tests import factories
from tests.chat.sockets import Socket, serving, socket

from .at_desk import desk, talk

__all__ = ["desk", "talk"]

from .signed_in import browser, staff

__all__ = ["browser", "staff"]


@pytest.fixture
def service(database: Database, settings: Settings) -> Iterator[Service]:
    """All parts, nothing started; its own connections to the test's database."""
    settings.public_url = "https://help.shop.example"
    built = build(settings)
    yield built
    built.close()


@pytest.fixture
def app(service: Service) -> FastAPI:
    return make_app(service, run_jobs=False)


@pytest.fixture
def shop(database: Database) -> Store:
    with database.writing() as session:
        return factories.store(session)


@dataclass
class Browsing:
    """A browser with the shop's widget: `ask("POST", "/conversations", json=…)`."""

    client: TestClient
    store: Store
    contact: Contact
    token: str

    def ask(self, method: str, path: str, **given: Any) -> Any:
        return self.client.request(method, f"/api/chat/{self.store.public_id}{path}", **given)

    def begin(self, text: str = "언제 도착하나요?", client_id: str = "begin-0001", **more: Any) -> str:
        """Begin a conversation and return its name."""
        said = {"text": text, "client_id": client_id, **more}
        answer = self.ask("POST", "/conversations", json=said)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()["conversation"]["id"]

    def say(self, talk: str, text: str, client_id: str, **more: Any) -> Any:
        given = {"text": text, "client_id": client_id, **more}
        return self.ask("POST", f"/conversations/{talk}/messages", json=given)


Browse = Callable[..., Browsing]


@pytest.fixture
def browse(app: FastAPI, database: Database, shop: Store) -> Browse:
    """`browse()` is somebody new at the shop's page; `store=`, `token=` name another shop, a known device."""

    def opened(store: Store | None = None, token: str = "", contact: Contact | None = None) -> Browsing:
        at = store or shop
        if not token:
            with database.writing() as session:
                token, device, made = people.open_device(session, int(at.id or 0), language="ko")
                if contact is not None:
                    device.contact_id = int(contact.id or 0)
                contact = contact or made
        client = TestClient(
            app,
            base_url="https://help.shop.example",
            headers={
                "origin": at.home_address,
                "sec-fetch-site": "cross-site",
                "accept-language": "ko",
                "authorization": f"Bearer {token}",
            },
            raise_server_exceptions=False,
        )
        return Browsing(client, at, contact or Contact(), token)

    return opened


@pytest.fixture
def address(app: FastAPI, settings: Settings) -> Iterator[str]:
    """Where the service really listens."""
    with serving(app, settings) as found:
        yield found


@pytest.fixture
def open_socket(address: str) -> Callable[..., AbstractContextManager[Socket]]:
    """`open_socket(shopper)`: a socket of that browser, past `ready`."""

    def opened(who: Browsing, **given: Any) -> AbstractContextManager[Socket]:
        given = {"origin": who.store.home_address, "token": who.token, **given}
        return socket(address, who.store.public_id, **given)

    return opened


@pytest.fixture
def post(app: FastAPI) -> Callable[..., int]:
    """`post(talk, act, …)`: something happens in the conversation, in another thread of the same process."""

    def done(talk: str, act: Callable[..., Any], **given: Any) -> int:
        with app.state.hub.database.writing() as session:
            number = int(queries.conversation_named(session, talk).id or 0)
            return act(session, number, **given).event.seq

    return done
