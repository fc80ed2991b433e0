"""What all pages and routes share: templates, static files, who is signed in, form proof, error answers."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, unquote, urlsplit

from babel import Locale
from fastapi import Depends, FastAPI, Form, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from jinja2 import (
    Environment,
    PackageLoader,
    PrefixLoader,
    StrictUndefined,
    pass_eval_context,
    select_autoescape,
)
from jinja2.filters import do_xmlattr
from jinja2.nodes import EvalContext
from sqlmodel import Session
from starlette.exceptions import HTTPException

from core import clock, languages, money
from core.database import Reading, database_of
from core.errors import AftercartError, BadInput, NotAllowed, NotFound, NotSignedIn
from core.headers import SECURITY_HEADERS, Headers, choose_language
from core.languages import Text, gettext
from core.logs import log
from core.security import Role, SignedIn, same

STATIC = Path(__file__).parent / "static"
SESSION_COOKIE = "aftercart_session"

Identify = Callable[[Session, str], SignedIn | None]


def environment(rooms: list[str]) -> Environment:
    """The template environment; a room's templates are named "<room>/<file>"."""
    found = Environment(
        loader=PrefixLoader({room.replace(".", "/"): PackageLoader(room) for room in rooms}),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.install_gettext_callables(languages.gettext, languages.ngettext, newstyle=True)  # type: ignore[attr-defined]
    found.globals.update(
        language=languages.current,
        spoken_languages=[(code, Locale(code).get_display_name(code)) for code in languages.LANGUAGES],
        now=clock.now,
        static=static_address,
    )
    found.filters.update(
        money=lambda minor, currency: money.shown(minor, currency, languages.current()),
        day=lambda when, zone="UTC": languages.day(when, languages.current(), zone),
        moment=lambda when, zone="UTC": languages.moment(when, languages.current(), zone),
        ago=_ago,
        shortly=lambda when: languages.shortly(when, languages.current()),
        attributes=_attributes,
        recalled=languages.recalled,
        legible=_legible,
    )
    return found


@cache
def static_address(name: str) -> str:
    """The address of a file in core/static; it changes with the content, so browsers may keep it for ever."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:10]}"


class Static(StaticFiles):
    """The files in core/static; those asked for by their versioned address are kept by the browser."""

    def file_response(self, *args: Any, **given: Any) -> Response:
        answer = super().file_response(*args, **given)
        versioned = b"v=" in args[2].get("query_string", b"")
        answer.headers["Cache-Control"] = (
            "public, max-age=31536000, immutable" if versioned else "public, max-age=300"
        )
        return answer


@pass_eval_context
def _attributes(context: EvalContext, given: Mapping[str, Any]) -> str:
    """Attributes of a tag from a macro's keywords: `aria_label` is aria-label, True stands alone, False is left out."""
    kept = {name.replace("_", "-"): value for name, value in given.items() if value is not False}
    return do_xmlattr(context, {name: "" if value is True else value for name, value in kept.items()})


def _legible(address: str) -> str:
    """An address with its letters as they are read, not as they are sent; it is text, never a link."""
    try:
        return unquote(address, errors="strict")
    except UnicodeDecodeError:
        return address


def _ago(when: datetime) -> str:
    return languages.ago(when, languages.current())


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a template of a room; `viewer` is the signed-in member of staff or None."""
    context.setdefault("viewer", getattr(request.state, "signed_in", None))
    context.setdefault("navigation", getattr(request.app.state, "navigation", ()))
    body = request.app.state.templates.get_template(template).render(
        request=request, status=status, **context
    )
    return HTMLResponse(body, status_code=status, headers={"Cache-Control": "private, no-store"})


def see_other(address: str) -> RedirectResponse:
    """After a form was taken: go and look."""
    return RedirectResponse(address, status_code=303)


# -- who is asking -----------------------------------------------------------------------------------------------


def signed_in(request: Request, session: Reading) -> SignedIn:
    """The member of staff whose session cookie came with the request; the session lives on. Raises NotSignedIn."""
    identify: Identify = request.app.state.identify
    cookie = request.cookies.get(SESSION_COOKIE, "")
    found = identify(session, cookie)
    if found is None:
        raise NotSignedIn(Text("Please sign in."))
    keep_alive = getattr(request.app.state, "keep_alive", None)
    if keep_alive is not None:
        keep_alive(database_of(request), session, cookie)
    request.state.signed_in = found
    return found


def _at_least(*roles: Role) -> Callable[[SignedIn], SignedIn]:
    def allowed(who: Annotated[SignedIn, Depends(signed_in)]) -> SignedIn:
        if who.role not in roles:
            raise NotAllowed(Text("Your role does not allow this. Ask an owner of this service."))
        return who

    return allowed


AnyStaff = Annotated[SignedIn, Depends(signed_in)]
Agent = Annotated[SignedIn, Depends(_at_least("owner", "agent"))]
Owner = Annotated[SignedIn, Depends(_at_least("owner"))]


def same_origin(request: Request) -> None:
    """Refuse a form that another site sent. Browsers say so in Sec-Fetch-Site, older ones in Origin."""
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    if site is not None:
        foreign = site not in ("same-origin", "none")
    else:
        foreign = origin is not None and urlsplit(origin).netloc != request.headers.get("host", "")
    if foreign:
        raise NotAllowed(Text("This form came from another site and was not taken."))


def proven_form(
    request: Request,
    who: AnyStaff,
    csrf: Annotated[str, Form()] = "",
    x_csrf: Annotated[str, Header()] = "",
) -> None:
    """Refuse a form that does not carry its session's proof (field `csrf`, or header X-Csrf from htmx)."""
    same_origin(request)
    if not same(csrf or x_csrf, who.csrf):
        raise NotAllowed(Text("This page was open too long. Load it again and repeat the last step."))


ProvenForm = Depends(proven_form)
SameOrigin = Depends(same_origin)


def client_address(request: Request) -> str:
    """The caller's network address, as far as trusted proxies tell it."""
    return request.client.host if request.client else "unknown"


# -- answers -----------------------------------------------------------------------------------------------------


def _wants_page(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(
        ("/api/", "/webhooks/")
    )


def _answer(
    request: Request, status: int, code: str, sentence: str, details: Mapping[str, object]
) -> Response:
    """The error as a page or as JSON; a route whose errors carry headers of its own keeps them in its request's state."""
    if _wants_page(request):
        return page(request, "core/error.html", status=status, sentence=sentence, code=code)
    return JSONResponse(
        {"error": {"code": code, "message": sentence, "details": dict(details)}},
        status_code=status,
        headers=getattr(request.state, "error_headers", None),
    )


def _known(request: Request, problem: Exception) -> Response:
    error = problem if isinstance(problem, AftercartError) else AftercartError(str(problem))
    if isinstance(error, NotSignedIn) and "hx-request" in request.headers:
        # A fragment must not become the sign-in page inside another page; htmx goes there as a whole.
        return Response(status_code=error.status, headers={"HX-Redirect": "/sign-in"})
    if isinstance(error, NotSignedIn) and _wants_page(request) and request.method == "GET":
        query = f"?{request.url.query}" if request.url.query else ""
        return see_other(f"/sign-in?next={quote(request.url.path + query)}")
    if error.status >= 500:
        log("web").error("request_failed", path=request.url.path, code=error.code, problem=str(error))
    return _answer(request, error.status, error.code, str(error.sentence), error.details)


def _invalid(request: Request, problem: Exception) -> Response:
    fields = [
        ".".join(str(part) for part in error["loc"][1:]) for error in getattr(problem, "errors", list)()
    ]
    sentence = gettext("Please check these fields: %(fields)s.") % {"fields": ", ".join(fields)}
    return _answer(request, 400, BadInput.code, sentence, {"fields": fields})


def _http(request: Request, problem: Exception) -> Response:
    status = getattr(problem, "status_code", 500)
    if status == 404:
        return _known(request, NotFound(Text("There is nothing at this address.")))
    sentence = gettext("This request cannot be answered.")
    # A form whose field is too long is refused by its reader as any other bad request, told apart by its words.
    if status == 413 or "exceeded maximum size" in str(getattr(problem, "detail", "")):
        sentence = gettext("What was sent is larger than this service takes. Please divide it.")
    return _answer(request, status, "http", sentence, {})


def _unexpected(request: Request, problem: Exception) -> Response:
    log("web").error("request_crashed", path=request.url.path, exc_info=problem)
    sentence = gettext("Something went wrong here. Nothing was lost; please try again in a moment.")
    answer = _answer(request, 500, "error", sentence, {})
    answer.headers.update(SECURITY_HEADERS)  # This handler runs outside of every middleware.
    return answer


def install(app: FastAPI) -> None:
    """Give the app its static files, its error answers, its language choice and its security headers."""
    app.mount("/static", Static(directory=STATIC), name="static")
    app.post("/language", include_in_schema=False, dependencies=[SameOrigin])(choose_language)
    app.add_exception_handler(AftercartError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(Headers)
