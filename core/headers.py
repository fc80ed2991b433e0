"""What every answer carries: security headers, and the reader's language for the time of the request."""

from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse

from core import languages

LANGUAGE_COOKIE = "aftercart_language"
LANGUAGE_SECONDS = 365 * 24 * 3600

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


def own_address(address: str) -> str:
    """The address if it lies within this service, else "/": nobody is sent to another site by a crafted link."""
    inside = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if inside and address.isprintable() else "/"


def choose_language(
    request: Request, to: Annotated[str, Form()], address: Annotated[str, Form(alias="next")] = "/"
) -> RedirectResponse:
    """Keep the reader's choice of language in a cookie and show the same page again."""
    answer = RedirectResponse(own_address(address), status_code=303)
    remember_language(request, answer, to)
    return answer


def remember_language(request: Request, answer: RedirectResponse, language: str) -> None:
    """Show pages to this browser in that language from now on; one that we do not speak changes nothing."""
    spoken = languages.language_of(language)
    if spoken:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            spoken,
            max_age=LANGUAGE_SECONDS,
            httponly=True,
            secure=request.url.scheme == "https",
            samesite="lax",
        )
