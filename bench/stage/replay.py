"""The recorded orders lived through once more: placed, paid, refunded and trashed one step after the other, with clicks between.

The shop runs in this process and tells of each step by webhooks, three times and in random order.
"""

import random
from collections.abc import Callable, Iterator
from copy import deepcopy

from demo import clicks
from demo.answers import RestError
from demo.lifecycle import trash
from demo.recording import Body
from demo.refunding import delete_refund
from demo.storage import Shop

Step = Callable[[], None]
DRAFTS = {"checkout-draft", "auto-draft"}


class Replay:
    """A shop whose recorded orders are still to come; `kept` of them exist from the start.

    `steps` holds everything that will happen, in its order; a step that no longer makes sense, because its order was
    deleted meanwhile, does nothing.
    """

    def __init__(
        self, shop: Shop, chooser: random.Random, *, kept: int, orders: int | None, clicked: int
    ) -> None:
        self.shop = shop
        self.chooser = chooser
        shop.conduct.webhook_copies, shop.conduct.webhook_shuffle = 3, True
        shop.conduct.webhook_delay_seconds = 0.2
        recorded = dict(sorted(shop.orders.items()))
        coming = list(recorded)[kept:orders]
        self.recorded = {number: recorded[number] for number in coming}
        self.refunds = {
            number: body for number, body in shop.refunds.items() if body["parent_id"] in self.recorded
        }
        shop.orders = {number: recorded[number] for number in list(recorded)[:kept]}
        shop.refunds = {
            number: body for number, body in shop.refunds.items() if body["parent_id"] in shop.orders
        }
        shop.sorted_orders.clear()
        shop.shown.clear()
        self.steps = self._in_time(clicked)

    def _in_time(self, clicked: int) -> list[Step]:
        """Each order's own steps follow each other; those of different orders mix."""
        timed: list[tuple[float, Step]] = []
        for place, number in enumerate(self.recorded):
            moment = place + self.chooser.random()
            for step in self._life(number):
                timed.append((moment, step))
                moment += self.chooser.expovariate(1 / 3)
        timed += [(self.chooser.uniform(3, len(self.recorded) + 3), self._click) for _ in range(clicked)]
        return [step for _, step in sorted(timed, key=lambda pair: pair[0])]

    def _life(self, number: int) -> Iterator[Step]:
        order = self.recorded[number]
        yield lambda: self._place(order)
        if order["status"] not in DRAFTS:
            yield lambda: self._become(order)
        for refund in [body for body in self.refunds.values() if body["parent_id"] == number]:
            yield lambda refund=refund: self._refund(order, refund)  # type: ignore[misc]
        if order["status"] == "trash":
            yield lambda: trash(self.shop, number) if number in self.shop.orders else None

    def _place(self, recorded: Body) -> None:
        order = deepcopy(recorded)
        order["refunds"] = []
        if order["status"] not in DRAFTS:
            order["status"] = "pending"
        for name in ("paid", "completed"):
            order[f"date_{name}"] = order[f"date_{name}_gmt"] = None
        with self.shop.lock:
            for name in ("created", "modified"):
                self.shop.stamp(order, name)
            self.shop.keep_order(order)
            self.shop.announce("order.created", order["id"])
            self.shop.announce("order.updated", order["id"])

    def _become(self, recorded: Body) -> None:
        if recorded["id"] not in self.shop.orders:
            return
        refunded = any(refund["parent_id"] == recorded["id"] for refund in self.refunds.values())
        later = recorded["status"] == "trash" or (refunded and recorded["status"] == "refunded")
        with self.shop.order_changed(recorded["id"]) as order:
            order["status"] = "processing" if later else recorded["status"]
            for name in ("paid", "completed"):
                if recorded[f"date_{name}_gmt"]:
                    self.shop.stamp(order, name)

    def _refund(self, recorded: Body, refund: Body) -> None:
        number = recorded["id"]
        if number not in self.shop.orders:
            return
        with self.shop.order_changed(number) as order:
            self.shop.stamp(refund, "created")
            self.shop.refunds[refund["id"]] = refund
            order["refunds"] = [
                one for one in recorded["refunds"] if one["id"] in self.shop.refunds
            ] or order["refunds"]
            if len(order["refunds"]) == len(recorded["refunds"]) and recorded["status"] == "refunded":
                order["status"] = "refunded"

    # -- clicks --------------------------------------------------------------------------------------------------

    def _click(self) -> None:
        """Something a person does in the shop, if the shop as it is allows it."""
        doing = self.chooser.choices(
            [
                self._buy,
                self._pay,
                self._give_back,
                self._edit,
                self._delete,
                self._take_refund_back,
                self._role,
            ],
            [6, 4, 4, 3, 2, 1, 1],
        )[0]
        try:
            doing()
        except (LookupError, RestError):
            return

    def _buy(self) -> None:
        order = clicks.place(self.shop, {})
        clicks.pay_order(self.shop, {"id": order["id"]})

    def _pay(self) -> None:
        clicks.pay_order(self.shop, {})

    def _give_back(self) -> None:
        paid = [
            one["id"] for one in self.shop.orders.values() if one["status"] in ("processing", "completed")
        ]
        kind = self.chooser.choice(["full", "line", "line", "amount"])
        clicks.refund_order(self.shop, {"id": self.chooser.choice(paid), "kind": kind})

    def _edit(self) -> None:
        number = self.chooser.choice(list(self.shop.orders))
        note = f"note {self.chooser.randint(1, 10**6)}"
        clicks.edit_order(
            self.shop, {"id": number, "customer_note": note, "quiet": self.chooser.random() < 0.3}
        )

    def _delete(self) -> None:
        how = self.chooser.choice([{}, {"force": True}, {"restore": True}])
        if "restore" in how:
            chosen = [one["id"] for one in self.shop.orders.values() if one["status"] == "trash"]
        else:
            chosen = list(self.shop.orders)
        clicks.delete_order(self.shop, {"id": self.chooser.choice(chosen), **how})

    def _take_refund_back(self) -> None:
        delete_refund(self.shop, self.chooser.choice(list(self.shop.refunds)))

    def _role(self) -> None:
        people = [one for one in self.shop.customers.values() if one["role"] in ("customer", "subscriber")]
        person = self.chooser.choice(people)
        role = "subscriber" if person["role"] == "customer" else "customer"
        clicks.change_role(self.shop, {"id": person["id"], "role": role})

    def wake_webhooks(self) -> None:
        """Let the shop try its webhooks again: every kill makes it count failures, and the seventh ends them for an hour."""
        with self.shop.lock:
            for webhook in self.shop.webhooks.values():
                webhook["status"], webhook["failures"] = "active", 0
