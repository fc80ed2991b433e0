"""The shopper's own orders in plain words: state, payment, parcels, refunds, invoice.

Nothing here takes an order number from a text as a proof: all begins with the orders that the `Shopper` may see.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from chat.bot_turns import Asked, Services
from connector import queries as shops
from connector import tracking
from connector.tables import ShopOrder, ShopRefund, Store
from core import languages, money
from core.languages import gettext as _
from core.security import Viewer
from customers.schemas import Shopper
from invoices import links
from invoices import queries as invoices
from invoices.schemas import INVOICE

MOST_ORDERS = 20  # The newest ones, among which a shopper's question may choose.
MOST_ITEMS = 5
_NUMBERS = re.compile(r"(?<![\w-])#?([A-Za-z]{0,6}-?\d[\w-]{1,30})")


@dataclass(frozen=True)
class OrderFacts:
    """An order as its shopper may read it; sentences are in the language that is spoken at this moment."""

    order: ShopOrder
    state: str
    payment: str
    parcels: tuple[tracking.Parcel, ...]
    refunds: tuple[str, ...]
    items: tuple[str, ...]
    total: str
    placed: str
    invoice: str


def own_orders(session: Session, asked: Asked) -> Sequence[ShopOrder]:
    """The newest orders that the writing browser may see; none where nothing is proven."""
    if asked.shopper is None or not asked.shopper.has_proven:
        return ()
    return _seen_by(session, asked.shopper)


def _seen_by(session: Session, shopper: Shopper) -> Sequence[ShopOrder]:
    proven: list[ColumnElement[bool]] = [col(ShopOrder.id).in_(shopper.order_ids)]
    if shopper.customer_remote_id:
        proven.append(col(ShopOrder.customer_remote_id) == shopper.customer_remote_id)
    chosen = (
        select(ShopOrder)
        .where(
            ShopOrder.store_id == shopper.store_id,
            or_(*proven),
            col(ShopOrder.deleted_at).is_(None),
            col(ShopOrder.status).not_in([*shops.NOT_YET_ORDERS, "trash"]),
        )
        .order_by(col(ShopOrder.created_at).desc(), col(ShopOrder.id).desc())
        .limit(MOST_ORDERS)
    )
    return session.exec(chosen).all()


def numbers_in(text: str) -> tuple[str, ...]:
    """What may be order numbers in a text."""
    return tuple(dict.fromkeys(found.strip("-") for found in _NUMBERS.findall(text)))


def meant_orders(orders: Sequence[ShopOrder], text: str) -> list[ShopOrder]:
    """Those of the orders that the text names by number."""
    named = {number.casefold() for number in numbers_in(text)}
    return [order for order in orders if order.number.casefold().lstrip("#") in named]


def facts_of(session: Session, services: Services, asked: Asked, order: ShopOrder) -> OrderFacts:
    """All that there is to tell of the order."""
    store, language = asked.store, asked.language
    number = int(order.id or 0)
    lines = [line for line in shops.lines_of(session, number) if line.kind == "product"]
    return OrderFacts(
        order=order,
        state=_state(store, order),
        payment=_payment(order),
        parcels=tracking.parcels_of(order.meta),
        refunds=tuple(_refund(store, order, one, language) for one in shops.refunds_of(session, number)),
        items=tuple(f"{line.name} × {line.quantity}" for line in lines[:MOST_ITEMS]),
        total=money.shown(order.total_minor, order.currency, language),
        placed=languages.day(order.created_at, language, store.zone),
        invoice=_invoice(session, services, asked, order),
    )


def _state(store: Store, order: ShopOrder) -> str:
    known = {
        "pending": _("It waits for your payment."),
        "on-hold": _("It is on hold until the shop has seen to it."),
        "processing": _("The shop is preparing it."),
        "completed": _("It is completed: the shop has finished it."),
        "cancelled": _("It was cancelled."),
        "refunded": _("It was refunded in full."),
        "failed": _("Its payment failed."),
    }
    own = str(store.statuses.get(order.status) or order.status)
    return known.get(order.status) or _("The shop calls its state “%(state)s”.") % {"state": own}


def _payment(order: ShopOrder) -> str:
    if order.paid:
        return _("It is paid.")
    if order.status in ("cancelled", "failed", "refunded"):
        return ""
    return _("A payment has not been recorded yet.")


def _refund(store: Store, order: ShopOrder, refund: ShopRefund, language: str) -> str:
    return _("%(amount)s was refunded on %(day)s.") % {
        "amount": money.shown(refund.amount_minor, order.currency, language),
        "day": languages.day(refund.created_at, language, store.zone),
    }


def _invoice(session: Session, services: Services, asked: Asked, order: ShopOrder) -> str:
    """The address that opens the order's invoice, signed as in its letter; "" while there is none."""
    viewer = Viewer(asked.store_id, int(order.id or 0))
    if invoices.newest_seen_by(session, viewer, INVOICE) is None:
        return ""
    return links.address_for(services.keys, services.settings, asked.store, order, kind=INVOICE)


# -- as it is told -----------------------------------------------------------------------------------------------


def told(facts: OrderFacts, intent: str) -> list[str]:
    """The sentences about an order, those first that were asked for."""
    head = _("Order %(number)s of %(day)s, %(total)s.") % {
        "number": facts.order.number,
        "day": facts.placed,
        "total": facts.total,
    }
    parts = {
        "order.where": [facts.state, *_parcels(facts), facts.payment, *facts.refunds],
        "order.payment": [facts.payment, facts.state],
        "order.refund": [*(facts.refunds or [_("No refund has been recorded for it.")]), facts.state],
        "order.invoice": [_invoice_told(facts), facts.state],
    }
    items = ", ".join(facts.items)
    return [part for part in (head, *parts[intent], items if intent == "order.where" else "") if part]


def _parcels(facts: OrderFacts) -> list[str]:
    if facts.parcels:
        return [
            _("Parcel: %(carrier)s %(number)s") % {"carrier": one.carrier, "number": one.number}
            for one in facts.parcels
        ]
    if facts.order.status in ("processing", "completed"):
        return [_("No tracking number has been recorded for it.")]
    return []


def _invoice_told(facts: OrderFacts) -> str:
    if facts.invoice:
        return _("Its invoice opens with the button below.")
    return _("There is no invoice for it yet.")


def shown(facts: OrderFacts) -> dict[str, Any]:
    """The order as data beside the text."""
    return {
        "number": facts.order.number,
        "status": facts.order.status,
        "state": facts.state,
        "placed": facts.placed,
        "total": facts.total,
        "paid": facts.order.paid,
        "items": list(facts.items),
        "parcels": [
            {"carrier": one.carrier, "number": one.number, "address": one.address} for one in facts.parcels
        ],
        "refunds": list(facts.refunds),
    }


def links_of(facts: OrderFacts) -> list[dict[str, str]]:
    """What can be opened: the parcels' pages and the invoice."""
    found = [
        {"title": _("Track the parcel at %(carrier)s") % {"carrier": one.carrier}, "address": one.address}
        for one in facts.parcels
        if one.address
    ]
    return [*found, *([{"title": _("Open the invoice"), "address": facts.invoice}] if facts.invoice else [])]
