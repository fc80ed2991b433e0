"""One talk with the mail server, and what it said, in English."""

from typing import Any

from core.languages import speaking
from outbox.email.smtp import SmtpMailer
from outbox.mailer import Outcome
from tests.outbox.factories import outgoing


def send(mailer: SmtpMailer, **changes: Any) -> Outcome:
    """Send one letter."""
    return mailer.send(outgoing(**changes))


def said(outcome: Outcome) -> str:
    with speaking("en"):
        return str(outcome.sentence)
