"""The SMTP side of the demo mailbox: accepts letters, refuses whom it is told to refuse."""

import asyncio
import fnmatch
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from demo.letters import Letters
from demo.serving import listening

REPLIES = {
    550: "550 5.1.1 Mailbox unavailable",
    552: "552 5.2.2 Mailbox full",
    421: "421 4.3.2 Service not available",
    450: "450 4.2.1 Mailbox busy",
    451: "451 4.3.0 Try again later",
}


@dataclass
class Refusal:
    """Recipients that fit `pattern` (`bounce@*`) are answered `code`; after `times` they are taken."""

    pattern: str
    code: int
    times: int | None = None
    met: Counter[str] = field(default_factory=Counter)

    def reply_to(self, address: str) -> str | None:
        if not fnmatch.fnmatch(address.lower(), self.pattern.lower()):
            return None
        if self.times is not None and self.met[address.lower()] >= self.times:
            return None
        self.met[address.lower()] += 1
        return REPLIES.get(self.code, f"{self.code} Refused")


def refusal_of(text: str) -> Refusal:
    """`bounce@*=550` or `later@*=451:2`. Raises ValueError for anything else."""
    pattern, _, rest = text.partition("=")
    code, _, times = rest.partition(":")
    return Refusal(pattern, int(code), int(times) if times else None)


class Receiver(Controller):
    """An SMTP server in a thread, on a port of this machine alone; port 0 takes a free one."""

    def __init__(self, letters: Letters, *, port: int = 0, refusals: list[Refusal] | None = None) -> None:
        self.letters = letters
        self.refusals = refusals or []
        self.opened = listening(port)
        super().__init__(self, hostname="127.0.0.1", port=self.opened.getsockname()[1])

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.opened, ssl=self.ssl_context)

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        for refusal in self.refusals:
            if reply := refusal.reply_to(address):
                return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        letter_id = await asyncio.to_thread(self.letters.keep, content, list(envelope.rcpt_tos))
        return f"250 OK {letter_id}"
