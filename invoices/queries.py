"""Reading documents. Whatever a shopper may see comes through a query that takes the viewer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Exists, SQLColumnExpression, and_, exists, func, not_, or_
from sqlalchemy.orm import aliased, defer
from sqlmodel import Session, col, select

from connector.tables import ShopOrder
from core.languages import Text
from core.security import SignedIn, Viewer
from invoices.errors import HoldNotFound, InvoiceNotFound
from invoices.schemas import CREDIT_NOTE, FIRST_PAYMENT, INVOICE, NOT_DUE, REFUND_DELETED, Figures, Kind
from invoices.tables import DocumentAccess, Hold, Invoice, SellerProfile


def document(session: Session, invoice_id: int) -> Invoice:
    """That document. Raises InvoiceNotFound."""
    found = session.get(Invoice, invoice_id)
    if found is None:
        raise InvoiceNotFound(Text("There is no such document here."))
    return found


def invoice_seen_by(session: Session, viewer: Viewer | SignedIn, invoice_id: int) -> Invoice:
    """That document, if the viewer may see it. Raises InvoiceNotFound for "not yours" and "not there" alike."""
    found = session.get(Invoice, invoice_id)
    if found is None or not _may_see(viewer, found):
        raise InvoiceNotFound(Text("There is no such document here."))
    return found


def _may_see(viewer: Viewer | SignedIn, found: Invoice) -> bool:
    return isinstance(viewer, SignedIn) or viewer.may_see_order(found.store_id, found.order_id)


def newest_seen_by(session: Session, viewer: Viewer, kind: Kind, cause: str = "") -> Invoice | None:
    """The viewer's newest document of that kind, or the one of that cause."""
    chosen = select(Invoice).where(
        Invoice.store_id == viewer.store_id, Invoice.order_id == viewer.order_id, Invoice.kind == kind
    )
    if cause:
        chosen = chosen.where(Invoice.cause == cause)
    return session.exec(chosen.order_by(col(Invoice.id).desc())).first()


def invoice_of_order(session: Session, order_id: int) -> Invoice | None:
    """The invoice of the order's first payment."""
    return document_of_cause(session, order_id, INVOICE, FIRST_PAYMENT)


def invoices_of_store(session: Session, store_id: int) -> Sequence[Invoice]:
    """The invoices of the shop's first payments, without their contents."""
    return session.exec(
        select(Invoice)
        .options(defer(Invoice.snapshot))  # type: ignore[arg-type]
        .where(Invoice.store_id == store_id, Invoice.kind == INVOICE, Invoice.cause == FIRST_PAYMENT)
    ).all()


def document_of_cause(session: Session, order_id: int, kind: Kind, cause: str) -> Invoice | None:
    """The order's one document for that cause."""
    return session.exec(
        select(Invoice).where(Invoice.order_id == order_id, Invoice.kind == kind, Invoice.cause == cause)
    ).first()


def documents_of_order(session: Session, order_id: int) -> Sequence[Invoice]:
    """All documents of the order, oldest first."""
    return session.exec(select(Invoice).where(Invoice.order_id == order_id).order_by(col(Invoice.id))).all()


def documents_of_store(session: Session, store_id: int) -> Sequence[Invoice]:
    """All documents of the shop, in the order of their issue."""
    return session.exec(select(Invoice).where(Invoice.store_id == store_id).order_by(col(Invoice.id))).all()


def credited_minor(session: Session, order_id: int) -> int:
    """What the order's credit notes have given back so far, in smallest units."""
    total = session.exec(
        select(func.sum(Invoice.total_minor)).where(Invoice.order_id == order_id, Invoice.kind == CREDIT_NOTE)
    ).one()
    return int(total or 0)


def hold(session: Session, hold_id: int) -> Hold:
    """That open task. Raises HoldNotFound, also for one that is done."""
    found = session.get(Hold, hold_id)
    if found is None or found.resolved_at is not None:
        raise HoldNotFound(Text("This task is done already."))
    return found


def open_hold(session: Session, order_id: int, kind: Kind, cause: str) -> Hold | None:
    """What holds back the order's document for that cause at present."""
    return session.exec(
        select(Hold).where(
            Hold.order_id == order_id, Hold.kind == kind, Hold.cause == cause, col(Hold.resolved_at).is_(None)
        )
    ).first()


def put_aside(session: Session, order_id: int) -> Hold | None:
    """The closed task that remembers an order whose invoice was not due."""
    return session.exec(
        select(Hold).where(Hold.order_id == order_id, Hold.kind == INVOICE, Hold.outcome == NOT_DUE)
    ).first()


