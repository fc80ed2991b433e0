"""A mail server that takes letters, and the services that send through it."""

import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from core import events
from core.database import Database
from core.events import Event
from core.files import Files
from core.security import Keys, RateLimits
from core.settings import Settings
from outbox.email.smtp import SmtpMailer
from tests.live.tls import make_certificate
from tests.standins import HandWorker

from .alone import alone
from .mailserver import MailServer, running
from .site import app_of
from .steps import handed_in


@pytest.fixture
def database(database: Database) -> Database:
    """With this room's jobs only, and nobody who reacts; how rooms are wired is tested elsewhere."""
    alone(database)
    return database


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with running(MailServer()) as server:
        yield server


@pytest.fixture
def mail_settings(settings: Settings, mail: MailServer) -> Settings:
    """Settings with which letters go to the plain mail server of the test."""
    settings.smtp_host = "127.0.0.1"
    settings.smtp_port = mail.port
    settings.smtp_security = "none"
    settings.mail_from = "orders@shop.example"
    settings.mail_timeout_seconds = 5
    return settings


@pytest.fixture
def mailer(mail_settings: Settings) -> SmtpMailer:
    return SmtpMailer(mail_settings, rest_seconds=0)


@pytest.fixture
def services(mail_settings: Settings, keys: Keys, files: Files, mailer: SmtpMailer) -> dict[str, Any]:
    return {
        "settings": mail_settings,
        "keys": keys,
        "files": files,
        "limits": RateLimits(),
        "mailer": mailer,
    }


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 and localhost that only those trust who are told to, and its key."""
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def server_side(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return context


@pytest.fixture
def trust(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate[0]))


@pytest.fixture
def facts(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """The facts that were recorded, in order."""
    recorded: list[Event] = []
    monkeypatch.setattr(events, "record", lambda _session, event: recorded.append(event))
    return recorded


@pytest.fixture
def browser(database: Database, mail_settings: Settings) -> Callable[..., TestClient]:
    """`browser("agent")` is signed in as one and shows forms their proof."""
    app = app_of(database, mail_settings)

    def opened(role: str = "owner") -> TestClient:
        return TestClient(
            app,
            cookies={"aftercart_session": role},
            headers={"accept": "text/html", "accept-language": "en", "x-csrf": "the-proof"},
            follow_redirects=False,
        )

    return opened


@pytest.fixture
def failed(database: Database, run_jobs: HandWorker, mail: MailServer) -> int:
    """A letter whose reader does not exist."""
    letter_id = handed_in(database)
    mail.answers["rcpt"] = ["550 5.1.1 no such user"]
    run_jobs()
    return letter_id
