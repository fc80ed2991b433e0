"""Facts about articles."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class TextIndexed(Event):
    """A text's units stand in the index anew."""

    text_id: int
    version: int
