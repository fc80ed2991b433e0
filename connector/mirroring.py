"""Writing the mirror of orders and refunds: repeatable, in any order, and telling each new fact once."""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlmodel import Session, SQLModel, col, select

from connector import rows
from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.schemas import Order, Refund
from connector.tables import OrderLine, OrderTax, ShopOrder, ShopRefund, Store
from core import events
from core.database import JsonText, compact_json, upsert

NEVER_PAID = {"cancelled", "failed", "trash", "auto-draft", "checkout-draft"}
PAID_STATUSES = {"processing", "completed"}
TRASH = "trash"


@dataclass(frozen=True)
class Mirrored:
    """How many orders of a batch were new, changed, or known already."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0


@dataclass(frozen=True)
class _Known:
    id: int
    modified_at: datetime
    fingerprint: str
    paid: bool
    paid_recorded_at: datetime | None
    deleted: bool


def is_paid(order: Order, pays_later: Collection[str]) -> bool:
    """Paid: a payment date, or a status after payment with a way to pay that is not settled later. Never when it ended badly."""
    if order.status in NEVER_PAID:
        return False
    return order.paid_at is not None or (
        order.status in PAID_STATUSES and order.payment_method not in pays_later
    )


def mirror_orders(session: Session, store: Store, orders: Iterable[Order], *, now: datetime) -> Mirrored:
    """Take over a batch of orders. Older states than the one known are left aside; unchanged ones cost no write.

    Records OrderPaid for every order that turned paid after the shop was connected.
    """
    newest = {order.remote_id: order for order in sorted(orders, key=lambda order: order.modified_at)}
    # Always in the same order, so that two visits never wait for each other's rows.
    batch = sorted(newest.values(), key=lambda order: order.remote_id)
    _alone(session, store)
    known = _known(session, store, [order.remote_id for order in batch])
    written, table = [], []
    for order in batch:
        before, raw = known.get(order.remote_id), JsonText(compact_json(order.raw))
        fingerprint = hashlib.blake2b(raw.encode(), digest_size=16).hexdigest()
        if _is_news(store, order, fingerprint, before):
            written.append(order)
            table.append(_order_row(store, order, before, now) | {"fingerprint": fingerprint, "raw": raw})
    upsert(session, ShopOrder, table, key=["store_id", "remote_id"])
    ids = _ids(session, store, [order.remote_id for order in written])
    _write_parts(session, written, ids, known)
    for order in written:
        if is_paid(order, store.pays_later):
            _tell_paid(session, store, order, known.get(order.remote_id), ids[order.remote_id])
    new = sum(order.remote_id not in known for order in written)
    return Mirrored(new=new, changed=len(written) - new, unchanged=len(batch) - len(written))


def _alone(session: Session, store: Store) -> None:
    """Let visits to one shop write one after the other; SQLite has one writer anyway.

    Otherwise an answer that was asked for earlier could be compared before, and written after, a later one.
    """
    session.execute(select(Store.id).where(Store.id == store.id).with_for_update(key_share=True))


def _known(session: Session, store: Store, remote_ids: list[int]) -> dict[int, _Known]:
    found = session.execute(
        select(
            ShopOrder.remote_id,
            ShopOrder.id,
            ShopOrder.modified_at,
            ShopOrder.fingerprint,
            ShopOrder.paid,  # type: ignore[call-overload]
            ShopOrder.paid_recorded_at,
            ShopOrder.deleted_at,
        ).where(ShopOrder.store_id == store.id, col(ShopOrder.remote_id).in_(remote_ids))
    )
    return {row[0]: _Known(row[1], row[2], row[3], row[4], row[5], row[6] is not None) for row in found}


def _is_news(store: Store, order: Order, fingerprint: str, before: _Known | None) -> bool:
    if before is None:
        return True
    if order.modified_at < before.modified_at:
        return False  # A late answer or an old webhook: the mirror is ahead of it.
    return (
        fingerprint != before.fingerprint
        or before.deleted != (order.status == TRASH)
        or before.paid != is_paid(order, store.pays_later)
    )


def _order_row(store: Store, order: Order, before: _Known | None, now: datetime) -> dict[str, Any]:
    paid = is_paid(order, store.pays_later)
    decimals = order.served_decimals
    return rows.order(order) | {
        "store_id": store.id,
        "store_decimals": store.decimals if decimals is None else decimals,
        "paid": paid,
        "paid_recorded_at": (before.paid_recorded_at if before else None) or (now if paid else None),
        "deleted_at": now if order.status == TRASH else None,
    }


def _ids(session: Session, store: Store, remote_ids: Sequence[int]) -> dict[int, int]:
    found = session.execute(
        select(ShopOrder.remote_id, ShopOrder.id).where(
            ShopOrder.store_id == store.id, col(ShopOrder.remote_id).in_(remote_ids)
        )
    )
    return {remote_id: identity for remote_id, identity in found if identity is not None}


def _write_parts(
    session: Session, orders: Sequence[Order], ids: Mapping[int, int], known: Mapping[int, _Known]
) -> None:
    replaced = [known[order.remote_id].id for order in orders if order.remote_id in known]
    if replaced:
        for part in (OrderLine, OrderTax):
            session.execute(delete(part).where(col(part.order_id).in_(replaced)))
    _insert(
        session,
        OrderLine,
        [
            {"order_id": ids[order.remote_id], "position": position, **rows.line(line)}
            for order in orders
            for position, line in enumerate(order.lines)
        ],
    )
    _insert(
        session,
        OrderTax,
        [
            {"order_id": ids[order.remote_id], "position": position, **rows.tax_rate(rate)}
            for order in orders
            for position, rate in enumerate(order.tax_rates)
        ],
    )


def _insert(session: Session, model: type[SQLModel], table: list[dict[str, Any]]) -> None:
    if table:
        session.execute(insert(model.metadata.tables[str(model.__tablename__)]), table)


def _tell_paid(session: Session, store: Store, order: Order, before: _Known | None, order_id: int) -> None:
    """Only a turn to paid counts, and only after connecting: an old shop's past is no news."""
    if before is not None and before.paid:
        return
    moment = order.paid_at or (order.created_at if before is None else order.modified_at)
    if moment >= store.connected_at:
        events.record(session, OrderPaid(store_id=int(store.id or 0), order_id=order_id))


