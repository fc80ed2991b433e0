"""The shop's things in our words: what a side room hands in, and what other rooms read.

All amounts are integers in the smallest unit of the currency beside them; all moments are UTC.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

LineKind = Literal["product", "shipping", "fee"]


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address as the customer wrote it; empty texts where nothing was given. `country` is ISO 3166 alpha-2."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    street: str = ""
    street_more: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class TaxShare:
    """The part of a line's tax that one rate makes."""

    rate_id: int
    minor: int


@dataclass(frozen=True, slots=True)
class Line:
    """One line: goods, shipping or a fee. `net_minor` is after discount and without tax, for the whole quantity.

    In a refund quantity and amounts are negative; `refunds_remote_id` names the line it takes back.
    """

    kind: LineKind
    remote_id: int
    name: str
    quantity: str
    net_minor: int
    tax_minor: int
    net_before_discount_minor: int
    tax_before_discount_minor: int
    taxes: tuple[TaxShare, ...] = ()
    sku: str = ""
    product_remote_id: int = 0
    variation_remote_id: int = 0
    attributes: tuple[tuple[str, str], ...] = ()
    refunds_remote_id: int = 0


@dataclass(frozen=True, slots=True)
class TaxRate:
    """The total that one tax rate makes in an order or a refund. `percent` is a decimal text such as "19" or "8.875"."""

    rate_id: int
    label: str
    percent: str
    compound: bool
    tax_minor: int
    shipping_tax_minor: int


@dataclass(frozen=True, slots=True)
class Coupon:
    """A coupon and the discount it gave, without tax."""

    code: str
    discount_minor: int
    discount_tax_minor: int


@dataclass(frozen=True, slots=True)
class RefundSummary:
    """What an order says of a refund; its lines are known only from the refund itself."""

    remote_id: int
    reason: str
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund with its lines; `amount_minor` is positive. Without lines the tax split is unknown."""

    remote_id: int
    order_remote_id: int
    amount_minor: int
    reason: str
    created_at: datetime
    lines: tuple[Line, ...]
    tax_rates: tuple[TaxRate, ...]
    raw: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Order:
    """An order as the shop tells it. Refunds do not lower `total_minor`.

    `exact` is False when the shop gave finer fractions than the currency has; `served_decimals` is how many digits
    after the point the shop shows of amounts, None when the side room cannot tell. `language` is what the shop's
    own meta says of the shopper's language, "" if nothing.
    """

    remote_id: int
    number: str
    status: str
    currency: str
    total_minor: int
    tax_minor: int
    shipping_minor: int
    shipping_tax_minor: int
    discount_minor: int
    discount_tax_minor: int
    prices_include_tax: bool
    customer_remote_id: int
    billing: Address
    shipping: Address
    payment_method: str
    payment_title: str
    customer_note: str
    language: str
    created_at: datetime
    modified_at: datetime
    paid_at: datetime | None
    completed_at: datetime | None
    lines: tuple[Line, ...]
    tax_rates: tuple[TaxRate, ...]
    coupons: tuple[Coupon, ...]
    refunds: tuple[RefundSummary, ...]
    meta: dict[str, Any]
    exact: bool
    served_decimals: int | None = None
    raw: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Customer:
    """A registered customer; people who only ever ordered as guests are not among them."""

    remote_id: int
    email: str
    first_name: str
    last_name: str
    role: str
    username: str
    billing: Address
    shipping: Address
    created_at: datetime
    modified_at: datetime | None
    raw: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class Product:
    """A product or (with `parent_remote_id`) a variation. Prices are texts of the shop, in its currency.

    `attributes` are the options by name ("Size": S, M, L), of a variation its own one; `categories` number and name.
    """

    remote_id: int
    parent_remote_id: int
    name: str
    kind: str
    status: str
    sku: str
    price: str
    stock_status: str
    stock_quantity: str
    link: str
    image: str
    modified_at: datetime
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    categories: tuple[tuple[int, str], ...] = ()
    raw: dict[str, Any] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What a shop says of itself: names, money, zone, taxes, statuses, ways to pay."""

    name: str
    home_address: str
    software: str
    currency: str
    decimals: int
    zone: str
    locale: str
    prices_include_tax: bool
    taxes_enabled: bool
    seller: Address
    statuses: dict[str, str]
    gateways: dict[str, str]
    settings: dict[str, Any] = field(repr=False, default_factory=dict)
