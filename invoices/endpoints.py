"""Routes of documents: `/i/{token}` for customers, the documents of an order for programs of staff."""

from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from connector import queries as connector_queries
from core.database import Reading, Writing
from core.security import BadToken, ExpiredToken, Keys, RateLimits
from core.web import AnyStaff, client_address, page, see_other
from invoices import access, links, overview
from invoices.answering import SECRET_ADDRESS, pdf
from invoices.due import id_of
from invoices.opening import Opened, closed, opened
from invoices.schemas import INVOICE, DocumentsAnswer

router = APIRouter()

SECONDS_TO_WAIT = {"preparing": 5, "unpaid": 60}
STATUS = {"preparing": 202, "unpaid": 202, "nothing": 404, "closed": 410, "altered": 404}


@router.get("/i/{token}", include_in_schema=False)
def open_document(request: Request, session: Reading, token: str, download: bool = False) -> Response:
    """The PDF, or a page that says why not yet or no more."""
    found = _opened(request.app.state.keys, session, token)
    if found.state == "ready" and found.invoice is not None:
        return pdf(request.app.state.files, found.invoice, shop=found.shop, attached=download)
    answer = _page(
        request, token, "invoices/link.html", STATUS[found.state], state=found.state, shop=found.shop
    )
    seconds = SECONDS_TO_WAIT.get(found.state)
    if seconds is not None:
        # The page loads itself again without a script.
        answer.headers.update({"Retry-After": str(seconds), "Refresh": str(seconds)})
    return answer


def _opened(keys: Keys, session: Session, token: str) -> Opened:
    try:
        return opened(session, links.read_link(keys, token))
    except ExpiredToken as old:
        return closed(session, str(old.claims.get("s")))
    except BadToken:
        return Opened("altered")


def _page(request: Request, token: str, template: str, status: int, **words: str) -> Response:
    """A page about a link: it may name the masked address and the kind that the link itself says."""
    wish = links.wish_of(request.app.state.keys, token)
    masked, kind = (wish.address, wish.kind) if wish else ("", INVOICE)
    answer = page(request, template, status=status, token=token, masked=masked, kind=kind, **words)
    answer.headers.update(SECRET_ADDRESS)
    return answer


def limited(request: Request, token: str) -> None:
    """Refuse to renew links too often for one asker or for one order, real or not."""
    limits: RateLimits = request.app.state.limits
    limits.take("10/hour", "new-link-asker", client_address(request))
    wish = links.wish_of(request.app.state.keys, token)
    if wish is not None:
        limits.take("3/hour", "new-link-order", wish.store, str(wish.order))


# The limits come first, so that nobody can hold the writer's place by asking too often.
@router.post("/i/{token}/renew", include_in_schema=False, dependencies=[Depends(limited)])
def renew(request: Request, session: Writing, token: str) -> Response:
    """Mail a new link to the address on the order; the answer is the same whether there is such an order or not."""
    wish = links.wish_of(request.app.state.keys, token)
    if wish is not None:
        access.ask_for_new_link(session, wish)
    return _page(request, token, "invoices/link_mailed.html", 200)


@router.get("/i/{token}/renew", include_in_schema=False)
def renewed(token: str) -> Response:
    """Who comes back to the answer's address (by another language, or from history) finds the link's own page."""
    answer = see_other(f"/i/{quote(token)}")
    answer.headers.update(SECRET_ADDRESS)
    return answer


@router.get("/api/stores/{public_id}/orders/{remote_id}/documents")
def documents_of_order(
    request: Request, session: Reading, who: AnyStaff, public_id: str, remote_id: int
) -> DocumentsAnswer:
    """The documents of an order with fresh links, and what holds further ones back."""
    state = request.app.state
    store = connector_queries.store_by_public_id(session, public_id)
    order = connector_queries.order_by_remote_id(session, id_of(store), remote_id)
    found = overview.entries(session, id_of(order))
    return overview.answer(found, store, order, keys=state.keys, settings=state.settings)
