"""The frozen contents of an invoice or credit note, and how they are built from a mirrored order or refund.

Every printed number is the shop's own; nothing is recomputed. What cannot be explained is held for a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, TypedDict

from connector.schemas import Coupon, Line, TaxRate, TaxShare
from core import clock, money
from invoices import arithmetic
from invoices.document_held import Held as Held
from invoices.document_parts import Buyer, Correction, Part, PrintedLine, Recipient, TaxRow
from invoices.document_parts import Seller as Seller
from invoices.document_people import buyer_of, missing_of, recipient_of

if TYPE_CHECKING:  # The child that prints documents knows no database; it must not load one.
    from connector.tables import OrderLine, OrderTax, ShopOrder, ShopRefund

# Raised whenever the same contents print differently; tells which stored PDFs are of an older look.
TEMPLATE_VERSION = 1


class InvoiceDocument(Part):
    """Everything that is printed, except the fixed texts of its `language`.

    `model_dump_json` is the frozen snapshot; `model_validate_json` gives back an equal document. All `…_on` dates are
    days in the shop's zone. In a credit note amounts are positive: they are what the buyer gets back. `number` is
    empty in a draft. The net and tax amounts of `lines` add up to `net_minor` and `tax_minor`.
    """

    kind: Literal["invoice", "credit_note"]
    number: str = ""
    template_version: int = TEMPLATE_VERSION
    language: str
    currency: str
    decimals: int
    issued_on: date
    ordered_on: date
    order_number: str
    paid: bool
    paid_on: date | None = None
    payment_title: str = ""
    seller: Seller
    buyer: Buyer
    recipient: Recipient | None = None
    lines: tuple[PrintedLine, ...]
    taxes: tuple[TaxRow, ...]
    net_minor: int
    tax_minor: int
    total_minor: int
    corrects: Correction | None = None


def with_number(document: InvoiceDocument, number: str) -> InvoiceDocument:
    """The same document under its number."""
    return document.model_copy(update={"number": number})


def build_invoice(
    order: "ShopOrder",
    lines: Sequence["OrderLine"],
    taxes: Sequence["OrderTax"],
    seller: Seller,
    *,
    language: str,
    zone: str,
    issued_at: datetime,
) -> InvoiceDocument:
    """The invoice of an order, still without a number.

    Raises Held with a reason when the order cannot be printed exactly.
    """
    _check_seller(seller)
    _check_decimals(order)
    sold = [_line(row.model_dump()) for row in lines]
    rates = [_rate(row.model_dump()) for row in taxes]
    printed = arithmetic.printed_lines(sold, rates, [Coupon(**coupon) for coupon in order.coupons])
    sums: _Sums = {"tax_minor": order.tax_minor, "currency": order.currency}
    return InvoiceDocument(
        kind="invoice",
        language=language,
        currency=order.currency,
        decimals=money.decimals_of(order.currency),
        issued_on=_day(issued_at, zone),
        ordered_on=_day(order.created_at, zone),
        order_number=order.number,
        paid=order.paid,
        paid_on=_day(order.paid_at, zone) if order.paid_at else None,
        payment_title=order.payment_title,
        seller=seller,
        buyer=buyer_of(order.billing, order.meta),
        recipient=recipient_of(order.billing, order.shipping),
        lines=printed + arithmetic.rounding_line(printed, rates, total_minor=order.total_minor, **sums),
        taxes=arithmetic.tax_rows(sold, rates, **sums),
        net_minor=order.total_minor - order.tax_minor,
        tax_minor=order.tax_minor,
        total_minor=order.total_minor,
    )


def build_credit_note(
    refund: "ShopRefund",
    order: "ShopOrder",
    original: InvoiceDocument,
    seller: Seller,
    *,
    zone: str,
    issued_at: datetime,
    credited_minor: int = 0,
) -> InvoiceDocument:
    """The credit note of a refund, to the buyer and in the language of the invoice it corrects; without a number.

    `credited_minor` is what earlier credit notes of that invoice gave back. Raises Held with a reason when the refund
    cannot be printed exactly.
    """
    _check_seller(seller)
    _check_decimals(order)
    _check_fits(refund, order, original, credited_minor)
    returned = [line for line in (_turned(_line(row)) for row in refund.lines) if _gives_back(line)]
    if not returned:
        raise Held("amount_only_refund", total=_shown(refund.amount_minor, order.currency))
    rates = [_turned_rate(_rate(row)) for row in refund.tax_rates]
    # A refund has no tax of its own in the shop's answer. The shop keeps it as the sum of the rates.
    tax = (
        sum(rate.tax_minor + rate.shipping_tax_minor for rate in rates)
        if rates
        else sum(line.tax_minor for line in returned)
    )
    printed = arithmetic.printed_lines(returned, rates, ())
    sums: _Sums = {"tax_minor": tax, "currency": order.currency}
    return original.model_copy(
        update={
            "kind": "credit_note",
            "number": "",
            "template_version": TEMPLATE_VERSION,
            "issued_on": _day(issued_at, zone),
            "paid": False,
            "paid_on": None,
            "seller": seller,
            "recipient": None,
            "lines": printed
            + arithmetic.rounding_line(printed, rates, total_minor=refund.amount_minor, **sums),
            "taxes": arithmetic.tax_rows(returned, rates, **sums),
            "net_minor": refund.amount_minor - tax,
            "tax_minor": tax,
            "total_minor": refund.amount_minor,
            "corrects": Correction(
                number=original.number, issued_on=original.issued_on, reason=refund.reason
            ),
        }
    )


class _Sums(TypedDict):
    tax_minor: int
    currency: str


def _check_seller(seller: Seller) -> None:
    missing = missing_of(seller)
    if missing:
        raise Held("missing_shop_data", missing=", ".join(missing))


def _check_decimals(order: "ShopOrder") -> None:
    """The shop answers in its own number of decimals, whatever the order's currency has (woocommerce: 11.0.1)."""
    decimals = money.decimals_of(order.currency)
    if decimals > order.store_decimals:
        raise Held(
            "currency_decimals",
            currency=order.currency,
            decimals=str(decimals),
            store_decimals=str(order.store_decimals),
        )
    if not order.exact:
        raise Held("finer_fractions", currency=order.currency, decimals=str(decimals))


