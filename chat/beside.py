"""The customer beside a conversation: what they bought, what that is worth, their documents and other conversations."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from chat.tables import Conversation
from connector.listing import MoneyState, money_state, refunded_of
from connector.queries import NOT_YET_ORDERS
from connector.tables import ShopCustomer, ShopOrder
from customers.tables import Contact
from invoices.tables import Invoice

MOST_ORDERS = 8
MOST_OTHERS = 8


@dataclass(frozen=True)
class Bought:
    """An order with where its money stands and its documents."""

    order: ShopOrder
    state: MoneyState
    documents: Sequence[Invoice] = ()


@dataclass(frozen=True)
class Beside:
    """What is known of a person. `proven`: by their account or address; else the orders are those of an address they named."""

    contact: Contact
    account: ShopCustomer | None
    proven: bool
    orders: Sequence[Bought] = ()
    order_count: int = 0
    worth: dict[str, int] = field(default_factory=dict)  # Paid less refunds, in smallest units by currency.
    others: Sequence[Conversation] = ()


def beside(session: Session, conversation: Conversation, contact: Contact) -> Beside:
    """The customer of that conversation."""
    proven = contact.email_proven_at is not None or contact.customer_remote_id != 0
    theirs = _theirs(contact)
    account = None
    if contact.customer_remote_id:
        account = session.exec(
            select(ShopCustomer)
            .options(defer(ShopCustomer.raw))  # type: ignore[arg-type]
            .where(
                ShopCustomer.store_id == contact.store_id,
                ShopCustomer.remote_id == contact.customer_remote_id,
            )
        ).first()
    return Beside(
        contact=contact,
        account=account,
        proven=proven,
        orders=orders_of(session, theirs) if theirs else (),
        order_count=_count(session, theirs) if theirs else 0,
        worth=_worth(session, theirs) if theirs else {},
        others=_others(session, conversation),
    )


def proven_orders(session: Session, contact: Contact) -> Sequence[Bought]:
    """The newest orders whose customer this person proved to be; only these may be told to them."""
    theirs = _theirs(contact, proven_only=True)
    return orders_of(session, theirs) if theirs else ()


Theirs = list[ColumnElement[bool]]


def _theirs(contact: Contact, *, proven_only: bool = False) -> Theirs:
    """What tells their orders; [] when nothing does."""
    ways: list[ColumnElement[bool]] = []
    if contact.customer_remote_id:
        ways.append(col(ShopOrder.customer_remote_id) == contact.customer_remote_id)
    is_proven = contact.email_proven_at is not None
    if contact.email and (is_proven or not (proven_only or contact.customer_remote_id)):
        ways.append(col(ShopOrder.email) == contact.email)
    if not ways:
        return []
    return [
        col(ShopOrder.store_id) == contact.store_id,
        col(ShopOrder.deleted_at).is_(None),
        col(ShopOrder.status).not_in(NOT_YET_ORDERS),
        or_(*ways),
    ]


def orders_of(session: Session, theirs: Theirs) -> list[Bought]:
    """The newest of those orders."""
    heavy = (ShopOrder.raw, ShopOrder.meta, ShopOrder.shipping, ShopOrder.billing)
    chosen = (
        select(ShopOrder)
        .options(*[defer(column) for column in heavy])  # type: ignore[arg-type]
        .where(*theirs)
        .order_by(col(ShopOrder.created_at).desc(), col(ShopOrder.id).desc())
        .limit(MOST_ORDERS)
    )
    found = session.exec(chosen).all()
    numbers = [int(one.id or 0) for one in found]
    refunded, documents = refunded_of(session, numbers), _documents(session, numbers)
    return [
        Bought(
            one,
            money_state(
                status=one.status,
                paid=one.paid,
                total_minor=one.total_minor,
                refunded_minor=refunded.get(number, 0),
                deleted=False,
            ),
            documents.get(number, ()),
        )
        for one, number in zip(found, numbers, strict=True)
    ]


def _documents(session: Session, order_ids: Sequence[int]) -> dict[int, list[Invoice]]:
    chosen = (
        select(Invoice)
        .options(defer(Invoice.snapshot))  # type: ignore[arg-type]
        .where(col(Invoice.order_id).in_(order_ids))
        .order_by(col(Invoice.id))
    )
    found: dict[int, list[Invoice]] = {}
    for one in session.exec(chosen):
        found.setdefault(one.order_id, []).append(one)
    return found


def _count(session: Session, theirs: Theirs) -> int:
    return session.exec(select(func.count()).select_from(ShopOrder).where(*theirs)).one()


def _worth(session: Session, theirs: Theirs) -> dict[str, int]:
    """What they paid, less what went back, by currency."""
    chosen = select(ShopOrder.id, ShopOrder.currency, ShopOrder.total_minor).where(
        *theirs, col(ShopOrder.paid).is_(True)
    )
    paid = session.exec(chosen).all()
    refunded = refunded_of(session, [int(number or 0) for number, *_ in paid])
    found: Counter[str] = Counter()
    for number, currency, total in paid:
        found[currency] += total - refunded.get(int(number or 0), 0)
    return dict(sorted(found.items()))


def _others(session: Session, conversation: Conversation) -> Sequence[Conversation]:
    chosen = (
        select(Conversation)
        .where(
            Conversation.contact_id == conversation.contact_id,
            Conversation.id != conversation.id,
            col(Conversation.merged_into_id).is_(None),
        )
        .order_by(col(Conversation.changed_at).desc(), col(Conversation.id).desc())
        .limit(MOST_OTHERS)
    )
    return session.exec(chosen).all()
