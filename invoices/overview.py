"""The documents of one order as a whole: those that are made, and what holds further ones back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlmodel import Session

from connector.tables import ShopOrder, Store
from core.security import Keys
from core.settings import Settings
from invoices import links, queries
from invoices.holding import explanation
from invoices.schemas import DocumentAnswer, DocumentsAnswer, kind_of
from invoices.tables import Hold, Invoice

State = Literal["ready", "preparing", "held"]


@dataclass(frozen=True)
class Entry:
    """A document, what holds one back, or both: a credit note whose refund was deleted."""

    invoice: Invoice | None
    hold: Hold | None

    @property
    def state(self) -> State:
        if self.invoice is None:
            return "held"
        return "ready" if self.invoice.pdf_digest else "preparing"


def entries(session: Session, order_id: int) -> Sequence[Entry]:
    """The order's documents, oldest first, then what is held back."""
    holds = {(held.kind, held.cause): held for held in queries.open_holds_of_order(session, order_id)}
    made = [
        Entry(invoice, holds.pop((invoice.kind, invoice.cause), None))
        for invoice in queries.documents_of_order(session, order_id)
    ]
    return [*made, *(Entry(None, held) for held in holds.values())]


def answer(
    found: Sequence[Entry], store: Store, order: ShopOrder, *, keys: Keys, settings: Settings
) -> DocumentsAnswer:
    """The entries as programs read them; each document that has a number also has a fresh link."""
    told = []
    for entry in found:
        one = _told(entry, order.currency)
        if entry.invoice is not None:
            one.link = links.address_for(keys, settings, store, order, kind=one.kind, cause=one.cause)
        told.append(one)
    return DocumentsAnswer(documents=told)


def _told(entry: Entry, currency: str) -> DocumentAnswer:
    invoice, hold = entry.invoice, entry.hold
    known = invoice or hold
    if known is None:
        raise ValueError("an entry is a document or what holds one back")
    return DocumentAnswer(
        kind=kind_of(known.kind),
        cause=known.cause,
        state=entry.state,
        number=invoice.number if invoice else None,
        issued_at=invoice.issued_at if invoice else None,
        total_minor=invoice.total_minor if invoice else None,
        currency=invoice.currency if invoice else currency,
        sha256=invoice.pdf_digest if invoice else None,
        reason=hold.reason if hold else None,
        explanation=str(explanation(hold)) if hold else None,
    )
