"""Talks with a mail server need no database."""

from pathlib import Path

import pytest

from core.settings import Settings
from tests.outbox.mailserver import MailServer, running


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_folder=tmp_path)


@pytest.fixture
def secured(mail_settings, server_side):
    """Runs a server that speaks STARTTLS and wants a login, and points the settings to it."""
    server = MailServer()
    with running(
        server,
        tls_context=server_side,
        require_starttls=True,
        authenticator=server.authenticate,
        auth_required=True,
    ):
        mail_settings.smtp_port = server.port
        mail_settings.smtp_security = "starttls"
        mail_settings.smtp_user = "orders"
        mail_settings.smtp_password = type(mail_settings.smtp_password)("geheim")
        yield server
