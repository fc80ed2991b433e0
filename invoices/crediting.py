"""Credit notes: one for each refund of an invoiced order, mirroring the refund's own lines."""

from datetime import datetime

from sqlmodel import Session

from connector import queries as connector_queries
from connector.tables import ShopOrder, ShopRefund
from core import clock
from invoices import holding, queries
from invoices.document import InvoiceDocument, build_credit_note
from invoices.document_held import Held
from invoices.due import locked_order
from invoices.freezing import content_of, freeze
from invoices.schemas import CREDIT_NOTE, NOT_DUE, REFUND_DELETED, refund_cause
from invoices.selling import seller_of
from invoices.tables import Hold, Invoice


def credit(session: Session, order_id: int, refund_id: int) -> Invoice | Hold | None:
    """The refund's one credit note: made now, or made before; idempotent.

    Returns the open task when it must be held back, and None when there is nothing to credit: the order never had
    an invoice, the refund no longer exists, or it gave nothing back. Raises OrderNotFound.
    """
    order = locked_order(session, order_id)
    refund = connector_queries.refund(session, refund_id)
    if refund is None or refund.order_id != order_id:
        return None
    cause = refund_cause(refund.remote_id)
    existing = queries.document_of_cause(session, order_id, CREDIT_NOTE, cause)
    if existing is not None:
        return existing
    original = queries.invoice_of_order(session, order_id)
    if original is None or refund.deleted_at is not None or refund.amount_minor == 0:
        holding.end(session, queries.open_hold(session, order_id, CREDIT_NOTE, cause), NOT_DUE)
        return None
    issued_at = clock.now()
    quietly = _was_part_of_silence(original, refund)
    try:
        draft = _draft(session, order, refund, original, issued_at)
    except Held as problem:
        return holding.hold_back(
            session,
            order,
            kind=CREDIT_NOTE,
            cause=cause,
            reason=problem.reason,
            details=problem.details,
            silent=quietly,
        )
    return freeze(session, order, draft, cause=cause, silent=quietly, issued_at=issued_at)


def _was_part_of_silence(original: Invoice, refund: ShopRefund) -> bool:
    """A refund older than a silently issued invoice is old news; one made after it is not."""
    return original.letter == "silent" and refund.created_at <= original.issued_at


def _draft(
    session: Session, order: ShopOrder, refund: ShopRefund, original: Invoice, issued_at: datetime
) -> InvoiceDocument:
    store = connector_queries.store(session, order.store_id)
    return build_credit_note(
        refund,
        order,
        content_of(original),
        seller_of(session, store),
        zone=store.zone,
        issued_at=issued_at,
        credited_minor=queries.credited_minor(session, original.order_id),
    )


def note_removed_refund(session: Session, order_id: int, refund_id: int) -> Hold | None:
    """The shop no longer has the refund: what held its credit note back is done; a credit note made already is a task.

    A number cannot be taken back, so a person has to look. Told twice, it makes one task. Raises OrderNotFound.
    """
    order = locked_order(session, order_id)
    refund = connector_queries.refund(session, refund_id)
    if refund is None or refund.order_id != order_id:
        return None
    cause = refund_cause(refund.remote_id)
    open_hold = queries.open_hold(session, order_id, CREDIT_NOTE, cause)
    made = queries.document_of_cause(session, order_id, CREDIT_NOTE, cause)
    if made is None:
        holding.end(session, open_hold, NOT_DUE)
        return None
    if open_hold is not None:
        return open_hold
    details = {"number": made.number, "total_minor": made.total_minor, "currency": made.currency}
    return holding.hold_back(
        session,
        order,
        kind=CREDIT_NOTE,
        cause=cause,
        reason=REFUND_DELETED,
        details=details,
        silent=made.letter == "silent",
    )