def _check_fits(
    refund: "ShopRefund", order: "ShopOrder", original: InvoiceDocument, credited_minor: int
) -> None:
    if order.currency != original.currency:
        raise Held(
            "refund_currency",
            number=original.number,
            currency=order.currency,
            invoice_currency=original.currency,
        )
    refunded = credited_minor + refund.amount_minor
    if refunded > original.total_minor:
        raise Held(
            "refund_exceeds_invoice",
            number=original.number,
            refunded=_shown(refunded, order.currency),
            total=_shown(original.total_minor, order.currency),
        )


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(clock.zone(zone)).date()


def _shown(minor: int, currency: str) -> str:
    return money.shown(minor, currency, "en")


def _line(row: Mapping[str, Any]) -> Line:
    """A stored line, from its table or from a refund's list."""
    known = {name: row[name] for name in (field.name for field in fields(Line)) if name in row}
    return Line(
        **known
        | {
            "taxes": tuple(TaxShare(**share) for share in row["taxes"]),
            "attributes": tuple((name, value) for name, value in row["attributes"]),
        }
    )


def _rate(row: Mapping[str, Any]) -> TaxRate:
    return TaxRate(**{name: row[name] for name in (field.name for field in fields(TaxRate))})


def _turned(line: Line) -> Line:
    """A refund's line with its signs turned, as a credit note prints it; what it once was listed at is not repeated."""
    return replace(
        line,
        quantity=line.quantity.removeprefix("-"),
        net_minor=-line.net_minor,
        tax_minor=-line.tax_minor,
        net_before_discount_minor=-line.net_minor,
        tax_before_discount_minor=-line.tax_minor,
        taxes=tuple(replace(share, minor=-share.minor) for share in line.taxes),
    )


def _turned_rate(rate: TaxRate) -> TaxRate:
    return replace(rate, tax_minor=-rate.tax_minor, shipping_tax_minor=-rate.shipping_tax_minor)


def _gives_back(line: Line) -> bool:
    return bool(line.net_minor or line.tax_minor)
