"""What is decided about an order before its document is built: whether one is due."""

from sqlmodel import Session, col, select

from connector.errors import OrderNotFound
from connector.tables import ShopOrder, Store
from core.languages import Text

# Whatever was paid for these was given back or never taken.
NEVER_INVOICED = ("cancelled", "failed", "trash")


def locked_order(session: Session, order_id: int) -> ShopOrder:
    """The order, locked until the transaction ends, so that two deciders about one order go one after the other.

    Raises OrderNotFound. (SQLite's writing sessions are alone anyway.)
    """
    found = session.exec(
        select(ShopOrder)
        .where(col(ShopOrder.id) == order_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if found is None:
        raise OrderNotFound(Text("There is no such order here."))
    return found


def id_of(row: ShopOrder | Store) -> int:
    """The row's number, which every row that came from the database has."""
    if row.id is None:
        raise ValueError("this row was never stored")
    return row.id


def is_due(order: ShopOrder) -> bool:
    """Whether the order is to be invoiced now."""
    return order.paid and order.deleted_at is None and order.status not in NEVER_INVOICED
