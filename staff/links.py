"""The one-time links: for the first owner, for invited colleagues, for forgotten passwords."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import Session, col

from core import clock, events
from core.languages import Text
from staff import actions, queries, tokens
from staff.errors import MemberExists
from staff.events import InvitationMade, ResetWanted
from staff.tables import StaffLink, StaffMember

FIRST_OWNER = timedelta(days=1)
INVITATION = timedelta(days=7)
RESET = timedelta(hours=2)


def first_owner_link(session: Session, *, language: str = "en") -> str | None:
    """A token for /welcome/… that makes the owner's account; None when there is an owner.

    A second start makes a new one, and the old one opens nothing.
    """
    session.execute(delete(StaffLink).where(col(StaffLink.kind) == "owner", col(StaffLink.used_at).is_(None)))
    if queries.has_owner(session):
        return None
    return fresh_token(
        session, _add(session, kind="owner", role="owner", language=language, lasts=FIRST_OWNER)
    )


def invite(session: Session, *, email: str, role: str, language: str) -> StaffLink:
    """Ask somebody to work here; records InvitationMade. An earlier invitation of the same person is void.

    Raises MemberExists, BadAddress.
    """
    known = actions.address(email)
    if queries.member_of_address(session, known) is not None:
        raise MemberExists(Text("%(address)s has an account here already.", address=known))
    session.execute(
        delete(StaffLink).where(
            col(StaffLink.kind) == "invitation",
            col(StaffLink.email) == known,
            col(StaffLink.used_at).is_(None),
        )
    )
    invitation = _add(
        session,
        kind="invitation",
        email=known,
        role=actions.known_role(role),
        language=actions.known_language(language),
        lasts=INVITATION,
    )
    events.record(session, InvitationMade(invitation_id=int(invitation.id or 0)))
    return invitation


def withdraw(session: Session, *, invitation_id: int) -> None:
    """Make an invitation void."""
    session.execute(
        delete(StaffLink).where(
            col(StaffLink.id) == invitation_id,
            col(StaffLink.kind) == "invitation",
            col(StaffLink.used_at).is_(None),
        )
    )


def want_reset(session: Session, *, email: str) -> None:
    """Somebody says that the password is forgotten. Records ResetWanted if that person works here; silent if not."""
    member = queries.member_of_address(session, email)
    if member is not None and member.disabled_at is None:
        events.record(session, ResetWanted(reset_id=int(_reset(session, member).id or 0)))


def reset_for(session: Session, *, staff_id: int) -> str:
    """A token for /reset/… without a letter, for somebody whom no mail reaches. Raises MemberNotFound."""
    return fresh_token(session, _reset(session, queries.member(session, staff_id)))


def _reset(session: Session, member: StaffMember) -> StaffLink:
    session.execute(
        delete(StaffLink).where(
            col(StaffLink.kind) == "reset",
            col(StaffLink.staff_id) == member.id,
            col(StaffLink.used_at).is_(None),
        )
    )
    return _add(
        session,
        kind="reset",
        email=member.email,
        role=member.role,
        language=member.language,
        staff_id=member.id,
        lasts=RESET,
    )


def fresh_token(session: Session, link: StaffLink | int) -> str:
    """The token for the link's address, made when the letter is written; a former one opens nothing any more.

    Raises LinkNotFound when the link was used, withdrawn or is too old.
    """
    found = queries.link(session, link) if isinstance(link, int) else link
    token = tokens.fresh()
    found.token_digest = tokens.digest(token)
    session.add(found)
    session.flush()
    return token


def _add(
    session: Session,
    *,
    kind: str,
    role: str,
    language: str,
    lasts: timedelta,
    email: str = "",
    staff_id: int | None = None,
) -> StaffLink:
    now = clock.now()
    added = StaffLink(
        kind=kind,
        email=email,
        role=role,
        language=language,
        staff_id=staff_id,
        created_at=now,
        expires_at=now + lasts,
    )
    session.add(added)
    session.flush()
    return added
