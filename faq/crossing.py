"""Which other site may read the help centre's JSON: the shop's own pages, and nobody's else."""

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from core.database import Reading
from core.security import same
from faq.visits import Visit, visit_of

ORIGIN = "Access-Control-Allow-Origin"
PREFLIGHT_SECONDS = 600


def visit_of_programs(request: Request, session: Reading, centre: str, locale: str = "") -> Visit:
    """The visit of a program; its answers and errors can be read by the shop's own pages.

    Without `locale` the language is the one that the caller's Accept-Language wants most.
    """
    visit = visit_of(request, session, centre, locale)
    request.state.error_headers = allowed(visit)
    return visit


ProgramVisit = Annotated[Visit, Depends(visit_of_programs, scope="function")]


def allowed(visit: Visit) -> dict[str, str]:
    """The headers by which a browser lets the shop's own pages read the answer. Never with cookies."""
    named = visit.request.headers.get("origin", "")
    if named and same(named.lower(), origin_of(visit.store.home_address)):
        return {ORIGIN: named}
    return {}


def origin_of(address: str) -> str:
    """Scheme, host and port of an address as browsers name them; "" for none."""
    parts = urlsplit(address.lower())
    usual = {"http": ":80", "https": ":443"}.get(parts.scheme)
    if usual is None or not parts.hostname:
        return ""
    host = parts.netloc.rpartition("@")[2].removesuffix(usual)
    return f"{parts.scheme}://{host}"
