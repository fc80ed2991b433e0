"""Numbers of documents: 1..n without gaps for each shop and kind, given in the transaction that writes the document."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlmodel import Session, col

from core.database import upsert
from invoices.tables import Series

PREFIXES = {"invoice": "INV", "credit_note": "CN"}
NEVER_RESTARTS = ""


@dataclass(frozen=True)
class Numbered:
    """A given number: the series it belongs to, its place there, and how it is printed."""

    series_id: int
    n: int
    text: str


def next_number(session: Session, *, store_id: int, kind: str) -> Numbered:
    """Take the next number. The series stays locked until the transaction ends; a rollback gives the number back."""
    taken = _take(session, store_id, kind)
    if taken is None:
        first = {"store_id": store_id, "kind": kind, "period": NEVER_RESTARTS, "last": 0}
        upsert(session, Series, [first], key=["store_id", "kind", "period"], update=[])
        taken = _take(session, store_id, kind)
    if taken is None:
        raise LookupError("the series vanished inside its own transaction")
    series_id, n = taken
    return Numbered(series_id=series_id, n=n, text=f"{PREFIXES[kind]}-{n:06d}")


def _take(session: Session, store_id: int, kind: str) -> tuple[int, int] | None:
    row = session.execute(
        update(Series)
        .where(
            col(Series.store_id) == store_id, col(Series.kind) == kind, col(Series.period) == NEVER_RESTARTS
        )
        .values(last=Series.last + 1)
        .returning(col(Series.id), col(Series.last))
    ).first()
    return (row[0], row[1]) if row else None
