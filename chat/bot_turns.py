"""One turn of the bot: what it says, what goes with it, and what else follows. See docs/chat.md for `data`."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from chat.tables import Conversation, ConversationEvent
from connector.tables import Store
from core.security import Keys
from core.settings import Settings
from customers.schemas import Shopper
from customers.tables import Contact
from faq.answering import Answer
from faq.meaning import Meaning

Action = Literal["courtesy", "order", "look_up", "product", "shop", "article", "choices", "nothing", "person"]
Button = Literal["person", "message", "look_up", "email"]
MOST_CHOICES = 3
LONGEST_TOLD = 900  # Characters of a passage; a chat is read on a telephone.


@dataclass(frozen=True)
class Services:
    """What the bot works with beside the database."""

    settings: Settings
    keys: Keys
    meaning: Meaning | None = None


@dataclass(frozen=True)
class Asked:
    """What is to be answered: the shopper's messages since anybody last answered, and who wrote them.

    `shopper` is what the writing browser has proven at this moment, None when nobody knows the browser (any more).
    `before` is the bot's turn before, if it was the last to speak; `attached` whether files came with the messages.
    """

    store: Store
    conversation: Conversation
    contact: Contact
    shopper: Shopper | None
    seq: int
    question: str
    language: str
    locale: str
    before: ConversationEvent | None = None
    attached: bool = False

    @property
    def store_id(self) -> int:
        """The shop's number."""
        return int(self.store.id or 0)


@dataclass(frozen=True)
class Turn:
    """What the bot says. `hand_over` is the reason to give the conversation to people with it, "" for none.

    `answer` is what the knowledge base answered, to be noted; `sources` are the texts that a language model may put
    into other words, with nothing beyond them; `reworded` where one did.
    """

    action: Action
    text: str
    reason: str
    confidence: float = 1.0
    article: dict[str, Any] | None = None
    choices: Sequence[dict[str, Any]] = ()
    order: dict[str, Any] | None = None
    product: dict[str, Any] | None = None
    links: Sequence[dict[str, str]] = ()
    buttons: Sequence[Button] = ("person",)
    hand_over: str = ""
    answer: Answer | None = None
    sources: Sequence[str] = field(default_factory=tuple)
    reworded: bool = False

    def data(self) -> dict[str, Any]:
        """What goes with the text into the conversation."""
        found: dict[str, Any] = {
            "automatic": True,
            "action": self.action,
            "reason": self.reason,
            "confidence": round(self.confidence, 4),
            "buttons": list(self.buttons),
            "article": self.article,
            "choices": list(self.choices[:MOST_CHOICES]),
            "order": self.order,
            "product": self.product,
            "links": list(self.links),
            "reworded": self.reworded or None,
        }
        return {name: value for name, value in found.items() if value not in (None, [])}


def cut(text: str, longest: int = LONGEST_TOLD) -> str:
    """The beginning of a text, ended between words."""
    if len(text) <= longest:
        return text
    kept = text[:longest]
    return f"{kept.rpartition(' ')[0] or kept}…"
