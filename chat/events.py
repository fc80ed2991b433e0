"""Facts about conversations."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class ShopperAsked(Event):
    """A shopper wrote a message in a conversation that the bot holds, in the browser `device_id` (0: unknown)."""

    conversation_id: int
    seq: int
    device_id: int = 0


@dataclass(frozen=True)
class PersonWanted(Event):
    """A conversation waits for a person: handed over, or a shopper wrote in one that people hold."""

    conversation_id: int
    seq: int


@dataclass(frozen=True)
class ConversationResolved(Event):
    """A conversation was resolved."""

    conversation_id: int
    seq: int
