"""The shopper's own orders in sentences: state, payment, parcels, refunds, invoice.

Nothing here takes an order number from a text as a proof: all begins with the orders that the `Shopper` may see.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sqlmodel import Session

from chat.bot_turns import Asked, Services
from connector import queries as shops
from connector.tables import ShopOrder
from core import languages
from core.languages import gettext as _
from customers.order_answers import OrderAnswer, order_answer
from customers.queries import orders_seen_by
from invoices.overview import order_links

MOST_ORDERS = 20  # The newest ones, among which a shopper's question may choose.
MOST_ITEMS = 5
# What is said to be an order's number, and what can hardly be anything else: no amount, no date, no count of days.
_NAMED = re.compile(
    r"(?:#|orders?|number|\bno\.?|\bnr\.?|주문|번호)\s?(?:number|no\.?|nr\.?|번호)?\s?(?:is|은|는|이|가)?\s?[:#]?\s?"
    r"([a-z]{0,6}-?\d[a-z0-9-]{0,30})(?![a-z0-9-]|[.,]\d)(?!\s?(?:원|년|월|일|시|개|명|분|주|days?|weeks?|hours?|items?|times?)(?![a-z]))",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?<![\w.,:/+€$£₩-])(\d{4,12})(?![.,:/-]?\d)(?!\s?(?:원|만|년|월|일|개|won\b|krw|eur|usd|€|\$))",
    re.IGNORECASE,
)
_WORDS = re.compile(r"[A-Za-z0-9-]+")


@dataclass(frozen=True)
class OrderFacts:
    """An order as its shopper may read it, and its refunds as sentences in the language spoken at this moment."""

    order: ShopOrder
    answer: OrderAnswer
    refunds: tuple[str, ...]


def own_orders(session: Session, asked: Asked) -> Sequence[ShopOrder]:
    """The newest orders that the writing browser may see; none where nothing is proven."""
    return orders_seen_by(session, asked.shopper, most=MOST_ORDERS) if asked.shopper else ()


def numbers_in(text: str) -> tuple[str, ...]:
    """What is meant as an order's number in a text."""
    return tuple(dict.fromkeys(found.strip("-") for found in (*_NAMED.findall(text), *_BARE.findall(text))))


def meant_orders(orders: Sequence[ShopOrder], text: str) -> list[ShopOrder]:
    """Those of the orders that the text names by number; what is said to be one goes before what may be."""
    for said in (numbers_in(text), _WORDS.findall(text)):
        named = {number.casefold() for number in said}
        found = [order for order in orders if order.number.casefold().lstrip("#") in named]
        if found or numbers_in(text):
            return found
    return []


def facts_of(session: Session, services: Services, asked: Asked, order: ShopOrder) -> OrderFacts:
    """All that there is to tell of the order."""
    links = partial(order_links, keys=services.keys, settings=services.settings)
    answer = order_answer(session, asked.store, order, links)
    refunds = [
        _("%(amount)s was refunded on %(day)s.")
        % {"amount": one.amount, "day": languages.day(one.at, asked.language, asked.store.zone)}
        for one in answer.refunds
    ]
    return OrderFacts(order, answer, tuple(refunds))


def has_refund(session: Session, order: ShopOrder) -> bool:
    """Whether anything of the order was refunded."""
    return bool(shops.refunds_of(session, int(order.id or 0)))


# -- as it is told -----------------------------------------------------------------------------------------------


def told(facts: OrderFacts, intent: str) -> list[str]:
    """The sentences about an order, those first that were asked for."""
    answer = facts.answer
    head = _("Order %(number)s of %(day)s, %(total)s.") % {
        "number": answer.number,
        "day": answer.placed,
        "total": answer.total,
    }
    payment = _payment(facts.order)
    parts = {
        "order.where": [answer.state, *_parcels(answer), payment, *facts.refunds, _items(answer)],
        "order.payment": [payment, answer.state],
        "order.refund": [*(facts.refunds or [_("No refund has been recorded for it.")]), answer.state],
        "order.invoice": [_documents(answer), answer.state],
    }
    return [sentence for sentence in (head, *parts[intent]) if sentence]


def _payment(order: ShopOrder) -> str:
    if order.paid:
        return _("It is paid.")
    if order.status in ("cancelled", "failed", "refunded"):
        return ""
    return _("A payment has not been recorded yet.")


def _parcels(answer: OrderAnswer) -> list[str]:
    if answer.parcels:
        return [
            _("Parcel: %(carrier)s %(number)s") % {"carrier": one.carrier, "number": one.number}
            for one in answer.parcels
        ]
    if answer.status in ("processing", "completed"):
        return [_("No tracking number has been recorded for it.")]
    return []


def _items(answer: OrderAnswer) -> str:
    return ", ".join(f"{item.name} × {item.quantity}" for item in answer.items[:MOST_ITEMS])


def _documents(answer: OrderAnswer) -> str:
    if answer.links:
        return _("Its invoice opens with the link below.")
    return _("There is no invoice for it yet.")
