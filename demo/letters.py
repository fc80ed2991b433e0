"""The letters of the demo mailbox: one `.eml` file each, and what a reader wants to know of them."""

import hashlib
import os
import secrets
import threading
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

STAMP = "%Y%m%dT%H%M%S.%f"
DELIVERED_TO = "Delivered-To"


@dataclass(frozen=True)
class Attachment:
    filename: str
    type: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Letter:
    """What the list shows; `to` holds the envelope's recipients, `header_to` what the letter itself says."""

    id: str
    to: list[str]
    header_to: str
    sender: str
    subject: str
    message_id: str
    received_at: str
    size: int
    attachments: list[Attachment]

    def shown(self) -> dict[str, Any]:
        return {**asdict(self), "from": self.sender}


class Letters:
    """A folder of letters. A letter is there whole or not at all, and stays when the process ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lock = threading.Lock()
        self.known: dict[str, Letter] = {}
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, content: bytes, recipients: list[str], now: datetime | None = None) -> str:
        """Write a letter durably and give its id; only then may the receiver say 250."""
        when = now or datetime.now(UTC)
        letter_id = f"{when.strftime(STAMP)}-{secrets.token_hex(3)}"
        traces = b"".join(f"{DELIVERED_TO}: {address}\r\n".encode() for address in recipients)
        part = self.folder / f".{letter_id}.part"
        with part.open("wb") as file:
            file.write(traces + content)
            file.flush()
            os.fsync(file.fileno())
        part.rename(self.folder / f"{letter_id}.eml")
        return letter_id

    def ids(self) -> list[str]:
        """Newest first."""
        return sorted((path.stem for path in self.folder.glob("*.eml")), reverse=True)

    def source(self, letter_id: str) -> bytes:
        """The file's bytes. Raises LookupError for an unknown id."""
        if letter_id not in self.ids():
            raise LookupError(letter_id)
        return (self.folder / f"{letter_id}.eml").read_bytes()

    def message(self, letter_id: str) -> EmailMessage:
        return message_from_bytes(self.source(letter_id), policy=policy.default)

    def letter(self, letter_id: str) -> Letter:
        if letter_id not in self.known:
            found = described(letter_id, self.source(letter_id))
            with self.lock:
                self.known[letter_id] = found
        return self.known[letter_id]

    def all(self) -> list[Letter]:
        return [self.letter(letter_id) for letter_id in self.ids()]

    def accepted(self) -> Counter[str]:
        """How often each Message-ID was accepted: more than once means a letter was sent twice."""
        return Counter(letter.message_id for letter in self.all())

    def clear(self) -> None:
        for letter_id in self.ids():
            (self.folder / f"{letter_id}.eml").unlink(missing_ok=True)


def attached_parts(message: EmailMessage) -> list[tuple[EmailMessage, bytes]]:
    """Parts that are files, with their bytes."""
    found = []
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(part, EmailMessage) and isinstance(content, bytes):
            found.append((part, content))
    return found


def described(letter_id: str, source: bytes) -> Letter:
    message = message_from_bytes(source, policy=policy.default)
    moment = datetime.strptime(letter_id.rpartition("-")[0], STAMP).replace(tzinfo=UTC)
    return Letter(
        id=letter_id,
        to=[str(value) for value in message.get_all(DELIVERED_TO, [])],
        header_to=str(message.get("To", "")),
        sender=str(message.get("From", "")),
        subject=str(message.get("Subject", "")),
        message_id=str(message.get("Message-ID", "")).strip(),
        received_at=moment.isoformat(),
        size=len(source),
        attachments=[
            Attachment(
                filename=part.get_filename() or "attachment",
                type=part.get_content_type(),
                size=len(content),
                sha256=hashlib.sha256(content).hexdigest(),
            )
            for part, content in attached_parts(message)
        ],
    )
