"""Reading staff: who a cookie belongs to, who works here, which links are open."""

from collections.abc import Sequence
from datetime import timedelta
from typing import cast

from sqlalchemy import func
from sqlmodel import Session, col, select

from core import clock
from core.languages import Text
from core.security import Role, SignedIn
from staff import tokens
from staff.errors import LinkNotFound, MemberNotFound
from staff.tables import StaffLink, StaffMember, StaffSession

# A session ends when its browser stays away, and at the latest after the longer time.
IDLE = timedelta(days=14)
LONGEST = timedelta(days=60)


def session_of(session: Session, cookie: str) -> StaffSession | None:
    """The living session that this cookie opens."""
    if not cookie:
        return None
    found = session.exec(
        select(StaffSession).where(StaffSession.token_digest == tokens.digest(cookie))
    ).first()
    now = clock.now()
    if found is None or now - found.seen_at >= IDLE or now - found.created_at >= LONGEST:
        return None
    return found


def identify(session: Session, cookie: str) -> SignedIn | None:
    """The member of staff whom this cookie signs in, with the role of this moment."""
    opened = session_of(session, cookie)
    member = session.get(StaffMember, opened.staff_id) if opened else None
    if opened is None or member is None or member.disabled_at is not None:
        return None
    return SignedIn(
        staff_id=int(member.id or 0),
        name=member.name,
        email=member.email,
        role=cast("Role", member.role),
        language=member.language,
        csrf=opened.csrf,
    )


def sessions_of(session: Session, staff_id: int) -> Sequence[StaffSession]:
    """The member's living sessions, the one seen last first."""
    now = clock.now()
    return session.exec(
        select(StaffSession)
        .where(
            StaffSession.staff_id == staff_id,
            StaffSession.seen_at > now - IDLE,
            StaffSession.created_at > now - LONGEST,
        )
        .order_by(col(StaffSession.seen_at).desc())
    ).all()


def members(session: Session) -> Sequence[StaffMember]:
    """Everyone who works or worked here, by name."""
    return session.exec(select(StaffMember).order_by(func.lower(StaffMember.name), col(StaffMember.id))).all()


def member(session: Session, staff_id: int) -> StaffMember:
    """That member of staff. Raises MemberNotFound."""
    found = session.get(StaffMember, staff_id)
    if found is None:
        raise MemberNotFound(Text("Nobody with that number works here."))
    return found


def member_of_address(session: Session, email: str) -> StaffMember | None:
    """The member with that e-mail address, however it is written."""
    return session.exec(select(StaffMember).where(StaffMember.email == email.strip().lower())).first()


def last_seen(session: Session) -> dict[int, StaffSession]:
    """For each member with a living session, the one seen last."""
    rows = session.exec(select(StaffSession).order_by(col(StaffSession.seen_at))).all()
    return {row.staff_id: row for row in rows}


def has_owner(session: Session) -> bool:
    """Whether somebody can change things here."""
    return bool(_owners(session))


def owner_addresses(session: Session) -> list[tuple[str, str, str]]:
    """E-mail address, name and language of every owner: those who hear when something needs a hand."""
    return [(owner.email, owner.name, owner.language) for owner in _owners(session)]


def _owners(session: Session) -> Sequence[StaffMember]:
    return session.exec(
        select(StaffMember)
        .where(StaffMember.role == "owner", col(StaffMember.disabled_at).is_(None))
        .order_by(col(StaffMember.id))
    ).all()


def link_of_token(session: Session, token: str, *kinds: str) -> StaffLink:
    """The open link with that token. Raises LinkNotFound: unknown, used, voided and old look the same."""
    found = session.exec(select(StaffLink).where(StaffLink.token_digest == tokens.digest(token))).first()
    if (
        found is None
        or found.kind not in kinds
        or found.used_at is not None
        or found.expires_at <= clock.now()
    ):
        raise LinkNotFound(
            Text("This link was used already, was replaced by a newer one, or is too old. Ask for a new one.")
        )
    return found


def link(session: Session, link_id: int) -> StaffLink:
    """That link while it is open. Raises LinkNotFound."""
    found = session.get(StaffLink, link_id)
    if found is None or found.used_at is not None or found.expires_at <= clock.now():
        raise LinkNotFound(Text("This link is not open any more."))
    return found


def open_invitations(session: Session) -> Sequence[StaffLink]:
    """Invitations that nobody has taken yet, newest first; also those whose time is over."""
    return session.exec(
        select(StaffLink)
        .where(StaffLink.kind == "invitation", col(StaffLink.used_at).is_(None))
        .order_by(col(StaffLink.created_at).desc())
    ).all()
