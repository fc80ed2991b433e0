"""Issuing invoices: exactly one for each paid order, or a task for staff, never a guess."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from connector import queries as connector_queries
from connector.spoken import language_for
from connector.tables import ShopOrder
from core import clock, jobs
from invoices import holding, queries
from invoices.document import InvoiceDocument, build_invoice
from invoices.document_held import Held
from invoices.due import id_of, is_due, locked_order
from invoices.freezing import freeze
from invoices.schemas import FIRST_PAYMENT, INVOICE
from invoices.selling import seller_of
from invoices.tables import Hold, Invoice

BACKLOG_URGENCY = 5


@dataclass(frozen=True)
class Backlog:
    """What was asked for: orders whose invoice is now being made, and finished invoices whose letter now goes out."""

    orders: int
    letters: int


def issue(session: Session, order_id: int, *, silent: bool | None = None) -> Invoice | Hold | None:
    """The order's one invoice for its first payment: made now, or made before; idempotent.

    Returns the open task when it must be held back (no number is used up), and None when the order is not to be
    invoiced. A silent invoice makes no letter; None means as silently as an open task says. Raises OrderNotFound.
    """
    order = locked_order(session, order_id)
    existing = queries.invoice_of_order(session, order_id)
    if existing is not None:
        return existing
    held = queries.open_hold(session, order_id, INVOICE, FIRST_PAYMENT)
    quietly = silent if silent is not None else held is not None and held.silent
    if not is_due(order):
        if order.paid_recorded_at is not None:
            holding.put_aside(session, order, silent=quietly)
        return None
    issued_at = clock.now()
    try:
        content = draft(session, order, issued_at)
    except Held as problem:
        return holding.hold_back(
            session,
            order,
            kind=INVOICE,
            cause=FIRST_PAYMENT,
            reason=problem.reason,
            details=problem.details,
            silent=quietly,
        )
    invoice = freeze(session, order, content, cause=FIRST_PAYMENT, silent=quietly, issued_at=issued_at)
    _credit_earlier_refunds(session, order, invoice)
    return invoice


def draft(session: Session, order: ShopOrder, issued_at: datetime) -> InvoiceDocument:
    """The invoice that the order would get now, without a number. Raises Held."""
    store = connector_queries.store(session, order.store_id)
    profile = queries.seller_profile(session, order.store_id)
    return build_invoice(
        order,
        connector_queries.lines_of(session, id_of(order)),
        connector_queries.taxes_of(session, id_of(order)),
        seller_of(session, store),
        language=language_for(order, store, profile.language if profile else ""),
        zone=store.zone,
        issued_at=issued_at,
    )


def _credit_earlier_refunds(session: Session, order: ShopOrder, invoice: Invoice) -> None:
    """Refunds that were told before there was an invoice made no document then; now they do."""
    for refund in connector_queries.refunds_of(session, invoice.order_id):
        jobs.enqueue(
            session,
            "invoices.credit_for_refund",
            f"{refund.id}-after-{invoice.id}",
            store_id=order.store_id,
            order_id=invoice.order_id,
            refund_id=refund.id,
        )


def issue_backlog(session: Session, store_id: int, since: datetime, *, send: bool) -> Backlog:
    """Ask for the invoices of all orders paid since then, silently unless they are to be sent.

    The invoices are made by jobs, one transaction each. With `send`, invoices that were made silently before are
    sent as well. Asking again does no harm.
    """
    orders, letters = 0, 0
    made = {invoice.order_id: invoice for invoice in queries.invoices_of_store(session, store_id)}
    asking = secrets.token_hex(8)
    for order in connector_queries.paid_orders(session, store_id, paid_from=since):
        existing = made.get(id_of(order))
        if existing is None and is_due(order):
            _ask_for(session, order, asking, silent=not send)
            orders += 1
        elif existing is not None and send and existing.letter == "silent":
            _send_after_all(session, existing)
            letters += 1
    return Backlog(orders=orders, letters=letters)


def _ask_for(session: Session, order: ShopOrder, asking: str, *, silent: bool) -> None:
    # Less urgent than all that a payment starts: old orders wait for the letters of new ones, never the other way,
    # and each old order is brought to its letter before the next is begun.
    jobs.enqueue(
        session,
        "invoices.issue_for_order",
        f"backlog-{asking}-{order.id}",
        urgency=BACKLOG_URGENCY,
        store_id=order.store_id,
        order_id=order.id,
        silent=silent,
    )


def _send_after_all(session: Session, invoice: Invoice) -> None:
    """Let the letters of a silently issued invoice and its silent credit notes go out."""
    for document in queries.documents_of_order(session, invoice.order_id):
        if document.letter == "silent":
            document.letter = "due"
            jobs.request(session, "invoices.render", f"send-{document.id}", invoice_id=document.id)
    session.flush()
