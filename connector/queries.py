"""Reading the mirror. Whatever a shopper may see goes through a query that takes the viewer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, SQLModel, col, select

from connector.errors import OrderNotFound, StoreNotFound
from connector.tables import (
    OrderLine,
    OrderTax,
    ShopCustomer,
    ShopOrder,
    ShopProduct,
    ShopRefund,
    Store,
    SyncState,
)
from core.languages import Text

# The shop lists neither; they are carts, not orders.
NOT_YET_ORDERS = ("auto-draft", "checkout-draft")


def stores(session: Session) -> Sequence[Store]:
    """All connected shops, oldest first."""
    return session.exec(select(Store).order_by(col(Store.id))).all()


def store(session: Session, store_id: int) -> Store:
    """That shop. Raises StoreNotFound."""
    found = session.get(Store, store_id)
    if found is None:
        raise StoreNotFound(Text("There is no such shop here."))
    return found


def store_by_public_id(session: Session, public_id: str) -> Store:
    """The shop that webhooks and links name. Raises StoreNotFound."""
    named = select(Store).where(Store.public_id == public_id)
    found = session.exec(named).first() if "\0" not in public_id else None  # PostgreSQL takes no such sign.
    if found is None:
        raise StoreNotFound(Text("There is no such shop here."))
    return found


def webhook_secret(session: Session, public_id: str) -> tuple[int, str]:
    """The number and the hidden webhook secret of the shop that a delivery names. Raises StoreNotFound."""
    found = session.exec(
        select(Store.id, Store.webhook_secret_hidden).where(Store.public_id == public_id)
    ).first()
    if found is None or found[0] is None:
        raise StoreNotFound(Text("There is no such shop here."))
    return found[0], found[1]


def order(session: Session, order_id: int) -> ShopOrder:
    """That mirrored order. Raises OrderNotFound."""
    found = session.get(ShopOrder, order_id)
    if found is None:
        raise OrderNotFound(Text("There is no such order here."))
    return found


def order_by_remote_id(session: Session, store_id: int, remote_id: int) -> ShopOrder:
    """The order with the shop's own number. Raises OrderNotFound."""
    found = session.exec(
        select(ShopOrder).where(ShopOrder.store_id == store_id, ShopOrder.remote_id == remote_id)
    ).first()
    if found is None:
        raise OrderNotFound(Text("There is no such order here."))
    return found


def lines_of(session: Session, order_id: int) -> Sequence[OrderLine]:
    """The order's goods, shipping and fees, in the shop's order."""
    return session.exec(
        select(OrderLine).where(OrderLine.order_id == order_id).order_by(col(OrderLine.position))
    ).all()


def taxes_of(session: Session, order_id: int) -> Sequence[OrderTax]:
    """What each tax rate makes in the order."""
    return session.exec(
        select(OrderTax).where(OrderTax.order_id == order_id).order_by(col(OrderTax.position))
    ).all()


def refund(session: Session, refund_id: int) -> ShopRefund | None:
    """That mirrored refund, if there is one."""
    return session.get(ShopRefund, refund_id)


def refunds_of(session: Session, order_id: int) -> Sequence[ShopRefund]:
    """The order's refunds that still exist in the shop, oldest first."""
    return session.exec(
        select(ShopRefund)
        .where(ShopRefund.order_id == order_id, col(ShopRefund.deleted_at).is_(None))
        .order_by(col(ShopRefund.created_at), col(ShopRefund.id))
    ).all()


def paid_orders(session: Session, store_id: int, *, paid_from: object | None = None) -> Sequence[ShopOrder]:
    """The shop's paid orders that still exist, by payment; with `paid_from` only those paid from that moment on."""
    chosen = select(ShopOrder).where(
        ShopOrder.store_id == store_id, col(ShopOrder.paid).is_(True), col(ShopOrder.deleted_at).is_(None)
    )
    moment = func.coalesce(ShopOrder.paid_at, ShopOrder.created_at)
    if paid_from is not None:
        chosen = chosen.where(moment >= paid_from)
    return session.exec(chosen.order_by(moment, col(ShopOrder.remote_id))).all()


def sync_states(session: Session, store_id: int) -> Sequence[SyncState]:
    """How far each resource of the shop has been mirrored."""
    return session.exec(
        select(SyncState).where(SyncState.store_id == store_id).order_by(col(SyncState.resource))
    ).all()


def counts(session: Session, store_id: int) -> dict[str, int]:
    """How many orders, customers, guests, products, variations and refunds of the shop exist in the mirror."""
    existing: list[ColumnElement[bool] | bool] = [
        ShopOrder.store_id == store_id,
        col(ShopOrder.deleted_at).is_(None),
    ]
    listed: list[ColumnElement[bool] | bool] = [*existing, col(ShopOrder.status).not_in(NOT_YET_ORDERS)]
    products: list[ColumnElement[bool] | bool] = [
        ShopProduct.store_id == store_id,
        col(ShopProduct.deleted_at).is_(None),
    ]
    guests = select(func.count(func.distinct(func.lower(ShopOrder.email)))).where(
        *listed, ShopOrder.customer_remote_id == 0, ShopOrder.email != ""
    )
    return {
        "orders": session.exec(select(func.count()).select_from(ShopOrder).where(*listed)).one(),
        "customers": session.exec(
            select(func.count())
            .select_from(ShopCustomer)
            .where(ShopCustomer.store_id == store_id, col(ShopCustomer.deleted_at).is_(None))
        ).one(),
        "guests": session.exec(guests).one(),
        "products": session.exec(
            select(func.count()).select_from(ShopProduct).where(*products, ShopProduct.parent_remote_id == 0)
        ).one(),
        "variations": session.exec(
            select(func.count()).select_from(ShopProduct).where(*products, ShopProduct.parent_remote_id != 0)
        ).one(),
        "refunds": session.exec(
            select(func.count())
            .select_from(ShopRefund)
            .join(ShopOrder, col(ShopOrder.id) == ShopRefund.order_id)
            .where(*listed, col(ShopRefund.deleted_at).is_(None))
        ).one(),
    }


