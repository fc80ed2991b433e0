"""What the outbox asks of whoever carries its letters: take one, and say plainly what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from core.languages import Text

Kind = Literal["accepted", "refused", "later", "closed"]


@dataclass(frozen=True)
class Outcome:
    """What became of a try, with a sentence for people.

    accepted: the server has taken the letter. refused: it never will. later: it put this letter off.
    closed: no letter at all can leave at present (server away, certificate, login, sender); that says nothing
    about the letter.
    """

    kind: Kind
    sentence: Text


@dataclass(frozen=True)
class Enclosure:
    """A file inside a letter, with its bytes."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class OutgoingLetter:
    """A letter as it leaves. `message_id` is without angle brackets; `moment` becomes its date."""

    message_id: str
    moment: datetime
    sender_name: str
    reply_to: str
    to_address: str
    to_name: str
    language: str
    subject: str
    text: str
    html: str
    enclosures: tuple[Enclosure, ...] = ()


class Mailer(Protocol):
    """Carries letters. Neither method raises for what happens outside; the outcome says it."""

    def send(self, letter: OutgoingLetter) -> Outcome:
        """Try once to hand the letter to the next server."""
        ...

    def check(self) -> Outcome:
        """Go all the way but send nothing; "accepted" means that letters can leave."""
        ...
