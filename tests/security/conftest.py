"""The whole service as an attacker meets it: every route over the test's database, nothing running by itself."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import structlog
from fastapi import FastAPI
from starlette.testclient import TestClient

from aftercart.app import make_app
from aftercart.service import Service, build
from core import logs
from core.database import Database
from core.languages import Text
from core.settings import Settings
from core.web import SESSION_COOKIE
from outbox.mailer import Outcome, OutgoingLetter
from staff import actions, passwords, sessions
from staff import queries as staff

Browser = Callable[..., TestClient]
PASSWORD = "seven quiet lanterns"
PASSWORD_HASH = passwords.hashed(PASSWORD)


@pytest.fixture(autouse=True)
def product_logs() -> Iterator[None]:
    """Logs as the service writes them: without, a crash would print the values of all variables."""
    root, engine = logging.getLogger(), logging.getLogger("dbos")
    before = root.handlers[:], root.level, engine.handlers[:], engine.propagate
    logs.start(level="WARNING", json=True)
    yield
    root.handlers, root.level, engine.handlers, engine.propagate = before
    structlog.reset_defaults()


class KeepingMailer:
    """Takes every letter and keeps it."""

    def __init__(self) -> None:
        self.letters: list[OutgoingLetter] = []

    def send(self, letter: OutgoingLetter) -> Outcome:
        self.letters.append(letter)
        return self.check()

    def check(self) -> Outcome:
        return Outcome("accepted", Text("Taken."))


@pytest.fixture
def mailer() -> KeepingMailer:
    return KeepingMailer()


@pytest.fixture
def service(database: Database, settings: Settings) -> Iterator[Service]:
    """All parts, nothing started; its own connections to the test's database."""
    settings.smtp_host, settings.mail_from = "127.0.0.1", "orders@shop.example"
    settings.public_url = "https://help.shop.example"
    built = build(settings)
    yield built
    built.close()


@pytest.fixture
def services(service: Service, mailer: KeepingMailer) -> dict[str, Any]:
    """What jobs are given: the service's own parts, but no mail server."""
    return {**service.collaborators(), "mailer": mailer}


@pytest.fixture
def app(service: Service) -> FastAPI:
    return make_app(service, run_jobs=False)


@pytest.fixture
def browser(app: FastAPI, database: Database) -> Browser:
    """`browser()` is a stranger, `browser("owner")` somebody of that role with the form's proof in a header."""
    count = iter(range(1, 1000))

    def opened(role: str = "", *, name: str = "", **given: Any) -> TestClient:
        client = TestClient(
            app,
            base_url="https://help.shop.example",
            headers={"accept": "text/html", "accept-language": "en"},
            follow_redirects=False,
            raise_server_exceptions=False,
            **given,
        )
        if role:
            cookie, csrf = _sign_in(database, role, name or role.title(), next(count))
            client.cookies.set(SESSION_COOKIE, cookie)
            client.headers["x-csrf"] = csrf
        return client

    return opened


def _sign_in(database: Database, role: str, name: str, number: int) -> tuple[str, str]:
    with database.writing() as session:
        member = actions.add_member(
            session,
            email=f"{role}{number}@shop.example",
            name=name,
            role=role,
            language="en",
            password_hash=PASSWORD_HASH,
        )
        cookie = sessions.open_session(session, staff_id=int(member.id or 0), device="Test")
        signed_in = staff.identify(session, cookie)
    assert signed_in is not None
    return cookie, signed_in.csrf
