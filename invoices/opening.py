"""What a link opens at this moment: the document, a page that asks for patience, or a reason why there is none."""

from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from connector import queries as connector_queries
from connector.errors import OrderNotFound, StoreNotFound
from connector.tables import ShopOrder, Store
from core.security import Viewer
from invoices import queries
from invoices.due import NEVER_INVOICED, id_of, is_due
from invoices.links import Link, is_closed
from invoices.schemas import CREDIT_NOTE, refund_cause
from invoices.tables import Invoice

State = Literal["ready", "preparing", "unpaid", "nothing", "closed", "altered"]


@dataclass(frozen=True)
class Opened:
    """`invoice` is there when the state is "ready", `shop` is its shop's name where the shop is known."""

    state: State
    shop: str = ""
    invoice: Invoice | None = None


def opened(session: Session, link: Link) -> Opened:
    """What a proven link opens now. A link that was closed by hand, or whose order is gone, opens nothing."""
    try:
        store = connector_queries.store_by_public_id(session, link.store)
    except StoreNotFound:
        return Opened("closed")
    try:
        order = connector_queries.order_by_remote_id(session, id_of(store), link.order)
    except OrderNotFound:
        # The shop may sign a link before its order has come here.
        return Opened("preparing", store.name)
    shut = queries.access(session, id_of(order))
    if order.deleted_at is not None or is_closed(link.issued_at, shut.revoked_at if shut else None):
        return Opened("closed", store.name)
    viewer = Viewer(store_id=id_of(store), order_id=id_of(order))
    found = queries.newest_seen_by(session, viewer, link.kind, link.cause)
    if found is None:
        return Opened(_state_without_document(session, link, store, order), store.name)
    return Opened("ready" if found.pdf_digest else "preparing", store.name, found)


def closed(session: Session, public_id: str) -> Opened:
    """An old link of ours: it opens nothing, but it proves of which shop it was."""
    try:
        return Opened("closed", connector_queries.store_by_public_id(session, public_id).name)
    except StoreNotFound:
        return Opened("closed")


def _state_without_document(session: Session, link: Link, store: Store, order: ShopOrder) -> State:
    if link.kind == CREDIT_NOTE:
        return "preparing" if _credit_note_is_coming(session, link, order) else "nothing"
    if is_due(order):
        paid_at = order.paid_at or order.modified_at
        return "preparing" if paid_at >= store.connected_at or _is_held(session, order) else "nothing"
    return "nothing" if order.status in NEVER_INVOICED else "unpaid"


def _is_held(session: Session, order: ShopOrder) -> bool:
    return bool(queries.open_holds_of_order(session, id_of(order)))


def _credit_note_is_coming(session: Session, link: Link, order: ShopOrder) -> bool:
    if queries.invoice_of_order(session, id_of(order)) is None:
        return False
    causes = {
        refund_cause(refund.remote_id)
        for refund in connector_queries.refunds_of(session, id_of(order))
        if refund.amount_minor
    }
    wanted = causes & {link.cause} if link.cause else causes
    return any(not queries.was_settled(session, id_of(order), CREDIT_NOTE, cause) for cause in wanted)
