"""What the shop knows of a person, for the people who answer: their account, their orders, and what they were worth."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from connector.listing import MoneyState, money_state, refunded_of
from connector.tables import ShopCustomer, ShopOrder, ShopRefund
from customers.queries import NOT_SHOWN, contact
from customers.tables import Contact

MOST_ORDERS = 20


@dataclass(frozen=True)
class ProfileOrder:
    """An order with where its money stands; `id` is our own number of it."""

    id: int
    number: str
    status: str
    money: MoneyState
    currency: str
    total_minor: int
    refunded_minor: int
    created_at: datetime


@dataclass(frozen=True)
class Profile:
    """A person. `orders` are proven theirs, by their account or by the mailbox of their address.

    `not_proven` only share an address with what the person says: they may be somebody else's. `order_count` and `worth`
    (paid less refunds, in smallest units by currency) count what is proven alone.
    """

    contact: Contact
    account: ShopCustomer | None
    orders: Sequence[ProfileOrder] = ()
    not_proven: Sequence[ProfileOrder] = ()
    order_count: int = 0
    worth: dict[str, int] = field(default_factory=dict)


def profile(session: Session, contact_id: int) -> Profile:
    """What is known of that contact. Raises ContactNotFound."""
    who = contact(session, contact_id)
    proven = _proven(who)
    if proven is None:
        return Profile(who, None, not_proven=_not_proven(session, who, None))
    theirs = [*_listed(who), proven]
    return Profile(
        contact=who,
        account=_account(session, who),
        orders=_orders(session, theirs),
        not_proven=_not_proven(session, who, proven),
        order_count=session.exec(select(func.count()).select_from(ShopOrder).where(*theirs)).one(),
        worth=_worth(session, theirs),
    )


def _listed(who: Contact) -> list[ColumnElement[bool]]:
    return [
        col(ShopOrder.store_id) == who.store_id,
        col(ShopOrder.deleted_at).is_(None),
        col(ShopOrder.status).not_in(NOT_SHOWN),
    ]


def _proven(who: Contact) -> ColumnElement[bool] | None:
    """What makes an order theirs; None when nothing does."""
    ways: list[ColumnElement[bool]] = []
    if who.customer_remote_id:
        ways.append(col(ShopOrder.customer_remote_id) == who.customer_remote_id)
    if who.email and who.email_proven_at is not None:
        ways.append(col(ShopOrder.email) == who.email)
    return or_(*ways) if ways else None


def _not_proven(session: Session, who: Contact, proven: ColumnElement[bool] | None) -> Sequence[ProfileOrder]:
    if not who.email or who.email_proven_at is not None:
        return ()
    other = [] if proven is None else [~proven]
    return _orders(session, [*_listed(who), col(ShopOrder.email) == who.email, *other])


def _orders(session: Session, which: Sequence[ColumnElement[bool]]) -> Sequence[ProfileOrder]:
    heavy = (ShopOrder.raw, ShopOrder.meta, ShopOrder.billing, ShopOrder.shipping)
    chosen = (
        select(ShopOrder)
        .options(*(defer(column) for column in heavy))  # type: ignore[arg-type]
        .where(*which)
        .order_by(col(ShopOrder.created_at).desc(), col(ShopOrder.id).desc())
        .limit(MOST_ORDERS)
    )
    found = session.exec(chosen).all()
    refunded = refunded_of(session, [int(order.id or 0) for order in found])
    return [_order(order, refunded.get(int(order.id or 0), 0)) for order in found]


def _order(order: ShopOrder, refunded_minor: int) -> ProfileOrder:
    return ProfileOrder(
        id=int(order.id or 0),
        number=order.number,
        status=order.status,
        money=money_state(
            status=order.status,
            paid=order.paid,
            total_minor=order.total_minor,
            refunded_minor=refunded_minor,
            deleted=False,
        ),
        currency=order.currency,
        total_minor=order.total_minor,
        refunded_minor=refunded_minor,
        created_at=order.created_at,
    )


def _worth(session: Session, theirs: Sequence[ColumnElement[bool]]) -> dict[str, int]:
    paid = [*theirs, col(ShopOrder.paid).is_(True)]
    bought = session.exec(
        select(ShopOrder.currency, func.sum(ShopOrder.total_minor)).where(*paid).group_by(ShopOrder.currency)
    )
    found: Counter[str] = Counter({currency: int(total) for currency, total in bought})
    back = session.exec(
        select(ShopOrder.currency, func.sum(ShopRefund.amount_minor))
        .join(ShopRefund, col(ShopRefund.order_id) == ShopOrder.id)
        .where(*paid, col(ShopRefund.deleted_at).is_(None))
        .group_by(ShopOrder.currency)
    )
    found.subtract({currency: int(total) for currency, total in back})
    return dict(sorted(found.items()))


def _account(session: Session, who: Contact) -> ShopCustomer | None:
    if not who.customer_remote_id:
        return None
    chosen = (
        select(ShopCustomer)
        .options(defer(ShopCustomer.raw))  # type: ignore[arg-type]
        .where(ShopCustomer.store_id == who.store_id, ShopCustomer.remote_id == who.customer_remote_id)
    )
    return session.exec(chosen).first()
