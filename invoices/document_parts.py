"""The parts of a printed document: who sells, who buys, each printed line, each tax rate. Data only, no sentences.

Amounts are integers in the smallest unit of the document's currency.
"""

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

LineKind = Literal["product", "discount", "shipping", "fee", "rounding"]


class Part(BaseModel):
    """Frozen, and strict about its fields: a snapshot that was altered or is of another shape does not load."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Postal(Part):
    """A postal address as it was given; `country` is ISO 3166 alpha-2, everything may be empty."""

    street: str = ""
    street_more: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""


class Seller(Part):
    """The shop as it stands on its documents. `accent` is its colour, "#rrggbb"; `footer` its own last line."""

    name: str
    address: Postal
    registration_number: str = ""
    tax_id: str = ""
    email: str = ""
    phone: str = ""
    site: str = ""
    accent: str = "#2f6f5e"
    footer: str = ""


class Buyer(Part):
    """Who is billed. `registration_number` is a business number, `tax_id` a number for value added tax."""

    name: str = ""
    company: str = ""
    address: Postal = Postal()
    email: str = ""
    registration_number: str = ""
    tax_id: str = ""


class Recipient(Part):
    """Where the goods went, when that is not the billing address."""

    name: str = ""
    company: str = ""
    address: Postal = Postal()


class RateName(Part):
    """A tax rate as the shop names it; `percent` is a decimal text such as "19" or "8.875", or empty."""

    label: str
    percent: str


class PrintedLine(Part):
    """One row of the document.

    A discount is negative and names its coupons in `name`, if there are any; the rounding line has no name.
    `unit_minor` is the price of one without tax, or None where no whole unit times the quantity makes the net amount.
    """

    kind: LineKind
    name: str = ""
    attributes: tuple[tuple[str, str], ...] = ()
    sku: str = ""
    quantity: str = ""
    unit_minor: int | None = None
    net_minor: int
    tax_minor: int
    rates: tuple[RateName, ...] = ()

    @property
    def gross_minor(self) -> int:
        return self.net_minor + self.tax_minor


class TaxRow(Part):
    """What one tax rate makes: the amount it was laid on and the tax.

    "untaxed" is what no rate was laid on; "rounding" is what lies between the rates' taxes and the whole tax. A compound
    rate is laid on the net amount and the taxes before it.
    """

    kind: Literal["rate", "untaxed", "rounding"]
    rate: RateName | None = None
    compound: bool = False
    base_minor: int
    tax_minor: int


class Correction(Part):
    """Which invoice a credit note corrects, and why."""

    number: str
    issued_on: date
    reason: str = ""
