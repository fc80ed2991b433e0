"""A mail server that takes letters, and the services that send through it."""

import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.database import Database
from core.files import Files
from core.security import Keys, RateLimits
from core.settings import Settings
from outbox.email.smtp import SmtpMailer
from tests.live.tls import make_certificate

from .alone import alone
from .mailserver import MailServer, running


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
