"""The shop itself: everything it has stored, its clock, its numbers, and who hears of a change."""

import hashlib
import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from demo.conduct import Conduct
from demo.recording import BLUEPRINTS, Blueprint, Body, recorded

RESOURCES = ("orders", "refunds", "customers", "products", "variations")
SETTING_GROUPS = ("general", "products", "tax", "account")
UNLISTED = frozenset({"trash", "auto-draft", "checkout-draft"})
"""Order statuses that `any` leaves out (FACTS section 2)."""

Listener = Callable[[str, int], None]
"""Hears a topic such as `order.updated` and the id of the resource."""


@dataclass(frozen=True)
class Key:
    """A REST key as its owner sees it; the permission is `read`, `write` or `read_write`."""

    key: str
    secret: str
    permission: str


def demo_keys(name: str) -> list[Key]:
    """Keys that survive a restart of the process. They guard invented people on one machine, nothing else."""

    def token(of: str) -> str:
        return hashlib.sha1(f"aftercart demo {name} {of}".encode()).hexdigest()

    return [
        Key(f"ck_{token(permission)}", f"cs_{token(permission + ' secret')}", permission)
        for permission in ("read_write", "read", "write")
    ]


@dataclass
class Shop:
    """One shop in memory. Whoever reads or writes it holds `lock`."""

    blueprint: Blueprint
    url: str = "http://127.0.0.1"
    pretends_https: bool = False
    """TLS is not spoken here; when true the shop believes the connection was secure, as behind a TLS server."""
    drops_authorization: bool = False
    """When true the web server in front drops the `Authorization` header, as some do."""
    keys: list[Key] = field(default_factory=list)
    chat: Any = None
    """The chat that its pages carry: a `Chat` of `demo/storefront.py`."""
    clock_ahead: timedelta = timedelta()
    conduct: Conduct = field(default_factory=Conduct)
    lock: threading.RLock = field(default_factory=threading.RLock)
    orders: dict[int, Body] = field(default_factory=dict)
    refunds: dict[int, Body] = field(default_factory=dict)
    customers: dict[int, Body] = field(default_factory=dict)
    products: dict[int, Body] = field(default_factory=dict)
    variations: dict[int, Body] = field(default_factory=dict)
    webhooks: dict[int, Body] = field(default_factory=dict)
    notes: dict[int, list[Body]] = field(default_factory=dict)
    settings: dict[str, list[Body]] = field(default_factory=dict)
    status_before_trash: dict[int, str] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    shown: dict[int, bytes] = field(default_factory=dict)
    """Orders already written as JSON for a plain list; dropped on every change."""
    sorted_orders: dict[tuple[str, str], list[Body]] = field(default_factory=dict)
    """Orders by column and direction; dropped on every change."""
    posts: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    """Ids of orders, refunds, products and variations: one number space, as in WordPress."""
    items: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    metas: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    users: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    webhook_ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    comments: Iterator[int] = field(default_factory=lambda: itertools.count(500))

    def now(self) -> datetime:
        """The shop's clock in UTC, whole seconds as its database keeps them."""
        return (datetime.now(UTC) + self.clock_ahead).replace(microsecond=0)

    @property
    def decimals(self) -> int:
        return int(self.setting("general", "woocommerce_price_num_decimals"))

    @property
    def currency(self) -> str:
        return self.setting("general", "woocommerce_currency")

    def setting(self, group: str, setting_id: str) -> str:
        return str(next(row["value"] for row in self.settings[group] if row["id"] == setting_id))

    def announce(self, topic: str, resource_id: int) -> None:
        for listener in self.listeners:
            listener(topic, resource_id)

    def stamp(self, body: Body, name: str, when: datetime | None = None) -> None:
        """Set `date_<name>` in shop time and `date_<name>_gmt` together."""
        moment = when or self.now()
        body[f"date_{name}"] = moment.astimezone(self.blueprint.zone).replace(tzinfo=None).isoformat()
        body[f"date_{name}_gmt"] = moment.astimezone(UTC).replace(tzinfo=None).isoformat()

    @contextmanager
    def order_changed(self, order_id: int, *, tell: bool = True) -> Iterator[Body]:
        """Work on a copy of an order; if nothing was raised, keep it with a new modified date and tell about it."""
        with self.lock:
            body = deepcopy(self.orders[order_id])
            yield body
            self.stamp(body, "modified")
            self.keep_order(body)
            if tell:
                self.announce("order.updated", order_id)

    def keep_order(self, body: Body) -> None:
        self.orders[body["id"]] = body
        self.forget_shown(body["id"])

    def forget_shown(self, order_id: int) -> None:
        self.shown.pop(order_id, None)
        self.sorted_orders.clear()

    def rounded(self, amount: Decimal) -> Decimal:
        """An amount in the store's decimals, half away from zero as WooCommerce rounds."""
        return amount.quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)


def open_shop(name: str, *, url: str = "http://127.0.0.1") -> Shop:
    """The recorded shop `krw` or `eur`."""
    blueprint = BLUEPRINTS[name]
    shop = Shop(blueprint, url=url, keys=demo_keys(name))
    for resource in RESOURCES:
        setattr(shop, resource, {row["id"]: row for row in recorded(name, resource)})
    for group in SETTING_GROUPS:
        rows: list[Body] = recorded("shared", f"settings_{group}")
        shop.settings[group] = [
            {**row, "value": blueprint.settings.get(row["id"], row["value"])} for row in rows
        ]
    for order in shop.orders.values():
        if order["status"] == "trash":
            shop.status_before_trash[order["id"]] = "processing"
    count_on(shop)
    return shop


def count_on(shop: Shop) -> None:
    """Let new ids follow the highest recorded ones."""
    lines = [line for order in shop.orders.values() for line in lines_of(order)]
    lines += [line for refund in shop.refunds.values() for line in lines_of(refund)]
    metas = [meta["id"] for line in lines for meta in line.get("meta_data", [])]
    metas += [meta["id"] for order in shop.orders.values() for meta in order["meta_data"]]
    shop.items = itertools.count(max(line["id"] for line in lines) + 1)
    shop.metas = itertools.count(max(metas) + 1)
    shop.users = itertools.count(max(shop.customers) + 1)
    shop.posts = itertools.count(
        max(itertools.chain(shop.orders, shop.refunds, shop.products, shop.variations)) + 1
    )


def lines_of(body: Body) -> list[Body]:
    """Every line of an order or refund, whatever its kind."""
    kinds = ("line_items", "tax_lines", "shipping_lines", "fee_lines", "coupon_lines")
    return [line for kind in kinds for line in body.get(kind, [])]