def totals(session: Session, store_id: int) -> dict[str, int]:
    """The sum of all order totals for each currency, in its smallest unit."""
    rows = session.exec(
        select(ShopOrder.currency, func.sum(ShopOrder.total_minor))
        .where(
            ShopOrder.store_id == store_id,
            col(ShopOrder.deleted_at).is_(None),
            col(ShopOrder.status).not_in(NOT_YET_ORDERS),
        )
        .group_by(ShopOrder.currency)
    ).all()
    return {currency: int(total) for currency, total in rows}


def currencies_of(session: Session, store_id: int, remote_ids: Sequence[int]) -> dict[int, str]:
    """The currency of each of those orders that is mirrored, by the shop's number."""
    rows = session.exec(
        select(ShopOrder.remote_id, ShopOrder.currency).where(
            ShopOrder.store_id == store_id, col(ShopOrder.remote_id).in_(remote_ids)
        )
    )
    return dict(rows.all())


def variations_known(session: Session, store_id: int, parent_remote_id: int) -> set[int]:
    """The mirrored variations of that product, by the shop's numbers."""
    return set(
        session.exec(
            select(ShopProduct.remote_id).where(
                ShopProduct.store_id == store_id,
                ShopProduct.parent_remote_id == parent_remote_id,
                col(ShopProduct.deleted_at).is_(None),
            )
        )
    )


def newest_customer(session: Session, store_id: int) -> int:
    """The largest shop's number among mirrored customers, removed ones too; 0 when there is none."""
    return (
        session.exec(select(func.max(ShopCustomer.remote_id)).where(ShopCustomer.store_id == store_id)).one()
        or 0
    )


def customers_known(session: Session, store_id: int) -> dict[int, tuple[datetime | None, str]]:
    """Change date and role of the mirrored customers, by the shop's numbers."""
    rows = session.execute(
        select(ShopCustomer.remote_id, ShopCustomer.modified_at, ShopCustomer.role).where(
            ShopCustomer.store_id == store_id, col(ShopCustomer.deleted_at).is_(None)
        )
    )
    return {number: (changed_at, role) for number, changed_at, role in rows}


def products_known(session: Session, store_id: int) -> set[int]:
    """The mirrored products (not variations) of the shop, by its numbers."""
    return set(
        session.exec(
            select(ShopProduct.remote_id).where(
                ShopProduct.store_id == store_id,
                ShopProduct.parent_remote_id == 0,
                col(ShopProduct.deleted_at).is_(None),
            )
        )
    )


def known_ids(
    session: Session, model: type[SQLModel], store_id: int, *, above: int = 0, up_to: int | None = None
) -> set[int]:
    """The shop's numbers of the mirrored, not deleted rows of that table within (above, up_to]."""
    table: Any = model
    chosen = select(table.remote_id).where(
        table.store_id == store_id, table.deleted_at.is_(None), table.remote_id > above
    )
    if up_to is not None:
        chosen = chosen.where(table.remote_id <= up_to)
    return set(session.exec(chosen))


def known_orders(session: Session, store_id: int, *, above: int, up_to: int | None) -> dict[int, datetime]:
    """Number and change date of the mirrored, not deleted orders within (above, up_to]."""
    chosen = select(ShopOrder.remote_id, ShopOrder.modified_at).where(
        ShopOrder.store_id == store_id, col(ShopOrder.deleted_at).is_(None), ShopOrder.remote_id > above
    )
    if up_to is not None:
        chosen = chosen.where(ShopOrder.remote_id <= up_to)
    return dict(session.exec(chosen).all())


def orders_with_other_refunds(session: Session, store_id: int, told: Mapping[int, set[int]]) -> list[int]:
    """Of those orders (by the shop's numbers) the ones whose mirrored refunds are not exactly the told ones."""
    known: dict[int, set[int]] = {number: set() for number in told}
    rows = session.exec(
        select(ShopOrder.remote_id, ShopRefund.remote_id)
        .join(ShopRefund, col(ShopRefund.order_id) == ShopOrder.id)
        .where(
            ShopOrder.store_id == store_id,
            col(ShopOrder.remote_id).in_(list(told)),
            col(ShopRefund.deleted_at).is_(None),
        )
    )
    for number, refund_number in rows:
        known[number].add(refund_number)
    return [number for number in told if known[number] != told[number]]


def order_numbered(session: Session, store_id: int, number: str) -> ShopOrder | None:
    """The order that people call by that number (plugins may change it), if there is one."""
    return session.exec(
        select(ShopOrder).where(ShopOrder.store_id == store_id, ShopOrder.number == number)
    ).first()


def is_mirrored(session: Session, store_id: int) -> bool:
    """Whether the first pass over the shop's orders, refunds, customers and products is complete."""
    complete = {state.resource for state in sync_states(session, store_id) if state.complete}
    return {"orders", "trash", "refunds", "customers", "products"} <= complete
