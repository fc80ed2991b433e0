"""From the finished PDF to the customer: attaching it once, and handing in its letter once."""

from sqlalchemy import update
from sqlmodel import Session, col

from connector import queries as connector_queries
from core import clock
from core.languages import Text
from core.security import Keys
from core.settings import Settings
from invoices import links, queries
from invoices.errors import StillPreparing, WithoutAddress
from invoices.letters import Writing, document_letter
from invoices.schemas import kind_of
from invoices.selling import seller_of
from invoices.tables import Invoice
from outbox import actions as outbox


def attach_pdf(session: Session, invoice_id: int, digest: str) -> Invoice:
    """Freeze the document's bytes by their SHA-256; where there are some already, those stay. Raises InvoiceNotFound."""
    session.execute(
        update(Invoice)
        .where(col(Invoice.id) == invoice_id, col(Invoice.pdf_digest).is_(None))
        .values(pdf_digest=digest, pdf_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    session.expire_all()
    return queries.document(session, invoice_id)


def deliver(session: Session, invoice: Invoice, *, settings: Settings, keys: Keys) -> None:
    """Hand in the finished document's letter if one is due; a second call changes nothing."""
    if invoice.letter != "due":
        return
    order = connector_queries.order(session, invoice.order_id)
    if order.email.strip():
        _hand_in(session, invoice, f"invoice:{invoice.id}", settings=settings, keys=keys)
        invoice.letter = "handed_in"
    else:
        invoice.letter = "without_address"
    session.flush()


def send_again(session: Session, invoice_id: int, *, settings: Settings, keys: Keys) -> int:
    """Hand in another letter with the same document, to the order's present address; returns the letter's number.

    Raises InvoiceNotFound, StillPreparing, WithoutAddress.
    """
    invoice = queries.document(session, invoice_id)
    if invoice.pdf_digest is None:
        raise StillPreparing(
            Text("This document is still being prepared; it is sent by itself when it is ready.")
        )
    if not connector_queries.order(session, invoice.order_id).email.strip():
        raise WithoutAddress(Text("The order has no e-mail address. Enter one in the shop, then send again."))
    invoice.letters_again += 1
    if invoice.letter != "due":
        invoice.letter = "handed_in"
    session.flush()
    cause = f"invoice:{invoice.id}:again:{invoice.letters_again}"
    return _hand_in(session, invoice, cause, settings=settings, keys=keys)


def _hand_in(session: Session, invoice: Invoice, cause: str, *, settings: Settings, keys: Keys) -> int:
    order = connector_queries.order(session, invoice.order_id)
    store = connector_queries.store(session, invoice.store_id)
    profile = queries.seller_profile(session, invoice.store_id)
    link = links.address_for(keys, settings, store, order, kind=kind_of(invoice.kind), cause=invoice.cause)
    letter = document_letter(
        Writing(
            store=store,
            order=order,
            seller=seller_of(session, store),
            footer=profile.footer if profile else "",
            language=invoice.language,
            link=link,
            link_days=settings.link_days,
        ),
        invoice,
        cause=cause,
    )
    return outbox.hand_in(session, letter)
