"""An order as its own shopper reads it: what was bought, where it stands, and where the parcel is, in plain words."""

from collections.abc import Callable, Sequence
from datetime import datetime

from pydantic import BaseModel
from sqlmodel import Session

from connector import queries as shops
from connector.listing import MoneyState, money_state
from connector.tables import OrderLine, ShopOrder, ShopRefund, Store
from connector.tracking import parcels_of
from core import languages, money
from core.languages import gettext as _


class LineAnswer(BaseModel):
    """Something that was bought, or shipping or a fee; `total` with its tax."""

    name: str
    quantity: str
    total_minor: int
    total: str


class RefundAnswer(BaseModel):
    at: datetime
    amount_minor: int
    amount: str


class ParcelAnswer(BaseModel):
    """A parcel on its way; `address` is the carrier's page about it, "" when none is known."""

    carrier: str
    number: str
    address: str


class LinkAnswer(BaseModel):
    """Something that can be opened for a while, such as the invoice."""

    title: str
    address: str


class OrderAnswer(BaseModel):
    """An order. `status` is the shop's word for programs, `state` a sentence, `money` where the money stands.

    `items` are goods, `charges` shipping and fees, `links` what can be opened.
    """

    number: str
    status: str
    state: str
    money: MoneyState
    placed_at: datetime
    placed: str
    currency: str
    total_minor: int
    total: str
    items: list[LineAnswer]
    charges: list[LineAnswer]
    refunds: list[RefundAnswer]
    parcels: list[ParcelAnswer]
    links: list[LinkAnswer]


class OrdersAnswer(BaseModel):
    """The orders that this person may see, newest first."""

    orders: list[OrderAnswer]


# What of an order can be opened, as (title, address); other rooms know.
Links = Callable[[Session, Store, ShopOrder], Sequence[tuple[str, str]]]


def order_answer(session: Session, store: Store, order: ShopOrder, links: Links) -> OrderAnswer:
    """One order in the language that is spoken at this moment."""
    number, language = int(order.id or 0), languages.current()
    refunds, lines = shops.refunds_of(session, number), shops.lines_of(session, number)
    return OrderAnswer(
        number=order.number,
        status=order.status,
        state=state_of(store, order),
        money=money_state(
            status=order.status,
            paid=order.paid,
            total_minor=order.total_minor,
            refunded_minor=sum(refund.amount_minor for refund in refunds),
            deleted=False,
        ),
        placed_at=order.created_at,
        placed=languages.day(order.created_at, language, store.zone),
        currency=order.currency,
        total_minor=order.total_minor,
        total=money.shown(order.total_minor, order.currency, language),
        items=[_line(order, line) for line in lines if line.kind == "product"],
        charges=[_line(order, line) for line in lines if line.kind != "product"],
        refunds=[_refund(order, refund) for refund in refunds],
        parcels=[
            ParcelAnswer(carrier=one.carrier, number=one.number, address=one.address)
            for one in parcels_of(order.meta)
        ],
        links=[LinkAnswer(title=title, address=address) for title, address in links(session, store, order)],
    )


def state_of(store: Store, order: ShopOrder) -> str:
    """Where the order stands, as a sentence."""
    own = str(store.statuses.get(order.status) or order.status)
    known = {
        "pending": _("It waits for your payment."),
        "on-hold": _("It is on hold until the shop has seen to it."),
        "processing": _("The shop is preparing it."),
        "completed": _("It is completed: the shop has finished it."),
        "cancelled": _("It was cancelled."),
        "refunded": _("It was refunded in full."),
        "failed": _("Its payment failed."),
    }
    return known.get(order.status) or _("The shop calls its state “%(state)s”.") % {"state": own}


def _line(order: ShopOrder, line: OrderLine) -> LineAnswer:
    total = line.net_minor + line.tax_minor
    shown = money.shown(total, order.currency, languages.current())
    return LineAnswer(name=line.name, quantity=line.quantity, total_minor=total, total=shown)


def _refund(order: ShopOrder, refund: ShopRefund) -> RefundAnswer:
    shown = money.shown(refund.amount_minor, order.currency, languages.current())
    return RefundAnswer(at=refund.created_at, amount_minor=refund.amount_minor, amount=shown)
