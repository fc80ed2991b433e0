"""Trying held documents again: by hand, when the seller's data were saved, and when their order has changed."""

from sqlmodel import Session, col, select

from connector.tables import ShopOrder, ShopRefund
from core import jobs
from invoices import queries
from invoices.crediting import credit
from invoices.issuing import issue
from invoices.schemas import INVOICE, MISSING_SHOP_DATA
from invoices.tables import Hold, Invoice


def retry(session: Session, hold_id: int) -> Invoice | Hold | None:
    """Try now; answers like `issue` and `credit`. Raises HoldNotFound when the task is done already."""
    held = queries.hold(session, hold_id)
    if held.kind == INVOICE:
        return issue(session, held.order_id)
    refund_id = _refund_id(session, held)
    return credit(session, held.order_id, refund_id) if refund_id is not None else None


def retry_for_seller(session: Session, store_id: int) -> int:
    """Ask for all documents of the shop that waited for the seller's data; returns how many."""
    waiting = queries.open_holds(session, store_id=store_id, reason=MISSING_SHOP_DATA)
    for held in waiting:
        _ask_for(session, held)
    return len(waiting)


def retry_changed(session: Session) -> int:
    """Ask for all held documents whose order is no longer what it was at the last try; returns how many.

    So an order that was cancelled before its invoice was made, and then paid after all, still gets it.
    """
    changed = queries.holds_of_changed_orders(session)
    for held in changed:
        _ask_for(session, held)
    return len(changed)


def _ask_for(session: Session, held: Hold) -> None:
    names = {"store_id": held.store_id, "order_id": held.order_id}
    if held.kind == INVOICE:
        jobs.request(session, "invoices.issue_for_order", f"hold-{held.id}", **names)
        return
    refund_id = _refund_id(session, held)
    if refund_id is not None:
        jobs.request(session, "invoices.credit_for_refund", f"hold-{held.id}", **names, refund_id=refund_id)


def _refund_id(session: Session, held: Hold) -> int | None:
    remote_id = int(held.cause.partition(":")[2])
    return session.exec(
        select(ShopRefund.id)
        .join(ShopOrder, col(ShopOrder.id) == ShopRefund.order_id)
        .where(ShopRefund.order_id == held.order_id, ShopRefund.remote_id == remote_id)
    ).first()
