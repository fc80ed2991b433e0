"""Signing in and out: writing the sessions of browsers."""

from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col

from core import clock
from core.database import Database
from staff import queries, tokens
from staff.tables import StaffSession

# Noting every click would be a write per page.
NOTED_EVERY = timedelta(hours=1)


def open_session(session: Session, *, staff_id: int, device: str, instead_of: str = "") -> str:
    """Sign that member in and return the new cookie. Always a new one: a cookie planted before opens nothing.

    `instead_of` is the cookie the browser brought; its session ends.
    """
    cookie, now = tokens.fresh(), clock.now()
    close_session(session, cookie=instead_of)
    session.add(
        StaffSession(
            token_digest=tokens.digest(cookie),
            staff_id=staff_id,
            csrf=tokens.fresh(),
            device=device,
            created_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return cookie


def close_session(session: Session, *, cookie: str) -> None:
    """Sign this browser out."""
    session.execute(delete(StaffSession).where(col(StaffSession.token_digest) == tokens.digest(cookie)))


def close_one(session: Session, *, staff_id: int, session_id: int) -> None:
    """End one of the member's own sessions; somebody else's stays."""
    session.execute(
        delete(StaffSession).where(col(StaffSession.staff_id) == staff_id, col(StaffSession.id) == session_id)
    )


def close_others(session: Session, *, staff_id: int, cookie: str) -> None:
    """End all of the member's sessions but the one of this browser."""
    session.execute(
        delete(StaffSession).where(
            col(StaffSession.staff_id) == staff_id, col(StaffSession.token_digest) != tokens.digest(cookie)
        )
    )


def keep_alive(database: Database, session: Session, cookie: str) -> None:
    """Note that the browser is still here, at most once an hour; `session` is the request's own, for reading."""
    opened = queries.session_of(session, cookie)
    if opened is None or clock.now() - opened.seen_at < NOTED_EVERY:
        return
    with database.writing() as writing:
        writing.execute(
            update(StaffSession)
            .where(col(StaffSession.token_digest) == tokens.digest(cookie))
            .values(seen_at=clock.now())
        )


def forget_old(session: Session) -> None:
    """Drop sessions whose time is over."""
    now = clock.now()
    session.execute(
        delete(StaffSession).where(
            (col(StaffSession.seen_at) <= now - queries.IDLE)
            | (col(StaffSession.created_at) <= now - queries.LONGEST)
        )
    )
