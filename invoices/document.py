"""The frozen contents of an invoice or credit note, and how they are built from a mirrored order or refund.

Every printed number is the shop's own; nothing is recomputed. What cannot be explained is held for a person.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

from invoices.document_held import Held as Held
from invoices.document_parts import Buyer, Correction, Part, PrintedLine, Recipient, TaxRow
from invoices.document_parts import Seller as Seller

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
    customer_note: str = ""
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
    """The invoice of a paid order, still without a number.

    Raises Held with a reason when the order cannot be printed exactly.
    """
    raise NotImplementedError


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
    """The credit note of a refund, in the language of the invoice it corrects, still without a number.

    `credited_minor` is what earlier credit notes of that invoice gave back. Raises Held with a reason when the refund
    cannot be printed exactly.
    """
    raise NotImplementedError
