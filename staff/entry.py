"""The pages by which people come in: first owner, invitation, signing in and out, forgotten password."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse
from starlette.background import BackgroundTask
from starlette.responses import Response

from core import languages
from core.database import Database, Reading, Writing, database_of
from core.errors import AftercartError, BadInput, Conflict, TooMany
from core.headers import LANGUAGE_COOKIE, own_address, remember_language
from core.languages import Text
from core.logs import log
from core.web import SESSION_COOKIE, ProvenForm, SameOrigin, client_address, page, see_other
from staff import actions, devices, links, passwords, queries, sessions
from staff.errors import LinkNotFound, WrongSignIn
from staff.tables import StaffMember

router = APIRouter(include_in_schema=False)

Storage = Annotated[Database, Depends(database_of)]
Field = Annotated[str, Form()]

# A person mistypes a few times; a guesser needs thousands. Per client, because one guesser may try many addresses.
TRIES_PER_ADDRESS = "10/15 minutes"
TRIES_PER_CLIENT = "40/15 minutes"
RESETS_PER_ADDRESS = "3/hour"
RESETS_PER_CLIENT = "20/hour"


def let_in(request: Request, cookie: str, member: StaffMember, address: str = "/") -> RedirectResponse:
    """Give the browser its session, and its first choice of language."""
    answer = see_other(own_address(address))
    answer.set_cookie(
        SESSION_COOKIE,
        cookie,
        max_age=int(queries.LONGEST.total_seconds()),
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",
    )
    if LANGUAGE_COOKIE not in request.cookies:
        remember_language(request, answer, member.language)
    return answer


def _open(request: Request, database: Database, member: StaffMember, address: str = "/") -> Response:
    with database.writing() as session:
        cookie = sessions.open_session(
            session,
            staff_id=int(member.id or 0),
            device=devices.named(request.headers.get("user-agent", "")),
            instead_of=request.cookies.get(SESSION_COOKIE, ""),
        )
    return let_in(request, cookie, member, address)


# -- signing in and out ------------------------------------------------------------------------------------------


@router.get("/sign-in")
def sign_in_page(request: Request, session: Reading, next: str = "/") -> Response:  # noqa: A002 - the field's name
    if queries.identify(session, request.cookies.get(SESSION_COOKIE, "")):
        return see_other(own_address(next))
    return page(
        request, "staff/sign_in.html", next=next, email="", problem="", has_owner=queries.has_owner(session)
    )


@router.post("/sign-in", dependencies=[SameOrigin])
def sign_in(
    request: Request,
    database: Storage,
    email: Field = "",
    password: Field = "",
    next: Field = "/",  # noqa: A002 - the field's name
) -> Response:
    try:
        limits = request.app.state.limits
        limits.take(TRIES_PER_CLIENT, "sign-in-client", client_address(request))
        limits.take(TRIES_PER_ADDRESS, "sign-in-address", email.strip().lower()[:320])
        member = _proven(database, email, password)
    except (WrongSignIn, TooMany) as problem:
        log("staff").warning("sign_in_refused", client=client_address(request), code=problem.code)
        return page(
            request,
            "staff/sign_in.html",
            status=problem.status,
            next=next,
            email=email,
            problem=problem.sentence,
            has_owner=True,
        )
    return _open(request, database, member, next)


def _proven(database: Database, email: str, password: str) -> StaffMember:
    """The member whose address and password these are. Unknown, disabled and mistaken look and last the same."""
    with database.reading() as session:
        member = queries.member_of_address(session, email)
    known = member if member is not None and member.disabled_at is None else None
    if not passwords.matches(password, known.password_hash if known else None) or known is None:
        raise WrongSignIn(Text("The address or the password is not right."))
    return known


@router.post("/sign-out", dependencies=[ProvenForm])
def sign_out(request: Request, session: Writing) -> Response:
    sessions.close_session(session, cookie=request.cookies.get(SESSION_COOKIE, ""))
    answer = see_other("/sign-in")
    answer.delete_cookie(SESSION_COOKIE, httponly=True, secure=request.url.scheme == "https", samesite="lax")
    return answer


# -- the first owner, and invited colleagues ---------------------------------------------------------------------


@router.get("/welcome/{token}")
def welcome_page(request: Request, session: Reading, token: str) -> Response:
    link = queries.link_of_token(session, token, "owner", "invitation")
    return page(request, "staff/welcome.html", link=link, name="", email=link.email, problem=None)


@router.post("/welcome/{token}", dependencies=[SameOrigin])
def welcome(
    request: Request,
    database: Storage,
    token: str,
    *,
    name: Field = "",
    email: Field = "",
    password: Field = "",
) -> Response:
    with database.reading() as session:
        link = queries.link_of_token(session, token, "owner", "invitation")
    address = email if link.kind == "owner" else link.email
    try:
        actions.person(name)
        actions.address(address)
        passwords.check_new(password, name, address)
        password_hash = passwords.hashed(password)
        with database.writing() as session:
            member = actions.take_link(
                session,
                queries.link_of_token(session, token, "owner", "invitation"),
                email=address,
                name=name,
                language=languages.current(),
                password_hash=password_hash,
            )
    except (BadInput, Conflict) as problem:
        return page(
            request,
            "staff/welcome.html",
            status=problem.status,
            link=link,
            name=name,
            email=address,
            problem=problem,
        )
    return _open(request, database, member)


# -- a forgotten password ----------------------------------------------------------------------------------------


@router.get("/reset")
def reset_page(request: Request) -> Response:
    return page(request, "staff/reset.html", email="", sent=False)


@router.post("/reset", dependencies=[SameOrigin])
def want_reset(request: Request, database: Storage, email: Field = "") -> Response:
    """Answers the same, and as fast, whether or not that person works here: the letter is asked for afterwards."""
    limits = request.app.state.limits
    limits.take(RESETS_PER_CLIENT, "reset-client", client_address(request))
    limits.take(RESETS_PER_ADDRESS, "reset-address", email.strip().lower()[:320])
    answer = page(request, "staff/reset.html", email=email, sent=True)
    answer.background = BackgroundTask(_ask_for_reset, database, email)
    return answer


def _ask_for_reset(database: Database, email: str) -> None:
    with database.writing() as session:
        links.want_reset(session, email=email)


@router.get("/reset/{token}")
def new_password_page(request: Request, session: Reading, token: str) -> Response:
    link = queries.link_of_token(session, token, "reset")
    return page(request, "staff/new_password.html", link=link, problem=None)


@router.post("/reset/{token}", dependencies=[SameOrigin])
def new_password(request: Request, database: Storage, token: str, password: Field = "") -> Response:
    with database.reading() as session:
        link = queries.link_of_token(session, token, "reset")
        member = queries.member(session, int(link.staff_id or 0))
    try:
        passwords.check_new(password, member.name, member.email)
    except AftercartError as problem:
        return page(request, "staff/new_password.html", status=problem.status, link=link, problem=problem)
    password_hash = passwords.hashed(password)
    with database.writing() as session:
        # Asked again inside: two browsers with the same letter must not both pass.
        if queries.link_of_token(session, token, "reset").staff_id != member.id:
            raise LinkNotFound(Text("This link is not open any more."))
        actions.set_password(session, staff_id=int(member.id or 0), password_hash=password_hash)
    return _open(request, database, member)
