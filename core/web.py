"""What all pages and routes share: templates, who is signed in, form proof, security headers, error answers."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import Depends, FastAPI, Form, Header, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from jinja2 import Environment, PackageLoader, PrefixLoader, StrictUndefined, select_autoescape
from sqlmodel import Session
from starlette.exceptions import HTTPException

from core import clock, languages, money
from core.database import Reading
from core.errors import AftercartError, BadInput, NotAllowed, NotFound, NotSignedIn
from core.languages import Text, gettext
from core.logs import log
from core.security import Role, SignedIn, same

STATIC = Path(__file__).parent / "static"
SESSION_COOKIE = "aftercart_session"
LANGUAGE_COOKIE = "aftercart_language"

CONTENT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"
)
SECURITY_HEADERS = {
    "Content-Security-Policy": CONTENT_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

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
    found.globals.update(language=languages.current, now=clock.now)
    found.filters.update(
        money=lambda minor, currency: money.shown(minor, currency, languages.current()),
        day=lambda when, zone="UTC": languages.day(when, languages.current(), zone),
        moment=lambda when, zone="UTC": languages.moment(when, languages.current(), zone),
        ago=_ago,
    )
    return found


def _ago(when: datetime) -> str:
    return languages.ago(when, languages.current())


def page(request: Request, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
    """Render a template of a room; `viewer` is the signed-in member of staff or None."""
    context.setdefault("viewer", getattr(request.state, "signed_in", None))
    context.setdefault("navigation", getattr(request.app.state, "navigation", ()))
    body = request.app.state.templates.get_template(template).render(request=request, **context)
    return HTMLResponse(body, status_code=status, headers={"Cache-Control": "private, no-store"})


def see_other(address: str) -> RedirectResponse:
    """After a form was taken: go and look."""
    return RedirectResponse(address, status_code=303)


# -- who is asking -----------------------------------------------------------------------------------------------


def signed_in(request: Request, session: Reading) -> SignedIn:
    """The member of staff whose session cookie came with the request. Raises NotSignedIn."""
    identify: Identify = request.app.state.identify
    found = identify(session, request.cookies.get(SESSION_COOKIE, ""))
    if found is None:
        raise NotSignedIn(Text("Please sign in."))
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
    if _wants_page(request):
        return page(request, "core/error.html", status=status, sentence=sentence, code=code)
    return JSONResponse(
        {"error": {"code": code, "message": sentence, "details": dict(details)}}, status_code=status
    )


def _known(request: Request, problem: Exception) -> Response:
    error = problem if isinstance(problem, AftercartError) else AftercartError(str(problem))
    if isinstance(error, NotSignedIn) and _wants_page(request) and request.method == "GET":
        return see_other(f"/sign-in?next={request.url.path}")
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
    return _answer(request, status, "http", gettext("This request cannot be answered."), {})


def _unexpected(request: Request, problem: Exception) -> Response:
    log("web").error("request_crashed", path=request.url.path, exc_info=problem)
    sentence = gettext("Something went wrong here. Nothing was lost; please try again in a moment.")
    return _answer(request, 500, "error", sentence, {})


def install(app: FastAPI) -> None:
    """Give the app its error answers, its language choice and its security headers."""
    app.add_exception_handler(AftercartError, _known)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(Headers)


class Headers:
    """Pure ASGI: the reader's language for the request, and security headers on every answer.

    Not BaseHTTPMiddleware: that would run endpoints in another context, and the chosen language would be lost.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request = Request(scope)
        languages.set_language(_language(request))

        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                for name, value in SECURITY_HEADERS.items():
                    if name.lower().encode() not in present:
                        message["headers"].append((name.lower().encode(), value.encode()))
                if request.url.scheme == "https":
                    message["headers"].append((b"strict-transport-security", b"max-age=31536000"))
            await send(message)

        await self.app(scope, receive, with_headers)


def _language(request: Request) -> str:
    chosen = languages.language_of(request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE))
    return (
        chosen
        or languages.accepted_language(request.headers.get("accept-language", ""))
        or languages.DEFAULT_LANGUAGE
    )
