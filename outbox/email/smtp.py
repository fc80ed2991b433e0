"""The talk with the mail server: connect, protect, log in, hand one letter over."""

import smtplib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from core.languages import Text
from core.settings import Settings
from outbox.email import faults
from outbox.email.addresses import Mailbox, mailbox
from outbox.email.faults import Stopped
from outbox.email.message import build
from outbox.errors import UnusableAddress
from outbox.mailer import Outcome, OutgoingLetter

# After a talk that no letter could have passed, the next letters get the same answer without a talk: a hundred
# waiting letters shall neither lock the account by wrong logins nor hold all workers until each has timed out.
REST_SECONDS = 15.0
FAILURES = (OSError, smtplib.SMTPException, UnicodeError)


class SmtpMailer:
    """Sends letters through the mail server of the settings. One connection per letter; safe in several threads."""

    def __init__(
        self, settings: Settings, *, trust: ssl.SSLContext | None = None, rest_seconds: float = REST_SECONDS
    ) -> None:
        self.settings = settings
        self.trust = trust or ssl.create_default_context()
        self.rest_seconds = rest_seconds
        self._closed: tuple[float, Outcome] | None = None

    def send(self, letter: OutgoingLetter) -> Outcome:
        """Try once to hand the letter over; never raises for what happens outside."""
        if self._closed is not None and time.monotonic() < self._closed[0]:
            return self._closed[1]
        outcome = self._tried(letter)
        resting = outcome.kind == "closed"
        self._closed = (time.monotonic() + self.rest_seconds, outcome) if resting else None
        return outcome

    def check(self) -> Outcome:
        """Connect, protect, log in and name the sender, but send nothing."""
        try:
            sender = self._sender()
            with self._talk(sender) as server:
                self._name_sender(server, sender, [])
                server.noop()
        except Stopped as stopped:
            return stopped.outcome
        return Outcome(
            "accepted",
            Text(
                "The mail server %(host)s takes letters from %(sender)s.",
                host=self.settings.smtp_host,
                sender=str(sender),
            ),
        )

    def _tried(self, letter: OutgoingLetter) -> Outcome:
        try:
            sender = self._sender()
            to = mailbox(letter.to_address)
            content = build(letter, sender=sender, to=to, reply_to=_optional(letter.reply_to))
            with self._talk(sender) as server:
                return self._hand_over(server, sender, to, content)
        except UnusableAddress as problem:
            return Outcome("refused", problem.sentence)
        except Stopped as stopped:
            return stopped.outcome

    def _sender(self) -> Mailbox:
        if not self.settings.smtp_host:
            raise Stopped(Outcome("closed", Text("No mail server is set. Set AFTERCART_SMTP_HOST.")))
        try:
            return mailbox(self.settings.mail_from)
        except UnusableAddress as problem:
            raise Stopped(
                Outcome(
                    "closed",
                    Text(
                        "The sender %(sender)s is not an e-mail address. Check AFTERCART_MAIL_FROM.",
                        sender=self.settings.mail_from or "“”",
                    ),
                )
            ) from problem

    @contextmanager
    def _talk(self, sender: Mailbox) -> Iterator[smtplib.SMTP]:
        """A protected connection on which we are logged in. Raises Stopped."""
        server = self._connected(sender)
        try:
            self._protect(server)
            self._log_in(server)
            yield server
            with suppress(*FAILURES):  # The letter is taken or not; a rude good-bye changes nothing.
                server.quit()
        finally:
            server.close()

    def _connected(self, sender: Mailbox) -> smtplib.SMTP:
        settings = self.settings
        # Our name is given, because looking it up asks a name server, which may take longer than the mail.
        name, seconds = sender.domain, settings.mail_timeout_seconds
        try:
            if settings.smtp_security == "tls":
                return smtplib.SMTP_SSL(
                    settings.smtp_host, settings.smtp_port, name, timeout=seconds, context=self.trust
                )
            return smtplib.SMTP(settings.smtp_host, settings.smtp_port, name, timeout=seconds)
        except FAILURES as problem:
            raise Stopped(faults.of_connecting(problem, settings)) from problem

    def _protect(self, server: smtplib.SMTP) -> None:
        try:
            server.ehlo_or_helo_if_needed()
            if self.settings.smtp_security == "starttls":
                server.starttls(context=self.trust)
                server.ehlo()
        except FAILURES as problem:
            raise Stopped(faults.of_securing(problem, self.settings)) from problem

    def _log_in(self, server: smtplib.SMTP) -> None:
        if not self.settings.smtp_user:
            return
        try:
            server.login(self.settings.smtp_user, self.settings.smtp_password.get_secret_value())
        except FAILURES as problem:
            raise Stopped(faults.of_login(problem, self.settings)) from problem

    def _name_sender(self, server: smtplib.SMTP, sender: Mailbox, options: list[str]) -> None:
        try:
            reply = server.mail(str(sender), options)
        except FAILURES as problem:
            raise Stopped(faults.of_breaking_off(problem, self.settings, during_content=False)) from problem
        if reply[0] >= 400:
            raise Stopped(faults.of_sender(reply, self.settings))

    def _hand_over(self, server: smtplib.SMTP, sender: Mailbox, to: Mailbox, content: bytes) -> Outcome:
        options = [f"SIZE={len(content)}"] if server.has_extn("size") else []
        if not content.isascii() or sender.needs_utf8 or to.needs_utf8:
            if not server.has_extn("smtputf8"):
                sentence = Text(
                    "The mail server cannot send to %(address)s: it knows only addresses in Latin letters.",
                    address=str(to),
                )
                return Outcome("refused", sentence)
            options += ["SMTPUTF8", "BODY=8BITMIME"]
        self._name_sender(server, sender, options)
        during_content = False
        try:
            reply = server.rcpt(str(to))
            if reply[0] >= 400:
                return faults.of_recipient(reply, self.settings)
            during_content = True
            reply = server.data(content)
        except smtplib.SMTPDataError as problem:
            return faults.of_content((problem.smtp_code, _bytes(problem.smtp_error)), self.settings)
        except FAILURES as problem:
            return faults.of_breaking_off(problem, self.settings, during_content=during_content)
        if reply[0] >= 400:
            return faults.of_content(reply, self.settings)
        return Outcome(
            "accepted", Text("The mail server took the letter: %(words)s.", words=faults.words(reply))
        )


def _optional(address: str) -> Mailbox | None:
    """A reply address that cannot be used is left out; it shall not hold back an invoice."""
    try:
        return mailbox(address)
    except UnusableAddress:
        return None


def _bytes(said: bytes | str) -> bytes:
    return said if isinstance(said, bytes) else said.encode()
