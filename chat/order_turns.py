"""What the bot says to questions about the shopper's own orders: facts for who has proven them, else the way to prove."""

from collections.abc import Sequence
from dataclasses import replace

from sqlmodel import Session

from chat import order_facts
from chat.bot_turns import Asked, Services, Turn
from chat.order_facts import OrderFacts
from connector.tables import ShopOrder
from core.languages import gettext as _

MOST_OTHERS = 2  # Orders that are offered beside the one that is told.


def about_orders(session: Session, services: Services, asked: Asked, intent: str) -> Turn:
    """The answer to a question about the shopper's own orders."""
    if asked.shopper is None or not asked.shopper.has_proven:
        return look_up("not_proven")
    orders = order_facts.own_orders(session, asked)
    named = order_facts.meant_orders(orders, asked.question)
    if not named and order_facts.numbers_in(asked.question):
        # The same whether the shop has such an order or not.
        return replace(look_up("not_yours"), text=_not_yours())
    if not orders:
        return replace(look_up("no_orders"), text=_("I see no orders of yours in this shop yet."))
    told = named[0] if named else _newest(session, orders, intent)
    facts = order_facts.facts_of(session, services, asked, told)
    return _told(facts, intent, [order for order in orders if order.id != told.id][:MOST_OTHERS])


def _newest(session: Session, orders: Sequence[ShopOrder], intent: str) -> ShopOrder:
    """The order that is likely meant: the newest, or for a question about a refund the newest with one."""
    if intent == "order.refund":
        refunded = (order for order in orders if order_facts.has_refund(session, order))
        return next(refunded, orders[0])
    return orders[0]


def look_up(reason: str) -> Turn:
    """The way to one's own order for whoever has proven nothing."""
    return Turn(
        "look_up",
        _(
            "I can show an order only to the person it belongs to. Sign in to the shop, or look it up with the order number: a code goes to the e-mail address of the order."
        ),
        reason,
        buttons=("look_up", "person"),
    )


def _not_yours() -> str:
    return _(
        "I see no order with that number among yours. Please check the number, or look it up: a code goes to the e-mail address of the order."
    )


def _told(facts: OrderFacts, intent: str, others: Sequence[ShopOrder]) -> Turn:
    sentences = order_facts.told(facts, intent)
    return Turn(
        "order",
        "\n\n".join(sentences),
        intent,
        order=facts.answer.model_dump(mode="json"),
        choices=[
            {
                "title": _("Order %(number)s") % {"number": order.number},
                "address": "",
                "question": _("Where is my order %(number)s?") % {"number": order.number},
            }
            for order in others
        ],
        sources=sentences,
    )
