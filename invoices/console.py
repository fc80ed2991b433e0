"""This room's staff pages: the list of documents, what is held back, and its parts of Today, order and Settings."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from connector import queries as connector_queries
from core.database import Reading, Writing
from core.headers import own_address
from core.languages import Text
from core.languages import gettext as _
from core.web import Agent, AnyStaff, Owner, ProvenForm, page, see_other
from invoices import access, delivering, holding, issuing, listing, overview, queries, retrying, selling
from invoices.answering import pdf
from invoices.document_people import missing_of
from invoices.due import id_of, is_due
from invoices.errors import NotDue
from invoices.listing import Shown, Wanted
from invoices.schemas import MISSING_SHOP_DATA, SellerForm

router = APIRouter(include_in_schema=False)

Next = Annotated[str, Form(alias="next")]
HELD_ON_TODAY = 5


# -- the list ----------------------------------------------------------------------------------------------------


@router.get("/invoices")
def documents(
    request: Request,
    session: Reading,
    who: AnyStaff,
    *,
    store: int = 0,
    state: Shown = "",
    q: str = "",
    before: Annotated[int, Query(ge=0)] = 0,
) -> Response:
    wanted = Wanted(store_id=store, shown=state, words=q, before=before)
    found = listing.documents(session, wanted)
    counts = listing.hold_counts(session)
    return page(
        request,
        "invoices/documents.html",
        documents=found,
        wanted=wanted,
        stores={id_of(shop): shop for shop in connector_queries.stores(session)},
        chips=_chips(session, wanted),
        held=sum(counts.values()),
        newest=_address(wanted) if before else "",
        older=_address(wanted, before=found[-1].id) if len(found) == listing.PAGE else "",
    )


def _address(wanted: Wanted, **changes: Any) -> str:
    asked = {"store": wanted.store_id, "state": wanted.shown, "q": wanted.words} | changes
    kept = {name: value for name, value in asked.items() if value}
    return "/invoices" + (f"?{urlencode(kept)}" if kept else "")


def _chips(session: Session, wanted: Wanted) -> list[tuple[str, str, bool] | None]:
    names = {
        "": _("All"),
        "invoice": _("Invoices"),
        "credit_note": _("Credit notes"),
        "preparing": _("Being prepared"),
        "without_address": _("Without an address"),
        "silent": _("Not mailed"),
    }
    chips: list[tuple[str, str, bool] | None] = [
        (names[shown], _address(wanted, state=shown), shown == wanted.shown) for shown in listing.SHOWN
    ]
    shops = connector_queries.stores(session)
    if len(shops) > 1:
        chips.append(None)
        chips.append((_("All shops"), _address(wanted, store=0), wanted.store_id == 0))
        chips += [(shop.name, _address(wanted, store=shop.id), shop.id == wanted.store_id) for shop in shops]
    return chips


@router.get("/invoices/held")
def held(request: Request, session: Reading, who: AnyStaff) -> Response:
    """Everything that is held back, each with its reason and its one action."""
    found = listing.holds(session)
    return page(
        request,
        "invoices/held.html",
        holds=found,
        more=sum(listing.hold_counts(session).values()) - len(found),
        stores={id_of(shop): shop for shop in connector_queries.stores(session)},
    )


@router.get("/console/invoices/{invoice_id}.pdf")
def document(request: Request, session: Reading, who: AnyStaff, invoice_id: int) -> Response:
    """The frozen bytes."""
    invoice = queries.invoice_seen_by(session, who, invoice_id)
    shop = connector_queries.store(session, invoice.store_id)
    return pdf(request.app.state.files, invoice, shop=shop.name, attached=False)


# -- parts of Today, order and Settings --------------------------------------------------------------------------


@router.get("/console/invoices/today")
def today(request: Request, session: Reading, who: AnyStaff) -> Response:
    """What is held back; empty when nothing is. What one form would mend for a whole shop is one task."""
    stores = {id_of(shop): shop for shop in connector_queries.stores(session)}
    waiting = listing.hold_counts(session, reason=MISSING_SHOP_DATA)
    found = listing.holds(session, but_not=MISSING_SHOP_DATA, limit=HELD_ON_TODAY)
    all_others = sum(listing.hold_counts(session).values()) - sum(waiting.values())
    return page(
        request,
        "invoices/today.html",
        nameless=[(stores[store_id], count) for store_id, count in waiting.items()],
        holds=found,
        more=all_others - len(found),
        stores=stores,
    )


@router.get("/console/invoices/order-panel")
def order_panel(request: Request, session: Reading, who: AnyStaff, order_id: int) -> Response:
    order = connector_queries.order(session, order_id)
    store = connector_queries.store(session, order.store_id)
    closed = queries.access(session, order_id)
    return page(
        request,
        "invoices/order_panel.html",
        order=order,
        store=store,
        entries=overview.entries(session, order_id),
        holds=listing.holds(session, order_id=order_id),
        stores={id_of(store): store},
        may_issue=is_due(order) and queries.invoice_of_order(session, order_id) is None,
        closed_at=closed.revoked_at if closed else None,
        state_of=listing.state_of,
    )


@router.get("/console/invoices/settings")
def settings(request: Request, session: Reading, who: AnyStaff) -> Response:
    """Each shop as it stands on its documents."""
    sellers = [(shop, selling.seller_of(session, shop)) for shop in connector_queries.stores(session)]
    return page(
        request,
        "invoices/settings.html",
        shops=[(shop, seller, missing_of(seller)) for shop, seller in sellers],
        lines_of=selling.address_of,
        waiting=listing.hold_counts(session, reason=MISSING_SHOP_DATA),
    )


@router.get("/settings/seller/{store_id}")
def seller(request: Request, session: Reading, who: Owner, store_id: int) -> Response:
    return _seller_page(request, session, store_id, selling.said_by_owner(session, store_id))


def _seller_page(request: Request, session: Session, store_id: int, form: SellerForm) -> Response:
    shop = connector_queries.store(session, store_id)
    problems = form.problems()
    return page(
        request,
        "invoices/seller.html",
        status=400 if problems else 200,
        shop=shop,
        form=form,
        said=selling.said_by_shop(shop),
        problems=problems,
    )


# -- what staff do -----------------------------------------------------------------------------------------------


@router.post("/settings/seller/{store_id}", dependencies=[ProvenForm])
def save_seller(
    request: Request, session: Writing, who: Owner, store_id: int, form: Annotated[SellerForm, Form()]
) -> Response:
    """Keep the seller's data, and ask for what waited for them. With a mistake, show the form as it was filled in."""
    if form.problems():
        return _seller_page(request, session, store_id, form)
    selling.save_seller(session, store_id, form)
    retrying.retry_for_seller(session, store_id)
    return see_other("/settings")