def open_holds_of_order(session: Session, order_id: int) -> Sequence[Hold]:
    """All that holds back documents of the order at present, oldest first."""
    return session.exec(
        select(Hold)
        .where(Hold.order_id == order_id, col(Hold.resolved_at).is_(None))
        .order_by(col(Hold.since), col(Hold.id))
    ).all()


def open_holds(session: Session, *, store_id: int | None = None, reason: str = "") -> Sequence[Hold]:
    """All open tasks, oldest first, of one shop or of all, for one reason or for any."""
    chosen = select(Hold).where(col(Hold.resolved_at).is_(None))
    if store_id is not None:
        chosen = chosen.where(Hold.store_id == store_id)
    if reason:
        chosen = chosen.where(Hold.reason == reason)
    return session.exec(chosen.order_by(col(Hold.since), col(Hold.id))).all()


def holds_of_changed_orders(session: Session) -> Sequence[Hold]:
    """Tasks whose order is no longer what it was at the last try, and orders put aside that are paid again."""
    gone = or_(col(ShopOrder.deleted_at).is_not(None), col(ShopOrder.paid).is_(False))
    changed = col(Hold.fingerprint) != col(ShopOrder.fingerprint)
    still_open = and_(
        col(Hold.resolved_at).is_(None),
        col(Hold.reason) != REFUND_DELETED,
        or_(changed, and_(col(Hold.kind) == INVOICE, gone)),
    )
    paid_again = and_(
        col(Hold.outcome) == NOT_DUE,
        col(Hold.kind) == INVOICE,
        changed,
        not_(gone),
        ~exists().where(col(Invoice.order_id) == col(Hold.order_id), col(Invoice.kind) == INVOICE),
        ~_is_open_for_order(),
    )
    return session.exec(
        select(Hold)
        .join(ShopOrder, col(ShopOrder.id) == col(Hold.order_id))
        .where(or_(still_open, paid_again))
        .order_by(col(Hold.id))
    ).all()


def _is_open_for_order() -> Exists:
    other = aliased(Hold)
    return exists().where(
        col(other.order_id) == col(Hold.order_id),
        col(other.kind) == INVOICE,
        col(other.resolved_at).is_(None),
    )


def was_settled(session: Session, order_id: int, kind: Kind, cause: str) -> bool:
    """Whether a person has said that nothing is to be done for that cause."""
    return (
        session.exec(
            select(Hold.id).where(
                Hold.order_id == order_id, Hold.kind == kind, Hold.cause == cause, Hold.outcome == "settled"
            )
        ).first()
        is not None
    )


def seller_profile(session: Session, store_id: int) -> SellerProfile | None:
    """What the owner says of the selling company, if anything."""
    return session.get(SellerProfile, store_id)


def access(session: Session, order_id: int) -> DocumentAccess | None:
    """Up to when links to the order's documents are closed, if any are."""
    return session.get(DocumentAccess, order_id)


def figures(session: Session, store_id: int) -> Figures:
    """The documents of one shop in numbers."""
    totals = session.exec(
        select(Invoice.currency, func.sum(Invoice.total_minor))
        .where(Invoice.store_id == store_id, Invoice.kind == INVOICE)
        .group_by(Invoice.currency)
        .order_by(Invoice.currency)
    ).all()
    kinds = _counted(session, store_id, col(Invoice.kind))
    letters = _counted(session, store_id, col(Invoice.letter))
    pdfs = _counted(session, store_id, col(Invoice.pdf_digest).is_not(None))
    return Figures(
        invoices=kinds.get(INVOICE, 0),
        credit_notes=kinds.get(CREDIT_NOTE, 0),
        totals={currency: int(total) for currency, total in totals},
        held=_held(session, store_id, INVOICE),
        held_credit_notes=_held(session, store_id, CREDIT_NOTE),
        pdfs=pdfs.get(True, 0),
        letters=letters.get("handed_in", 0),
        without_address=letters.get("without_address", 0),
        silent=letters.get("silent", 0),
    )


def _counted(session: Session, store_id: int, by: SQLColumnExpression[Any]) -> dict[Any, int]:
    counting = select(by, func.count()).where(Invoice.store_id == store_id).group_by(by)
    return {value: int(count) for value, count in session.execute(counting)}


def _held(session: Session, store_id: int, kind: Kind) -> dict[str, int]:
    rows = session.exec(
        select(Hold.reason, func.count())
        .where(Hold.store_id == store_id, Hold.kind == kind, col(Hold.resolved_at).is_(None))
        .group_by(Hold.reason)
    ).all()
    return dict(sorted(rows))
