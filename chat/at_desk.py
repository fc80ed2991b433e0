"""Who is at the console now, and takes conversations."""

from datetime import timedelta

from sqlmodel import Session

from chat.desk_tables import StaffDuty
from core import clock

RENEWED_EVERY = timedelta(seconds=60)


def renew(session: Session, staff_id: int) -> StaffDuty:
    """A page of the console is open; whoever never chose takes conversations."""
    found = session.get(StaffDuty, staff_id) or StaffDuty(
        staff_id=staff_id, available=True, seen_at=clock.now()
    )
    found.seen_at = clock.now()
    session.add(found)
    session.flush()
    return found


def choose(session: Session, staff_id: int, *, available: bool) -> None:
    """Take conversations from now on, or none."""
    found = renew(session, staff_id)
    found.available = available
    session.add(found)
    session.flush()


def is_available(session: Session, staff_id: int) -> bool:
    """Whether this person takes conversations, once at the console."""
    found = session.get(StaffDuty, staff_id)
    return found.available if found else True
