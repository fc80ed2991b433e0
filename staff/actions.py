"""Changing staff: who works here and as what. Password hashes are made before, outside of the session."""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, select
from sqlmodel import Session, col

from core import clock
from core.errors import BadInput
from core.languages import LANGUAGES, Text
from core.security import Role
from staff import queries
from staff.errors import BadAddress, LastOwner, MemberExists
from staff.tables import StaffLink, StaffMember, StaffSession

ROLES: tuple[Role, ...] = ("owner", "agent", "reader")
LONGEST_NAME = 120


def address(email: str) -> str:
    """The e-mail address as it is stored. Raises BadAddress."""
    try:
        # No look-up: the service may live in a network without names. Reserved test names are fine there too.
        checked = validate_email(email.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as problem:
        raise BadAddress(Text("“%(address)s” is no e-mail address.", address=email.strip()[:80])) from problem
    return checked.normalized.lower()


def person(name: str) -> str:
    """The name as it is stored. Raises BadInput."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME:
        raise BadInput(Text("Please give a name of at most %(count)s characters.", count=LONGEST_NAME))
    return plain


def add_member(
    session: Session, *, email: str, name: str, role: str, language: str, password_hash: str
) -> StaffMember:
    """Somebody new works here. Raises MemberExists, BadAddress."""
    known = address(email)
    if queries.member_of_address(session, known) is not None:
        raise MemberExists(Text("%(address)s has an account here already.", address=known))
    added = StaffMember(
        email=known,
        name=person(name),
        role=known_role(role),
        language=known_language(language),
        password_hash=password_hash,
        created_at=clock.now(),
    )
    session.add(added)
    session.flush()
    return added


def take_link(
    session: Session, link: StaffLink, *, email: str, name: str, language: str, password_hash: str
) -> StaffMember:
    """Make the account that a first-owner link or an invitation is for; the link works no second time."""
    chosen = email if link.kind == "owner" else link.email
    added = add_member(
        session, email=chosen, name=name, role=link.role, language=language, password_hash=password_hash
    )
    link.used_at = clock.now()
    session.add(link)
    return added


def change_role(session: Session, *, staff_id: int, role: str) -> StaffMember:
    """Let the member do more or less, from the next click on. Raises LastOwner."""
    member = queries.member(session, staff_id)
    if member.role == "owner" and role != "owner":
        _keep_an_owner(session, member)
    member.role = known_role(role)
    session.add(member)
    return member


def disable(session: Session, *, staff_id: int) -> StaffMember:
    """Let the member in no more and end the sessions now. Past work keeps the name. Raises LastOwner."""
    member = queries.member(session, staff_id)
    _keep_an_owner(session, member)
    member.disabled_at = member.disabled_at or clock.now()
    session.add(member)
    session.execute(delete(StaffSession).where(col(StaffSession.staff_id) == staff_id))
    session.execute(
        delete(StaffLink).where(col(StaffLink.staff_id) == staff_id, col(StaffLink.used_at).is_(None))
    )
    return member


def enable(session: Session, *, staff_id: int) -> StaffMember:
    """Let the member in again, with the password and role from before."""
    member = queries.member(session, staff_id)
    member.disabled_at = None
    session.add(member)
    return member


def change_profile(session: Session, *, staff_id: int, name: str, language: str) -> StaffMember:
    """Keep the member's name and the language of pages and letters."""
    member = queries.member(session, staff_id)
    member.name, member.language = person(name), known_language(language)
    session.add(member)
    return member


def set_password(session: Session, *, staff_id: int, password_hash: str) -> StaffMember:
    """Keep the new password's hash and end all sessions; open reset links are void."""
    member = queries.member(session, staff_id)
    member.password_hash = password_hash
    session.add(member)
    session.execute(delete(StaffSession).where(col(StaffSession.staff_id) == staff_id))
    session.execute(
        delete(StaffLink).where(
            col(StaffLink.staff_id) == staff_id,
            col(StaffLink.kind) == "reset",
            col(StaffLink.used_at).is_(None),
        )
    )
    return member


def known_language(language: str) -> str:
    """The language if pages exist in it. Raises BadInput."""
    if language not in LANGUAGES:
        raise BadInput(Text("Please choose one of the languages in the list."))
    return language


def known_role(role: str) -> Role:
    """The role if there is one of that name. Raises BadInput."""
    for known in ROLES:
        if role == known:
            return known
    raise BadInput(Text("Please choose one of the roles in the list."))


def _keep_an_owner(session: Session, member: StaffMember) -> None:
    """The lock makes two owners who remove each other at the same moment wait in line."""
    owners = session.execute(
        select(col(StaffMember.id))
        .where(col(StaffMember.role) == "owner", col(StaffMember.disabled_at).is_(None))
        .with_for_update()
    ).scalars()
    if set(owners) == {member.id}:
        raise LastOwner(
            Text("%(name)s is the only owner. Make somebody else an owner first.", name=member.name)
        )
