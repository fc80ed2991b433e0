"""The products that visitors of a shop can see, as the mirror knows them."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

from connector.tables import ShopProduct


def products_shown(session: Session, store_id: int, remote_ids: Collection[int]) -> dict[int, ShopProduct]:
    """Those of the products and variations that visitors of the shop can see, by the shop's numbers.

    A variation is shown only with its product.
    """
    found = _published(session, store_id, col(ShopProduct.remote_id).in_(remote_ids))
    parents = {row.parent_remote_id for row in found if row.parent_remote_id}
    shown = {row.remote_id for row in _published(session, store_id, col(ShopProduct.remote_id).in_(parents))}
    return {row.remote_id: row for row in found if not row.parent_remote_id or row.parent_remote_id in shown}


def variations_shown(
    session: Session, store_id: int, parent_remote_ids: Collection[int]
) -> dict[int, list[ShopProduct]]:
    """The variations that can be chosen of those products, by the product's number, oldest first."""
    found: dict[int, list[ShopProduct]] = {number: [] for number in parent_remote_ids}
    for row in _published(session, store_id, col(ShopProduct.parent_remote_id).in_(parent_remote_ids)):
        found[row.parent_remote_id].append(row)
    return found


def _published(session: Session, store_id: int, which: ColumnElement[bool]) -> Sequence[ShopProduct]:
    chosen = select(ShopProduct).where(
        ShopProduct.store_id == store_id,
        which,
        ShopProduct.status == "publish",
        col(ShopProduct.deleted_at).is_(None),
    )
    return session.exec(chosen.order_by(col(ShopProduct.remote_id))).all()
