"""A real mail server for tests: takes letters, or misbehaves at the step that a test names."""

import asyncio
import socket
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

Answer = str  # A reply line; "" goes on as usual, "hang" says nothing more, "drop" cuts the connection.


class MailServer:
    """Keeps accepted letters in `letters` and their envelopes; `answers[step]` are given one after the other.

    Steps: connect is out of reach here, so "mail", "rcpt", "data".
    """

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []
        self.envelopes: list[tuple[str, list[str]]] = []
        self.answers: dict[str, list[Answer]] = defaultdict(list)
        self.asked: list[str] = []
        self.logins: list[str] = []
        self.password = "geheim"
        self.port = 0

    @property
    def message_ids(self) -> list[str]:
        return [letter["Message-ID"] for letter in self.letters]

    async def _answer(self, step: str, server: Any) -> str:
        self.asked.append(step)
        answer = self.answers[step].pop(0) if self.answers[step] else ""
        if answer == "hang":
            await asyncio.sleep(60)
        if answer == "drop":
            server.transport.abort()
            await asyncio.sleep(0.1)
        return answer

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = await self._answer("mail", server)
        if not answer:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return answer or "250 sender ok"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        answer = await self._answer("rcpt", server)
        if not answer:
            envelope.rcpt_tos.append(address)
        return answer or "250 recipient ok"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        answer = await self._answer("data", server)
        if answer:
            return answer
        self.raw.append(envelope.content)
        parsed = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.letters.append(parsed)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return f"250 taken as {len(self.letters)}"

    def authenticate(
        self, server: Any, session: Any, envelope: Any, mechanism: str, given: Any
    ) -> AuthResult:
        assert isinstance(given, LoginPassword)
        self.logins.append(given.login.decode())
        return AuthResult(success=given.password.decode() == self.password, handled=False)


class _OnFreePort(Controller):
    """Listens on the port that the system gives; the library's own start cannot."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        with socket.create_connection(("127.0.0.1", self.port), 5):
            pass


@contextmanager
def running(mail: MailServer, **options: Any) -> Iterator[MailServer]:
    """The server on a free port of this machine until the block ends."""
    controller = _OnFreePort(mail, hostname="127.0.0.1", port=0, **options)
    controller.start()
    mail.port = controller.port
    try:
        yield mail
    finally:
        controller.stop()


@contextmanager
def speaking_first(greeting: bytes | None) -> Iterator[int]:
    """A port that says one thing to whoever connects and then hangs up; None says nothing and holds the line."""
    listener = socket.create_server(("127.0.0.1", 0))
    held: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            if greeting is None:
                held.append(connection)
                continue
            connection.sendall(greeting)
            connection.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.close()
        for connection in held:
            connection.close()
