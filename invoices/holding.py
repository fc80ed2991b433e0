"""Holding a document back: the task for staff, its reason in words, and its end."""

from collections.abc import Mapping

from sqlmodel import Session

from connector.tables import ShopOrder
from core import clock, languages, money
from core.languages import Text
from invoices import document_held, queries
from invoices.due import id_of
from invoices.errors import StillDue
from invoices.schemas import FIRST_PAYMENT, INVOICE, NOT_DUE, REFUND_DELETED, Kind
from invoices.tables import Hold


def explanation(held: Hold) -> Text:
    """Why the document is held back and who can mend it, in the language of this moment."""
    if held.reason != REFUND_DELETED:
        return document_held.sentence(held.reason, held.details)
    return Text(
        "The refund of %(total)s was deleted in the shop, but its credit note %(number)s had been issued."
        " Tell the customer, or make the refund again; then mark this as done.",
        number=held.details["number"],
        total=money.shown(held.details["total_minor"], held.details["currency"], languages.current()),
    )


def put_aside(session: Session, order: ShopOrder, *, silent: bool) -> None:
    """The order was paid once and gets no invoice now. A closed task remembers it: it is looked at when it changes."""
    held = queries.open_hold(session, id_of(order), INVOICE, FIRST_PAYMENT)
    held = held or queries.put_aside(session, id_of(order))
    if held is None:
        held = _opened(session, order, kind=INVOICE, cause=FIRST_PAYMENT)
    held.fingerprint, held.silent = order.fingerprint, silent
    end(session, held, NOT_DUE)


def hold_back(
    session: Session,
    order: ShopOrder,
    *,
    kind: Kind,
    cause: str,
    reason: str,
    details: Mapping[str, object],
    silent: bool,
) -> Hold | None:
    """Open the task, or renew the open one; None when a person has settled it before."""
    held = queries.open_hold(session, id_of(order), kind, cause)
    if held is None:
        if queries.was_settled(session, id_of(order), kind, cause):
            return None
        held = _opened(session, order, kind=kind, cause=cause)
    held.reason, held.details = reason, dict(details)
    held.fingerprint, held.silent, held.tried_at = order.fingerprint, silent, clock.now()
    session.flush()
    return held


def _opened(session: Session, order: ShopOrder, *, kind: Kind, cause: str) -> Hold:
    moment = clock.now()
    held = Hold(
        store_id=order.store_id,
        order_id=id_of(order),
        kind=kind,
        cause=cause,
        reason=NOT_DUE,
        details={},
        fingerprint=order.fingerprint,
        since=moment,
        tried_at=moment,
    )
    session.add(held)
    return held


def end(session: Session, held: Hold | None, outcome: str, *, staff_id: int | None = None) -> None:
    """Close the task, if there is one: "issued", "not_due" or, by a person, "settled"."""
    if held is not None:
        held.resolved_at, held.resolved_by, held.outcome = clock.now(), staff_id, outcome
        session.flush()


def settle(session: Session, hold_id: int, *, staff_id: int) -> Hold:
    """A person has seen to it, and no document is to be made. Raises HoldNotFound, and StillDue for an invoice."""
    held = queries.hold(session, hold_id)
    if held.kind == INVOICE:
        raise StillDue(Text("A paid order needs its invoice; mend what holds it back, then try again."))
    end(session, held, "settled", staff_id=staff_id)
    return held
