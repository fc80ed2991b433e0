"""Writing the mirror of orders and refunds: repeatable, in any order, and telling each new fact once."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, update
from sqlmodel import Session, SQLModel, col, select

from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.schemas import Line, Order, Refund
from connector.tables import OrderLine, OrderTax, ShopOrder, ShopRefund, Store
from core import events
from core.database import upsert

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


def is_paid(order: Order, pays_later: Sequence[str]) -> bool:
    """Paid: a payment date, or a status after payment with a way to pay that is not settled later. Never when it ended badly."""
    if order.status in NEVER_PAID:
        return False
    return order.paid_at is not None or (
        order.status in PAID_STATUSES and order.payment_method not in pays_later
    )


def mirror_orders(session: Session, store: Store, orders: Iterable[Order], *, now: datetime) -> Mirrored:
    """Take over a batch of orders. Older states than the one known are left aside; unchanged ones cost no write.

    Records OrderPaid for every order that turned paid after the shop was connected, and RefundRemoved for refunds
    that an order no longer has.
    """
    batch = {order.remote_id: order for order in sorted(orders, key=lambda order: order.modified_at)}
    known = _known(session, store, list(batch))
    rows, written = [], []
    for order in batch.values():
        before = known.get(order.remote_id)
        row = _order_row(store, order, before, now)
        if before is None or _is_news(order, row, before):
            rows.append(row)
            written.append(order)
    upsert(session, ShopOrder, rows, key=["store_id", "remote_id"])
    ids = _ids(session, store, [order.remote_id for order in written])
    _write_parts(session, written, ids)
    _forget_refunds(session, store, written, ids=ids, now=now)
    for order, row in zip(written, rows, strict=True):
        if row["paid"]:
            _tell_paid(
                session, store, order, before=known.get(order.remote_id), order_id=ids[order.remote_id]
            )
    new = sum(order.remote_id not in known for order in written)
    return Mirrored(new=new, changed=len(written) - new, unchanged=len(batch) - len(written))


def _known(session: Session, store: Store, remote_ids: list[int]) -> dict[int, _Known]:
    found = session.exec(
        select(
            ShopOrder.remote_id,
            ShopOrder.id,
            ShopOrder.modified_at,
            ShopOrder.fingerprint,
            ShopOrder.paid,  # type: ignore[call-overload]
            ShopOrder.paid_recorded_at,
            ShopOrder.deleted_at,
        )
        .where(ShopOrder.store_id == store.id, col(ShopOrder.remote_id).in_(remote_ids))
        .with_for_update()
    )
    return {row[0]: _Known(row[1], row[2], row[3], row[4], row[5], row[6] is not None) for row in found}


def _is_news(order: Order, row: dict[str, Any], before: _Known) -> bool:
    if order.modified_at < before.modified_at:
        return False  # A late answer or an old webhook: the mirror is ahead of it.
    gone = order.status == TRASH
    return row["fingerprint"] != before.fingerprint or before.deleted != gone or row["paid"] != before.paid


def _order_row(store: Store, order: Order, before: _Known | None, now: datetime) -> dict[str, Any]:
    text = json.dumps(order.raw, ensure_ascii=False, separators=(",", ":"))
    paid = is_paid(order, store.pays_later)
    return {
        "store_id": store.id,
        "remote_id": order.remote_id,
        "number": order.number,
        "status": order.status,
        "currency": order.currency,
        "store_decimals": store.decimals,
        "exact": order.exact,
        "total_minor": order.total_minor,
        "tax_minor": order.tax_minor,
        "shipping_minor": order.shipping_minor,
        "shipping_tax_minor": order.shipping_tax_minor,
        "discount_minor": order.discount_minor,
        "discount_tax_minor": order.discount_tax_minor,
        "prices_include_tax": order.prices_include_tax,
        "customer_remote_id": order.customer_remote_id,
        "email": order.billing.email,
        "person": " ".join(part for part in (order.billing.first_name, order.billing.last_name) if part),
        "country": order.billing.country,
        "language": order.language,
        "billing": asdict(order.billing),
        "shipping": asdict(order.shipping),
        "payment_method": order.payment_method,
        "payment_title": order.payment_title,
        "customer_note": order.customer_note,
        "coupons": [asdict(coupon) for coupon in order.coupons],
        "meta": order.meta,
        "created_at": order.created_at,
        "modified_at": order.modified_at,
        "paid_at": order.paid_at,
        "completed_at": order.completed_at,
        "paid": paid,
        "paid_recorded_at": (before.paid_recorded_at if before else None) or (now if paid else None),
        "deleted_at": now if order.status == TRASH else None,
        "fingerprint": hashlib.sha256(text.encode()).hexdigest()[:32],
        "raw": order.raw,
    }


def _ids(session: Session, store: Store, remote_ids: list[int]) -> dict[int, int]:
    found = session.exec(
        select(ShopOrder.remote_id, ShopOrder.id).where(
            ShopOrder.store_id == store.id, col(ShopOrder.remote_id).in_(remote_ids)
        )
    )
    return {remote_id: identity for remote_id, identity in found if identity is not None}


def _write_parts(session: Session, orders: Sequence[Order], ids: dict[int, int]) -> None:
    if not orders:
        return
    written = list(ids.values())
    for part in (OrderLine, OrderTax):
        session.execute(delete(part).where(col(part.order_id).in_(written)))
    lines = [
        {"order_id": ids[order.remote_id], "position": position, **_line_row(line)}
        for order in orders
        for position, line in enumerate(order.lines)
    ]
    taxes = [
        {"order_id": ids[order.remote_id], "position": position, **asdict(rate)}
        for order in orders
        for position, rate in enumerate(order.tax_rates)
    ]
    _insert(session, OrderLine, lines)
    _insert(session, OrderTax, taxes)


def _insert(session: Session, model: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    if rows:
        session.execute(insert(model.metadata.tables[str(model.__tablename__)]), rows)


def _line_row(line: Line) -> dict[str, Any]:
    return {
        "kind": line.kind,
        "remote_id": line.remote_id,
        "name": line.name,
        "sku": line.sku,
        "quantity": line.quantity,
        "net_minor": line.net_minor,
        "tax_minor": line.tax_minor,
        "net_before_discount_minor": line.net_before_discount_minor,
        "tax_before_discount_minor": line.tax_before_discount_minor,
        "taxes": [{"rate_id": share.rate_id, "minor": share.minor} for share in line.taxes],
        "attributes": [list(attribute) for attribute in line.attributes],
        "product_remote_id": line.product_remote_id,
        "variation_remote_id": line.variation_remote_id,
    }


def _tell_paid(session: Session, store: Store, order: Order, *, before: _Known | None, order_id: int) -> None:
    """Only a turn to paid counts, and only after connecting: an old shop's past is no news."""
    if before is not None and before.paid:
        return
    moment = order.paid_at or (order.created_at if before is None else order.modified_at)
    if moment >= store.connected_at:
        events.record(session, OrderPaid(store_id=int(store.id or 0), order_id=order_id))


