"""The pages about people: the team, one member, one's own profile."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from core.database import Reading, Writing
from core.errors import BadInput, Conflict
from core.headers import remember_language
from core.web import SESSION_COOKIE, AnyStaff, Owner, ProvenForm, page, see_other
from staff import actions, links, passwords, queries, sessions
from staff.entry import Storage, let_in
from staff.errors import BadPassword, WrongPassword

router = APIRouter(prefix="/settings", include_in_schema=False)
Field = Annotated[str, Form()]


# -- the team ----------------------------------------------------------------------------------------------------


@router.get("/team")
def team(request: Request, session: Reading, who: AnyStaff, disabled: int = 0) -> Response:
    left = queries.member(session, disabled) if disabled else None
    return page(request, "staff/team.html", **_team(session), email="", problem=None, left=left)


def _team(session: Reading) -> dict[str, Any]:
    return {
        "members": queries.members(session),
        "seen": queries.last_seen(session),
        "invitations": queries.open_invitations(session),
    }


@router.post("/team", dependencies=[ProvenForm])
def invite(
    request: Request,
    session: Writing,
    who: Owner,
    *,
    email: Field = "",
    role: Field = "",
    language: Field = "",
) -> Response:
    try:
        links.invite(session, email=email, role=role, language=language)
    except (BadInput, Conflict) as problem:
        return page(
            request,
            "staff/team.html",
            status=problem.status,
            **_team(session),
            email=email,
            problem=problem,
            left=None,
        )
    return see_other("/settings/team")


@router.post("/team/invitations/{invitation_id}/link", dependencies=[ProvenForm])
def invitation_link(request: Request, session: Writing, who: Owner, invitation_id: int) -> Response:
    """Show the link itself, for when no mail can be sent. The one in the letter opens nothing any more."""
    invitation = queries.link(session, invitation_id)
    token = links.fresh_token(session, invitation)
    address = f"{request.app.state.settings.address}/welcome/{token}"
    return page(request, "staff/shown_link.html", email=invitation.email, address=address, reset=False)


@router.post("/team/invitations/{invitation_id}/withdraw", dependencies=[ProvenForm])
def withdraw(session: Writing, who: Owner, invitation_id: int) -> Response:
    links.withdraw(session, invitation_id=invitation_id)
    return see_other("/settings/team")


# -- one member --------------------------------------------------------------------------------------------------


@router.get("/team/{staff_id}")
def member(request: Request, session: Reading, who: AnyStaff, staff_id: int) -> Response:
    return page(request, "staff/member.html", member=queries.member(session, staff_id), problem=None)


@router.post("/team/{staff_id}", dependencies=[ProvenForm])
def change_role(request: Request, session: Writing, who: Owner, staff_id: int, role: Field = "") -> Response:
    try:
        actions.change_role(session, staff_id=staff_id, role=role)
    except Conflict as problem:
        found = queries.member(session, staff_id)
        return page(request, "staff/member.html", status=problem.status, member=found, problem=problem)
    return see_other("/settings/team")


@router.post("/team/{staff_id}/disable", dependencies=[ProvenForm])
def disable(request: Request, session: Writing, who: Owner, staff_id: int) -> Response:
    try:
        actions.disable(session, staff_id=staff_id)
    except Conflict as problem:
        found = queries.member(session, staff_id)
        return page(request, "staff/member.html", status=problem.status, member=found, problem=problem)
    return see_other(f"/settings/team?disabled={staff_id}")


@router.post("/team/{staff_id}/enable", dependencies=[ProvenForm])
def enable(session: Writing, who: Owner, staff_id: int) -> Response:
    actions.enable(session, staff_id=staff_id)
    return see_other("/settings/team")


@router.post("/team/{staff_id}/reset", dependencies=[ProvenForm])
def reset_link(request: Request, session: Writing, who: Owner, staff_id: int) -> Response:
    """Show a link for a new password, for a colleague whom no mail reaches."""
    token = links.reset_for(session, staff_id=staff_id)
    address = f"{request.app.state.settings.address}/reset/{token}"
    email = queries.member(session, staff_id).email
    return page(request, "staff/shown_link.html", email=email, address=address, reset=True)


# -- one's own profile -------------------------------------------------------------------------------------------


def _profile(request: Request, session: Reading, staff_id: int) -> dict[str, Any]:
    here = queries.session_of(session, request.cookies.get(SESSION_COOKIE, ""))
    return {
        "member": queries.member(session, staff_id),
        "sessions": queries.sessions_of(session, staff_id),
        "here": here.id if here else None,
    }


@router.get("/profile")
def profile(request: Request, session: Reading, who: AnyStaff, saved: str = "") -> Response:
    return page(
        request, "staff/profile.html", **_profile(request, session, who.staff_id), saved=saved, problem=None
    )


@router.post("/profile", dependencies=[ProvenForm])
def change_profile(
    request: Request, session: Writing, who: AnyStaff, name: Field = "", language: Field = ""
) -> Response:
    try:
        actions.change_profile(session, staff_id=who.staff_id, name=name, language=language)
    except BadInput as problem:
        shown = _profile(request, session, who.staff_id)
        return page(request, "staff/profile.html", status=400, **shown, saved="", problem=problem)
    answer = see_other("/settings/profile?saved=profile")
    remember_language(request, answer, language)
    return answer


@router.post("/profile/password", dependencies=[ProvenForm])
def change_password(
    request: Request, database: Storage, who: AnyStaff, present: Field = "", password: Field = ""
) -> Response:
    """A new password ends all sessions; this browser gets a new one."""
    request.app.state.limits.take("10/15 minutes", "password", str(who.staff_id))
    with database.reading() as session:
        known = queries.member(session, who.staff_id)
        shown = _profile(request, session, who.staff_id)
        device = next((row.device for row in queries.sessions_of(session, who.staff_id)), "")
    try:
        passwords.check_same(present, known.password_hash)
        passwords.check_new(password, known.name, known.email)
    except (BadPassword, WrongPassword) as problem:
        return page(request, "staff/profile.html", status=400, **shown, saved="", problem=problem)
    password_hash = passwords.hashed(password)
    with database.writing() as session:
        actions.set_password(session, staff_id=who.staff_id, password_hash=password_hash)
        cookie = sessions.open_session(session, staff_id=who.staff_id, device=device)
    return let_in(request, cookie, known, "/settings/profile?saved=password")


@router.post("/profile/sessions/others/end", dependencies=[ProvenForm])
def end_other_sessions(request: Request, session: Writing, who: AnyStaff) -> Response:
    cookie = request.cookies.get(SESSION_COOKIE, "")
    sessions.close_others(session, staff_id=who.staff_id, cookie=cookie)
    return see_other("/settings/profile?saved=sessions")


@router.post("/profile/sessions/{session_id}/end", dependencies=[ProvenForm])
def end_session(session: Writing, who: AnyStaff, session_id: int) -> Response:
    sessions.close_one(session, staff_id=who.staff_id, session_id=session_id)
    return see_other("/settings/profile?saved=sessions")
