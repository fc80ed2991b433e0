"""Browsers without a window: clients of the console, signed in as whoever a test needs."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from core.database import Database
from core.settings import Settings
from staff import actions, passwords, sessions
from staff.tables import StaffMember
from tests.pages.site import app_of

PASSWORD = "seven quiet lanterns"
PASSWORD_HASH = passwords.hashed(PASSWORD)

Hire = Callable[..., StaffMember]
SignIn = Callable[..., TestClient]


@pytest.fixture
def hire(database: Database) -> Hire:
    """`hire("agent")` makes a member of that role; `email=…` and `name=…` as wished."""
    count = iter(range(1, 1000))

    def hired(role: str = "owner", **changes: str) -> StaffMember:
        given = {"email": f"{role}{next(count)}@shop.example", "name": role.title(), "language": "en"}
        with database.writing() as session:
            return actions.add_member(session, role=role, password_hash=PASSWORD_HASH, **given | changes)

    return hired


@pytest.fixture
def app(database: Database, settings: Settings) -> FastAPI:
    return app_of(database, settings)


@pytest.fixture
def browser(app: FastAPI) -> SignIn:
    """`browser()` is a stranger, `browser(member)` is signed in; it shows its csrf as `client.headers["x-csrf"]`."""

    def opened(member: StaffMember | None = None, base_url: str = "http://service.example") -> TestClient:
        client = TestClient(
            app,
            base_url=base_url,
            headers={"accept": "text/html", "accept-language": "en"},
            follow_redirects=False,
            raise_server_exceptions=False,
        )
        if member is not None:
            with app.state.database.writing() as session:
                cookie = sessions.open_session(session, staff_id=int(member.id or 0), device="Test")
            client.cookies.set("aftercart_session", cookie)
            with app.state.database.reading() as session:
                client.headers["x-csrf"] = app.state.identify(session, cookie).csrf
        return client

    return opened
