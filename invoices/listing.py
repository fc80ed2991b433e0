"""The list of documents as staff search and filter it, and the tasks that hold others back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, func, or_, select
from sqlmodel import Session, col

from connector.listing import order_holds
from connector.people import full_name
from connector.tables import ShopOrder
from core.languages import Text
from invoices.holding import explanation
from invoices.schemas import CREDIT_NOTE, INVOICE, Kind, kind_of
from invoices.tables import Hold, Invoice

PAGE = 50
LONGEST_SEARCH = 100

Shown = Literal["", "invoice", "credit_note", "preparing", "without_address", "silent"]
SHOWN: tuple[Shown, ...] = ("", "invoice", "credit_note", "preparing", "without_address", "silent")
DocumentState = Literal["ready", "preparing", "without_address", "silent"]

CONDITIONS: Mapping[Shown, ColumnElement[bool]] = {
    "invoice": col(Invoice.kind) == INVOICE,
    "credit_note": col(Invoice.kind) == CREDIT_NOTE,
    "preparing": col(Invoice.pdf_digest).is_(None),
    "without_address": col(Invoice.letter) == "without_address",
    "silent": col(Invoice.letter) == "silent",
}


@dataclass(frozen=True)
class Wanted:
    """Which documents are asked for: of one shop or all (0), of a kind or in a state, with words in number, order or person."""

    store_id: int = 0
    shown: Shown = ""
    words: str = ""
    before: int = 0


@dataclass(frozen=True)
class ListedDocument:
    """One row of the list."""

    id: int
    store_id: int
    order_id: int
    order_number: str
    person: str
    kind: Kind
    number: str
    state: DocumentState
    currency: str
    total_minor: int
    issued_at: datetime


@dataclass(frozen=True)
class ListedHold:
    """A task: whose document is held back, since when, why and who can mend it."""

    hold: Hold
    order_number: str
    person: str
    why: Text


def state_of(invoice: Invoice) -> DocumentState:
    """Where a document stands, in one word."""
    if invoice.pdf_digest is None:
        return "preparing"
    if invoice.letter in ("without_address", "silent"):
        return "silent" if invoice.letter == "silent" else "without_address"
    return "ready"


def documents(session: Session, wanted: Wanted) -> Sequence[ListedDocument]:
    """The documents that are asked for, newest first, a page at a time."""
    chosen = (
        select(Invoice, col(ShopOrder.number), col(ShopOrder.billing))
        .join(ShopOrder, col(ShopOrder.id) == col(Invoice.order_id))
        .where(*_conditions(wanted))
        .order_by(col(Invoice.id).desc())
        .limit(PAGE)
    )
    return [_listed(invoice, number, billing) for invoice, number, billing in session.execute(chosen)]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.shown:
        found.append(CONDITIONS[wanted.shown])
    if wanted.store_id:
        found.append(col(Invoice.store_id) == wanted.store_id)
    if wanted.before:
        found.append(col(Invoice.id) < wanted.before)
    words = wanted.words.strip()[:LONGEST_SEARCH]
    if not words:
        return found
    numbered = func.lower(col(Invoice.number)).contains(words.lower().lstrip("#"), autoescape=True)
    return [*found, or_(numbered, order_holds(words))]


def _listed(invoice: Invoice, order_number: str, billing: Mapping[str, Any]) -> ListedDocument:
    return ListedDocument(
        id=invoice.id,
        store_id=invoice.store_id,
        order_id=invoice.order_id,
        order_number=order_number,
        person=_person(billing),
        kind=kind_of(invoice.kind),
        number=invoice.number,
        state=state_of(invoice),
        currency=invoice.currency,
        total_minor=invoice.total_minor,
        issued_at=invoice.issued_at,
    )


def _person(billing: Mapping[str, Any]) -> str:
    return full_name(billing.get("first_name", ""), billing.get("last_name", "")) or billing.get(
        "company", ""
    )


def holds(
    session: Session,
    *,
    store_id: int = 0,
    order_id: int = 0,
    but_not: str = "",
    limit: int = PAGE,
) -> Sequence[ListedHold]:
    """Open tasks, oldest first, of one shop or order or of all; without those for the reason `but_not`."""
    chosen = (
        select(Hold, col(ShopOrder.number), col(ShopOrder.billing))
        .join(ShopOrder, col(ShopOrder.id) == col(Hold.order_id))
        .where(col(Hold.resolved_at).is_(None))
        .order_by(col(Hold.since), col(Hold.id))
        .limit(limit)
    )
    if store_id:
        chosen = chosen.where(col(Hold.store_id) == store_id)
    if order_id:
        chosen = chosen.where(col(Hold.order_id) == order_id)
    if but_not:
        chosen = chosen.where(col(Hold.reason) != but_not)
    return [
        ListedHold(held, number, _person(billing), explanation(held))
        for held, number, billing in session.execute(chosen)
    ]


def hold_counts(session: Session, *, reason: str = "") -> dict[int, int]:
    """How many tasks are open in each shop, for one reason or for any."""
    counting = (
        select(col(Hold.store_id), func.count())
        .where(col(Hold.resolved_at).is_(None))
        .group_by(col(Hold.store_id))
    )
    if reason:
        counting = counting.where(col(Hold.reason) == reason)
    return {store_id: int(count) for store_id, count in session.execute(counting)}
