"""How far each resource of each shop is mirrored, and what keeps it from going on."""

from datetime import datetime

from sqlmodel import Session

from connector.tables import SyncState
from core.languages import Text


def state(session: Session, store_id: int, resource: str) -> SyncState:
    """The state of that resource, new where there is none yet."""
    found = session.get(SyncState, (store_id, resource))
    return found or SyncState(store_id=store_id, resource=resource)


def advance(
    session: Session,
    store_id: int,
    resource: str,
    *,
    now: datetime,
    cursor_at: datetime | None = None,
    page: int = 1,
    seen: int = 0,
    expected: int | None = None,
    complete: bool | None = None,
) -> None:
    """Note a step forward: belongs into the transaction that wrote the rows. Ends a failing state."""
    found = state(session, store_id, resource)
    found.cursor_at = cursor_at or found.cursor_at
    found.page = page
    found.seen += seen
    if expected is not None:
        found.expected = expected
    if complete is not None:
        found.complete = complete
        found.last_ok_at = now if complete else found.last_ok_at
    found.failing_since, found.problem, found.problem_code = None, "", ""
    session.add(found)


def fail(
    session: Session, store_id: int, resource: str, *, sentence: Text | str, code: str, now: datetime
) -> None:
    """Note that the shop cannot be mirrored now, and since when."""
    found = state(session, store_id, resource)
    found.failing_since = found.failing_since or now
    found.problem = sentence.kept() if isinstance(sentence, Text) else sentence
    found.problem_code = code
    session.add(found)
