"""Until when a conversation is put aside: moments that people choose with one press, in the shop's own time."""

from datetime import datetime, timedelta
from typing import Literal

from chat.errors import HandlingRefused
from core import clock
from core.languages import Text

Choice = Literal["later", "tomorrow", "week", "own"]
LATER = timedelta(hours=3)
MORNING = 9  # The hour at which a day's work begins.


def moment(choice: Choice, zone: str, *, own: str = "") -> datetime:
    """In three hours, tomorrow morning, next Monday morning, or a moment of one's own. Raises HandlingRefused."""
    now = clock.now().astimezone(clock.zone(zone))
    if choice == "later":
        return clock.now() + LATER
    if choice == "own":
        return _own(own, zone)
    days = 1 if choice == "tomorrow" else 7 - now.weekday()
    return (now + timedelta(days=days)).replace(hour=MORNING, minute=0, second=0, microsecond=0)


def _own(written: str, zone: str) -> datetime:
    """What a browser's field for date and time holds."""
    try:
        return datetime.fromisoformat(written).replace(tzinfo=clock.zone(zone))
    except ValueError as problem:
        raise HandlingRefused(Text("Please choose a moment that is still to come.")) from problem
