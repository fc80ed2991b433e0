"""Which other site may read the help centre's JSON: the shop's own pages, and nobody's else."""

from typing import Annotated

from fastapi import Depends, Request

from core import origins
from core.database import Reading
from core.web import same_origin
from faq.errors import HelpCentreNotFound
from faq.visits import Visit, visit_of


def visit_of_programs(request: Request, session: Reading, centre: str, locale: str = "") -> Visit:
    """The visit of a program; its answers and errors can be read by the shop's own pages.

    Without `locale` the language is the one that the caller's Accept-Language wants most.
    """
    visit = visit_of(request, session, centre, locale)
    request.state.error_headers = allowed(visit)
    return visit


def visit_of_the_shop(request: Request, session: Reading, centre: str) -> Visit:
    """The visit of a page of ours or of the shop itself, which may write. Raises NotAllowed for every other site."""
    try:
        visit = visit_of_programs(request, session, centre)
    except HelpCentreNotFound:
        same_origin(request)  # Another site is not told which centres there are.
        raise
    if not allowed(visit):
        same_origin(request)
    return visit


ProgramVisit = Annotated[Visit, Depends(visit_of_programs, scope="function")]
ShopsOwn = Annotated[Visit, Depends(visit_of_the_shop, scope="function")]


def allowed(visit: Visit) -> dict[str, str]:
    """The headers by which a browser lets the shop's own pages read the answer."""
    return origins.allowed(visit.request.headers.get("origin", ""), visit.store.home_address)
