"""How far each resource of each shop is mirrored, and what keeps it from going on."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from connector.tables import SyncState
from core.languages import Text, recalled
from core.logs import log

# Bodies of the shop that could not be read and were left out; `cursor_at` is when one was last met.
UNREADABLE = "unreadable"


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
    page: int = 0,
    seen: int = 0,
    expected: int | None = None,
    complete: bool | None = None,
) -> None:
    """Note a step forward: belongs into the transaction that wrote the rows.

    `complete` says that the end was reached; that, or any step of a first pass, ends a failing state.
    """
    found = state(session, store_id, resource)
    found.cursor_at = cursor_at or found.cursor_at
    found.page = page
    found.seen += seen
    if expected is not None:
        found.expected = max(expected, found.expected)
    if complete:
        _caught_up(found, now)
    if complete or not found.complete:
        found.failing_since, found.problem, found.problem_code = None, "", ""
    if complete is not None:
        found.complete = complete
        found.last_ok_at = now if complete else found.last_ok_at
    session.add(found)


def _caught_up(found: SyncState, now: datetime) -> None:
    if found.failing_since is None:
        return
    found.away_since, found.back_at = found.failing_since, now
    log("connector").info(
        "shop_caught_up",
        store=found.store_id,
        resource=found.resource,
        away_since=str(found.away_since),
        back_at=str(now),
    )


def start_over(session: Session, store_id: int, resource: str) -> None:
    """Let the next visit read that resource from its beginning, as the first time."""
    found = state(session, store_id, resource)
    found.cursor_at, found.page, found.seen, found.expected, found.complete = None, 1, 0, 0, False
    session.add(found)


def swept(session: Session, store_id: int, *, now: datetime) -> None:
    """Note the end of a sweep. What it could read again, or did not meet, is no longer reported as unreadable."""
    unreadable, sweep = state(session, store_id, UNREADABLE), state(session, store_id, "sweep")
    if unreadable.failing_since and (unreadable.cursor_at or now) < (sweep.cursor_at or now):
        advance(session, store_id, UNREADABLE, now=now, complete=True)
    advance(session, store_id, "sweep", now=now, complete=True)


def fail(
    session: Session, store_id: int, resource: str, *, sentence: Text | str, code: str, now: datetime
) -> SyncState:
    """Note that the resource cannot be mirrored now, and since when."""
    found = state(session, store_id, resource)
    found.failing_since = found.failing_since or now
    found.problem = sentence.kept() if isinstance(sentence, Text) else sentence
    found.problem_code = code
    session.add(found)
    return found


@dataclass(frozen=True)
class Trouble:
    """A shop that cannot be mirrored: since when, and why (as `Text.kept` stores it)."""

    since: datetime
    sentence: str


def problem_since(session: Session, store_id: int) -> Trouble | None:
    """The oldest present fault of the shop's mirror, None while all is well."""
    failing = session.exec(
        select(SyncState)
        .where(SyncState.store_id == store_id, col(SyncState.failing_since).is_not(None))
        .order_by(col(SyncState.failing_since))
    ).first()
    if failing is None or failing.failing_since is None:
        return None
    return Trouble(failing.failing_since, failing.problem)


def shown(trouble: Trouble) -> str:
    """The fault's sentence in the current language."""
    return recalled(trouble.sentence)
