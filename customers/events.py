"""Facts about people."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class ContactsJoined(Event):
    """A contact turned out to be another one; what it said and its devices are to go there."""

    contact_id: int
    into_id: int