@router.post("/console/invoices/holds/{hold_id}/retry", dependencies=[ProvenForm])
def retry(session: Writing, who: Agent, hold_id: int, back: Next = "/invoices/held") -> Response:
    """Try now; what is still held back comes back with its reason of this moment."""
    retrying.retry(session, hold_id)
    return see_other(own_address(back))


@router.post("/console/invoices/holds/{hold_id}/settle", dependencies=[ProvenForm])
def settle(session: Writing, who: Agent, hold_id: int, back: Next = "/invoices/held") -> Response:
    """A person has seen to it: no credit note is to be made, or the one that was made is explained."""
    holding.settle(session, hold_id, staff_id=who.staff_id)
    return see_other(own_address(back))


@router.post("/console/invoices/{invoice_id}/send", dependencies=[ProvenForm])
def send(request: Request, session: Writing, who: Agent, invoice_id: int) -> Response:
    """Mail the document once more, to the order's present address."""
    state = request.app.state
    delivering.send_again(session, invoice_id, settings=state.settings, keys=state.keys)
    return see_other(f"/orders/{queries.document(session, invoice_id).order_id}")


@router.post("/console/invoices/orders/{order_id}/issue", dependencies=[ProvenForm])
def issue(session: Writing, who: Agent, order_id: int) -> Response:
    """Issue the order's invoice now, also of an order paid before connecting; it is mailed."""
    if issuing.issue(session, order_id, silent=False) is None:
        raise NotDue(Text("This order is not paid, or it was cancelled: it gets no invoice."))
    return see_other(f"/orders/{order_id}")


@router.post("/console/invoices/orders/{order_id}/close-links", dependencies=[ProvenForm])
def close_links(session: Writing, who: Agent, order_id: int) -> Response:
    """No link that was mailed or signed so far opens the order's documents any more."""
    access.close_links(session, order_id)
    return see_other(f"/orders/{order_id}")