def mirror_refunds(session: Session, store: Store, refunds: Sequence[Refund], *, now: datetime) -> int:
    """Take over refunds whose orders are mirrored; returns how many were new. Records RefundMade for each new one.

    Refunds never change in a shop; a second mirroring does nothing.
    """
    ids = _ids(session, store, [refund.order_remote_id for refund in refunds])
    known = set(
        session.exec(
            select(ShopRefund.remote_id).where(
                ShopRefund.store_id == store.id,
                col(ShopRefund.remote_id).in_([refund.remote_id for refund in refunds]),
            )
        )
    )
    fresh = {
        refund.remote_id: refund
        for refund in refunds
        if refund.remote_id not in known and refund.order_remote_id in ids
    }
    rows = [_refund_row(store, refund, ids[refund.order_remote_id]) for refund in fresh.values()]
    upsert(session, ShopRefund, rows, key=["store_id", "remote_id"], update=[])
    for row in session.exec(
        select(ShopRefund).where(ShopRefund.store_id == store.id, col(ShopRefund.remote_id).in_(list(fresh)))
    ):
        if row.created_at >= store.connected_at:
            events.record(
                session, RefundMade(store_id=row.store_id, order_id=row.order_id, refund_id=int(row.id or 0))
            )
    return len(fresh)


def _refund_row(store: Store, refund: Refund, order_id: int) -> dict[str, Any]:
    return {
        "store_id": store.id,
        "order_id": order_id,
        "remote_id": refund.remote_id,
        "amount_minor": refund.amount_minor,
        "reason": refund.reason,
        "created_at": refund.created_at,
        "lines": [asdict(line) for line in refund.lines],
        "tax_rates": [asdict(rate) for rate in refund.tax_rates],
        "deleted_at": None,
        "raw": refund.raw,
    }


def _forget_refunds(
    session: Session, store: Store, orders: Sequence[Order], *, ids: dict[int, int], now: datetime
) -> None:
    """A deleted refund leaves no trace in the shop but its absence from the order's list."""
    told = {summary.remote_id for order in orders for summary in order.refunds}
    known = session.exec(
        select(ShopRefund).where(
            ShopRefund.store_id == store.id,
            col(ShopRefund.order_id).in_(list(ids.values())),
            col(ShopRefund.deleted_at).is_(None),
        )
    ).all()
    for refund in known:
        if refund.remote_id not in told:
            refund.deleted_at = now
            session.add(refund)
            events.record(
                session,
                RefundRemoved(
                    store_id=refund.store_id, order_id=refund.order_id, refund_id=int(refund.id or 0)
                ),
            )


def refunds_wanted(session: Session, store_id: int, orders: Sequence[Order]) -> list[int]:
    """The shop's numbers of those orders that tell of a refund whose lines are not mirrored yet."""
    told = {summary.remote_id: order.remote_id for order in orders for summary in order.refunds}
    known = set(
        session.exec(
            select(ShopRefund.remote_id).where(
                ShopRefund.store_id == store_id, col(ShopRefund.remote_id).in_(list(told))
            )
        )
    )
    return sorted({told[refund] for refund in told if refund not in known})


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
