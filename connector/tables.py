"""The mirror's tables. Every mirrored row carries its store; `remote_id` is the shop's own number."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


def _json() -> Any:
    return Column(JSON, nullable=False)


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


def _minor() -> Any:
    return Column(BigInteger, nullable=False)


class Store(SQLModel, table=True):
    """A connected shop: how to reach it (keys encrypted) and what it says of itself."""

    __tablename__ = "store"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    name: str
    address: str = Field(unique=True)
    home_address: str
    key_hidden: str
    secret_hidden: str
    access: str  # "basic", "oauth" or "query"
    webhook_secret_hidden: str
    software: str = ""
    currency: str
    decimals: int
    zone: str
    locale: str = ""
    prices_include_tax: bool = False
    taxes_enabled: bool = True
    seller: dict[str, Any] = Field(sa_column=_json())
    statuses: dict[str, Any] = Field(sa_column=_json())
    gateways: dict[str, Any] = Field(sa_column=_json())
    settings: dict[str, Any] = Field(sa_column=_json())
    pays_later: list[str] = Field(sa_column=_json())
    connected_at: datetime = Field(sa_column=_moment())
    facts_at: datetime = Field(sa_column=_moment())


class PairedKey(SQLModel, table=True):
    """A secret that a shop's own plugin and we both know, named `kid` by both; `root_hidden` is encrypted at rest.

    From `retired_at` on it proves nothing any more.
    """

    __tablename__ = "paired_key"

    store_id: int = Field(foreign_key="store.id", primary_key=True)
    kid: str = Field(primary_key=True)
    root_hidden: str
    made_at: datetime = Field(sa_column=_moment())
    retired_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))


class ShopOrder(SQLModel, table=True):
    """An order. `paid` is our reading of it, `paid_recorded_at` when that became a fact for others.

    `email` is the billing address in lower case.
    """

    __tablename__ = "shop_order"
    __table_args__ = (
        UniqueConstraint("store_id", "remote_id"),
        Index("ix_shop_order_created", "store_id", "created_at"),
        Index("ix_shop_order_email", "store_id", "email"),
        Index("ix_shop_order_customer", "store_id", "customer_remote_id"),
        Index("ix_shop_order_number", "store_id", "number"),
    )

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    remote_id: int = Field(sa_column=_minor())
    number: str
    status: str
    currency: str
    store_decimals: int
    exact: bool
    total_minor: int = Field(sa_column=_minor())
    tax_minor: int = Field(sa_column=_minor())
    shipping_minor: int = Field(sa_column=_minor())
    shipping_tax_minor: int = Field(sa_column=_minor())
    discount_minor: int = Field(sa_column=_minor())
    discount_tax_minor: int = Field(sa_column=_minor())
    prices_include_tax: bool
    customer_remote_id: int = Field(sa_column=_minor())
    email: str
    person: str
    country: str
    language: str
    billing: dict[str, Any] = Field(sa_column=_json())
    shipping: dict[str, Any] = Field(sa_column=_json())
    payment_method: str
    payment_title: str
    customer_note: str
    coupons: list[Any] = Field(sa_column=_json())
    meta: dict[str, Any] = Field(sa_column=_json())
    created_at: datetime = Field(sa_column=_moment())
    modified_at: datetime = Field(sa_column=_moment())
    paid_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    completed_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    paid: bool
    paid_recorded_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    deleted_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    fingerprint: str
    raw: dict[str, Any] = Field(sa_column=_json())


class OrderLine(SQLModel, table=True):
    """Goods, shipping and fees of an order, in the shop's order."""

    __tablename__ = "order_line"

    order_id: int = Field(foreign_key="shop_order.id", primary_key=True, ondelete="CASCADE")
    position: int = Field(primary_key=True)
    kind: str
    remote_id: int = Field(sa_column=_minor())
    name: str
    sku: str
    quantity: str
    net_minor: int = Field(sa_column=_minor())
    tax_minor: int = Field(sa_column=_minor())
    net_before_discount_minor: int = Field(sa_column=_minor())
    tax_before_discount_minor: int = Field(sa_column=_minor())
    taxes: list[Any] = Field(sa_column=_json())
    attributes: list[Any] = Field(sa_column=_json())
    product_remote_id: int = Field(sa_column=_minor())
    variation_remote_id: int = Field(sa_column=_minor())


class OrderTax(SQLModel, table=True):
    """What each tax rate makes in an order."""

    __tablename__ = "order_tax"

    order_id: int = Field(foreign_key="shop_order.id", primary_key=True, ondelete="CASCADE")
    position: int = Field(primary_key=True)
    rate_id: int = Field(sa_column=_minor())
    label: str
    percent: str
    compound: bool
    tax_minor: int = Field(sa_column=_minor())
    shipping_tax_minor: int = Field(sa_column=_minor())


class ShopRefund(SQLModel, table=True):
    """A refund with its lines. `deleted_at` is set when the shop no longer has it."""

    __tablename__ = "shop_refund"
    __table_args__ = (UniqueConstraint("store_id", "remote_id"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    order_id: int = Field(foreign_key="shop_order.id", index=True)
    remote_id: int = Field(sa_column=_minor())
    amount_minor: int = Field(sa_column=_minor())
    reason: str
    created_at: datetime = Field(sa_column=_moment())
    lines: list[Any] = Field(sa_column=_json())
    tax_rates: list[Any] = Field(sa_column=_json())
    deleted_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    raw: dict[str, Any] = Field(sa_column=_json())


class ShopCustomer(SQLModel, table=True):
    """A registered customer of a shop (staff left out)."""

    __tablename__ = "shop_customer"
    __table_args__ = (
        UniqueConstraint("store_id", "remote_id"),
        Index("ix_shop_customer_email", "store_id", "email"),
    )

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    remote_id: int = Field(sa_column=_minor())
    email: str
    person: str
    role: str
    billing: dict[str, Any] = Field(sa_column=_json())
    shipping: dict[str, Any] = Field(sa_column=_json())
    created_at: datetime = Field(sa_column=_moment())
    modified_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    deleted_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    raw: dict[str, Any] = Field(sa_column=_json())


class ShopProduct(SQLModel, table=True):
    """A product, or a variation where `parent_remote_id` is not 0. `attributes`: options by name; `categories`: id, name."""

    __tablename__ = "shop_product"
    __table_args__ = (UniqueConstraint("store_id", "remote_id"),)

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    remote_id: int = Field(sa_column=_minor())
    parent_remote_id: int = Field(sa_column=_minor())
    name: str
    kind: str
    status: str
    sku: str
    price: str
    stock_status: str
    stock_quantity: str
    link: str
    image: str
    attributes: dict[str, list[str]] = Field(sa_column=_json())
    categories: list[dict[str, Any]] = Field(sa_column=_json())
    modified_at: datetime = Field(sa_column=_moment())
    deleted_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    raw: dict[str, Any] = Field(sa_column=_json())


class SyncState(SQLModel, table=True):
    """How far the mirror of one resource of one shop has come.

    `cursor_at` is the last change seen, whole seconds; `page` counts on inside one tied second. `failing_since` and
    `problem` say what a person should know; `away_since` and `back_at` tell of the last time that it failed and that
    all since was caught up.
    """

    __tablename__ = "sync_state"

    store_id: int = Field(foreign_key="store.id", primary_key=True)
    resource: str = Field(primary_key=True)
    cursor_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    page: int = 1
    complete: bool = False
    seen: int = 0
    expected: int = 0
    last_ok_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    failing_since: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    problem: str = ""
    problem_code: str = ""
    away_since: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    back_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
