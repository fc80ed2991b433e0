"""The list of orders as staff search and filter it, read without the raw bodies."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlmodel import Session, col

from connector.people import full_name
from connector.queries import NOT_YET_ORDERS
from connector.tables import OrderLine, ShopOrder, ShopRefund, Store

PAGE = 50
LONGEST_SEARCH = 100

Shown = Literal["", "paid", "unpaid", "refunded", "deleted"]
SHOWN: tuple[Shown, ...] = ("", "paid", "unpaid", "refunded", "deleted")
MoneyState = Literal["paid", "unpaid", "partly_refunded", "refunded", "cancelled", "failed", "deleted"]


@dataclass(frozen=True)
class Wanted:
    """Which orders are asked for: of one shop or all (0), in a state or any (""), with words in number, name, e-mail."""

    store_id: int = 0
    shown: Shown = ""
    words: str = ""
    page: int = 1


@dataclass(frozen=True)
class ListedOrder:
    """One row. `first_line` and `lines` tell what was bought, `refunded_minor` what went back."""

    id: int
    store_id: int
    number: str
    status: str
    person: str
    email: str
    currency: str
    total_minor: int
    created_at: datetime
    money_state: MoneyState
    first_line: str = ""
    more_lines: int = 0


@dataclass(frozen=True)
class Found:
    """A page of the list, newest first."""

    orders: Sequence[ListedOrder] = field(default_factory=tuple)
    more: bool = False


def orders(session: Session, wanted: Wanted) -> Found:
    """The orders that are asked for, newest first, a page at a time."""
    chosen = _columns().where(*_conditions(wanted))
    chosen = chosen.order_by(col(ShopOrder.created_at).desc(), col(ShopOrder.id).desc())
    rows = session.execute(chosen.offset((wanted.page - 1) * PAGE).limit(PAGE + 1)).all()
    shown = rows[:PAGE]
    ids = [row.id for row in shown]
    bought, refunded = _bought(session, ids), refunded_of(session, ids)
    return Found(
        orders=[_listed(row, bought.get(row.id, []), refunded.get(row.id, 0)) for row in shown],
        more=len(rows) > PAGE,
    )


def _columns() -> Select[Any]:
    return select(
        col(ShopOrder.id),
        col(ShopOrder.store_id),
        col(ShopOrder.number),
        col(ShopOrder.status),
        col(ShopOrder.billing),
        col(ShopOrder.email),
        col(ShopOrder.currency),
        col(ShopOrder.total_minor),
        col(ShopOrder.created_at),
        col(ShopOrder.paid),
        col(ShopOrder.deleted_at),
    )


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    there = col(ShopOrder.deleted_at).is_(None)
    refunded = (
        select(col(ShopRefund.id))
        .where(col(ShopRefund.order_id) == col(ShopOrder.id), col(ShopRefund.deleted_at).is_(None))
        .exists()
    )
    shown: Mapping[str, ColumnElement[bool]] = {
        "": there,
        "paid": and_(there, col(ShopOrder.paid).is_(True)),
        "unpaid": and_(there, col(ShopOrder.paid).is_(False)),
        "refunded": and_(there, refunded),
        "deleted": col(ShopOrder.deleted_at).is_not(None),
    }
    found = [shown[wanted.shown], col(ShopOrder.status).not_in(NOT_YET_ORDERS)]
    if wanted.store_id:
        found.append(col(ShopOrder.store_id) == wanted.store_id)
    words = wanted.words.strip()[:LONGEST_SEARCH]
    return [*found, order_holds(words)] if words else found


def order_holds(words: str) -> ColumnElement[bool]:
    """An order's number is, or its e-mail or name holds, the words. Names are compared without spaces, both ways round."""
    plain = words.lower().lstrip("#")
    name = func.replace(func.lower(col(ShopOrder.person)), " ", "")
    turned = {"".join(plain.split()), "".join(reversed(plain.split()))} - {""}
    return or_(
        func.lower(col(ShopOrder.number)) == plain if plain else false(),
        func.lower(col(ShopOrder.email)).contains(plain, autoescape=True),
        *[name.contains(form, autoescape=True) for form in sorted(turned)],
    )


def _bought(session: Session, order_ids: Sequence[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(col(OrderLine.order_id), col(OrderLine.name))
        .where(col(OrderLine.order_id).in_(order_ids), col(OrderLine.kind) == "product")
        .order_by(col(OrderLine.position))
    )
    found: dict[int, list[str]] = {}
    for order_id, name in rows:
        found.setdefault(order_id, []).append(name)
    return found


def refunded_of(session: Session, order_ids: Sequence[int]) -> dict[int, int]:
    """What went back of each of those orders, in smallest units; orders without refunds are left out."""
    rows = session.execute(
        select(col(ShopRefund.order_id), func.sum(col(ShopRefund.amount_minor)))
        .where(col(ShopRefund.order_id).in_(order_ids), col(ShopRefund.deleted_at).is_(None))
        .group_by(col(ShopRefund.order_id))
    )
    return {order_id: int(total) for order_id, total in rows}


def money_state(
    *, status: str, paid: bool, total_minor: int, refunded_minor: int, deleted: bool
) -> MoneyState:
    """Where the money of an order stands, in one word."""
    if deleted:
        return "deleted"
    if status == "refunded" or (refunded_minor and refunded_minor >= total_minor):
        return "refunded"
    if refunded_minor:
        return "partly_refunded"
    if status in ("cancelled", "failed"):
        return "cancelled" if status == "cancelled" else "failed"
    return "paid" if paid else "unpaid"


def _listed(row: Any, bought: Sequence[str], refunded_minor: int) -> ListedOrder:
    return ListedOrder(
        id=row.id,
        store_id=row.store_id,
        number=row.number,
        status=row.status,
        person=full_name(row.billing["first_name"], row.billing["last_name"]) or row.billing["company"],
        email=row.email,
        currency=row.currency,
        total_minor=row.total_minor,
        created_at=row.created_at,
        money_state=money_state(
            status=row.status,
            paid=row.paid,
            total_minor=row.total_minor,
            refunded_minor=refunded_minor,
            deleted=row.deleted_at is not None,
        ),
        first_line=bought[0] if bought else "",
        more_lines=max(0, len(bought) - 1),
    )


def admin_address(store: Store, order: ShopOrder) -> str:
    """Where the shop's own staff sees the order; WordPress forwards this address to wherever orders are kept."""
    return f"{store.address}/wp-admin/post.php?post={order.remote_id}&action=edit"
