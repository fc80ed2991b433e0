"""What time it is: UTC in storage, a store's or reader's zone only where a person reads it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def now() -> datetime:
    """The present moment, UTC, whole microseconds."""
    return datetime.now(UTC)


def zone(name: str) -> ZoneInfo:
    """The zone of that name; UTC for a name that no longer exists, so that a date can still be printed."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
