"""The moment in which a draft becomes a document: its number, its frozen content and the fact, all at once."""

from datetime import datetime

from sqlmodel import Session

from connector.tables import ShopOrder
from core import events
from invoices import holding, queries
from invoices.document import InvoiceDocument, with_number
from invoices.due import id_of
from invoices.events import InvoiceIssued
from invoices.numbering import next_number
from invoices.tables import Invoice


def freeze(
    session: Session,
    order: ShopOrder,
    draft: InvoiceDocument,
    *,
    cause: str,
    silent: bool,
    issued_at: datetime,
) -> Invoice:
    """Number the draft, write it and record InvoiceIssued; the task that held it back, if any, is done."""
    order_id = id_of(order)
    numbered = next_number(session, store_id=order.store_id, kind=draft.kind)
    content = with_number(draft, numbered.text)
    invoice = Invoice(
        store_id=order.store_id,
        order_id=order_id,
        kind=draft.kind,
        cause=cause,
        series_id=numbered.series_id,
        n=numbered.n,
        number=numbered.text,
        language=content.language,
        currency=content.currency,
        total_minor=content.total_minor,
        snapshot=content.model_dump(mode="json"),
        template_version=content.template_version,
        issued_at=issued_at,
        letter="silent" if silent else "due",
    )
    session.add(invoice)
    session.flush()
    holding.end(session, queries.open_hold(session, order_id, draft.kind, cause), "issued")
    events.record(session, InvoiceIssued(invoice.id))
    return invoice


def content_of(invoice: Invoice) -> InvoiceDocument:
    """The frozen content, as it was at issue."""
    return InvoiceDocument.model_validate(invoice.snapshot)