def judge_payment_again(session: Session, store: Store, *, now: datetime) -> None:
    """Let `paid` of all mirrored orders follow the shop's present choice of ways to pay that are settled later.

    Records OrderPaid for those that turn paid by it and were placed after the shop was connected. An order with a
    payment date is paid whatever was chosen.
    """
    undated = [
        col(ShopOrder.store_id) == store.id,
        col(ShopOrder.paid_at).is_(None),
        col(ShopOrder.deleted_at).is_(None),
        col(ShopOrder.status).in_(PAID_STATUSES),
    ]
    later = col(ShopOrder.payment_method).in_(store.pays_later)
    _alone(session, store)
    session.execute(update(ShopOrder).where(*undated, col(ShopOrder.paid), later).values(paid=False))
    turned = session.execute(
        update(ShopOrder)
        .where(*undated, ~col(ShopOrder.paid), ~later)
        .values(paid=True, paid_recorded_at=now)
        .returning(col(ShopOrder.id), col(ShopOrder.created_at))
    ).all()
    for order_id, created_at in turned:
        if created_at >= store.connected_at:
            events.record(session, OrderPaid(store_id=int(store.id or 0), order_id=order_id))


def remove_orders(session: Session, store: Store, remote_ids: Sequence[int], *, now: datetime) -> None:
    """Mark orders that the shop no longer has at all (deleted for good). Their documents stay."""
    session.execute(
        update(ShopOrder)
        .where(
            col(ShopOrder.store_id) == store.id,
            col(ShopOrder.remote_id).in_(remote_ids),
            col(ShopOrder.deleted_at).is_(None),
        )
        .values(deleted_at=now, paid=False)
    )


# -- refunds -----------------------------------------------------------------------------------------------------


def mirror_refunds(session: Session, store: Store, refunds: Sequence[Refund], *, now: datetime) -> int:
    """Take over refunds whose orders are mirrored; returns how many were new or came back.

    Records RefundMade for each new one that was made after the shop was connected. A refund never changes in a
    shop, but the decimals do with which it is shown: a second mirroring takes over what differs.
    """
    ids = _ids(session, store, [refund.order_remote_id for refund in refunds])
    told = {refund.remote_id: refund for refund in refunds if refund.order_remote_id in ids}
    known = {
        row.remote_id: row
        for row in session.exec(
            select(ShopRefund).where(
                ShopRefund.store_id == store.id, col(ShopRefund.remote_id).in_(list(told))
            )
        )
    }
    for number, row in known.items():
        _correct(row, told[number])
    fresh = [told[number] for number in sorted(told) if number not in known]
    table = [
        {"store_id": store.id, "order_id": ids[refund.order_remote_id], **rows.refund(refund)}
        for refund in fresh
    ]
    upsert(session, ShopRefund, table, key=["store_id", "remote_id"], update=[])
    for row in _refunds_numbered(session, store, [refund.remote_id for refund in fresh]):
        if row.created_at >= store.connected_at:
            events.record(
                session, RefundMade(store_id=row.store_id, order_id=row.order_id, refund_id=int(row.id or 0))
            )
    return len(fresh)


def _correct(row: ShopRefund, told: Refund) -> None:
    if row.raw != told.raw:
        for name, value in rows.refund(told).items():
            setattr(row, name, value)
    row.deleted_at = None


def _refunds_numbered(session: Session, store: Store, remote_ids: Sequence[int]) -> Sequence[ShopRefund]:
    return session.exec(
        select(ShopRefund)
        .where(ShopRefund.store_id == store.id, col(ShopRefund.remote_id).in_(remote_ids))
        .order_by(col(ShopRefund.remote_id))
    ).all()


def remove_refunds(session: Session, store: Store, remote_ids: Sequence[int], *, now: datetime) -> None:
    """Mark refunds that the shop no longer has, and tell each of them once."""
    for row in _refunds_numbered(session, store, remote_ids):
        if row.deleted_at is None:
            row.deleted_at = now
            session.add(row)
            events.record(
                session,
                RefundRemoved(store_id=row.store_id, order_id=row.order_id, refund_id=int(row.id or 0)),
            )


def refunds_to_ask_for(session: Session, store_id: int, orders: Sequence[Order]) -> dict[int, set[int]]:
    """Those orders whose told refunds differ from the mirrored ones, with the mirrored refunds they no longer tell of.

    Both by the shop's numbers. The absence alone proves nothing yet: the order may have been asked for before the
    refund was made and mirrored. Only a shop asked after this call knows.
    """
    told = {order.remote_id: {refund.remote_id for refund in order.refunds} for order in orders}
    known: dict[int, set[int]] = {number: set() for number in told}
    for number, refund in session.execute(
        select(ShopOrder.remote_id, ShopRefund.remote_id)
        .join(ShopRefund, col(ShopRefund.order_id) == ShopOrder.id)
        .where(
            ShopOrder.store_id == store_id,
            col(ShopOrder.remote_id).in_(list(told)),
            col(ShopRefund.deleted_at).is_(None),
        )
    ):
        known[number].add(refund)
    return {number: known[number] - told[number] for number in sorted(told) if known[number] != told[number]}
