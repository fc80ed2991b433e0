"""The documents of one order as a whole: those that are made, and what holds further ones back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlmodel import Session

from connector.tables import ShopOrder, Store
from core.languages import gettext as _
from core.security import Keys, Viewer
from core.settings import Settings
from invoices import links, queries
from invoices.holding import explanation
from invoices.schemas import CREDIT_NOTE, INVOICE, DocumentAnswer, DocumentsAnswer, kind_of
from invoices.tables import Hold, Invoice

State = Literal["ready", "preparing", "held"]
PAGE_LINK_LIFETIME = timedelta(hours=1)


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


def order_links(
    session: Session, store: Store, order: ShopOrder, *, keys: Keys, settings: Settings
) -> list[tuple[str, str]]:
    """What the order's own customer can open, as (title, address), for whoever has proven to be that on this page.

    Such a page is made anew when it is looked at again, so its links need not live as long as those in letters.
    """
    titles = {INVOICE: _("Open the invoice"), CREDIT_NOTE: _("Open the credit note")}
    viewer = Viewer(order.store_id, int(order.id or 0))
    found = []
    for kind, title in titles.items():
        if queries.newest_seen_by(session, viewer, kind) is not None:
            token = links.token_for(keys, settings, store, order, kind=kind, lifetime=PAGE_LINK_LIFETIME)
            found.append((title, f"{settings.address}/i/{token}"))
    return found


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
