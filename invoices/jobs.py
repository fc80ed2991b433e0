"""Work on documents outside a request: read, work, write. Every job takes ids and may run twice."""

from core.database import Database
from core.files import Files
from core.security import Keys
from core.settings import Settings
from invoices import access, crediting, delivering, issuing, queries, retrying
from invoices.freezing import content_of
from invoices.renderers import Renderers
from invoices.schemas import RenewalWish


def issue_for_order(database: Database, *, store_id: int, order_id: int, silent: bool | None = None) -> None:
    """Issue the order's invoice, or hold it back with its reason."""
    with database.writing() as session:
        issuing.issue(session, order_id, silent=silent)


def credit_for_refund(database: Database, *, store_id: int, order_id: int, refund_id: int) -> None:
    """Issue the refund's credit note, or hold it back with its reason."""
    with database.writing() as session:
        crediting.credit(session, order_id, refund_id)


def refund_removed(database: Database, *, store_id: int, order_id: int, refund_id: int) -> None:
    """See what becomes of a refund's credit note now that the shop no longer has the refund."""
    with database.writing() as session:
        crediting.note_removed_refund(session, order_id, refund_id)


def render(
    database: Database, renderer: Renderers, files: Files, settings: Settings, keys: Keys, *, invoice_id: int
) -> None:
    """Make the PDF and hand in its letter; what is done already is not done again."""
    with database.reading() as session:
        invoice = queries.document(session, invoice_id)
        content, digest = content_of(invoice), invoice.pdf_digest
    if digest is None:
        digest = files.keep(renderer.pdf(content))
    with database.writing() as session:
        invoice = delivering.attach_pdf(session, invoice_id, digest)
        delivering.deliver(session, invoice, settings=settings, keys=keys)


def renew_link(
    database: Database, settings: Settings, keys: Keys, *, wish: dict[str, object], nonce: str
) -> None:
    """Mail a new link if the wish is one of ours; the same nonce makes one letter."""
    with database.writing() as session:
        access.mail_new_link(
            session, RenewalWish.model_validate(wish), nonce=nonce, settings=settings, keys=keys
        )


def retry_changed(database: Database) -> None:
    """Ask again for held documents whose order has changed in the shop."""
    with database.writing() as session:
        retrying.retry_changed(session)
