"""A document about nothing, to see whether documents can be printed here at all."""

from datetime import date

from invoices.document import InvoiceDocument
from invoices.document_parts import Buyer, Postal, PrintedLine, Seller


def specimen() -> InvoiceDocument:
    """A draft with Korean and Latin letters and one line of 1,000 won."""
    day = date(2026, 1, 1)
    return InvoiceDocument(
        kind="invoice",
        language="ko",
        currency="KRW",
        decimals=0,
        issued_on=day,
        ordered_on=day,
        order_number="1",
        paid=True,
        paid_on=day,
        seller=Seller(name="견본 Specimen", address=Postal(city="서울", country="KR")),
        buyer=Buyer(name="홍길동"),
        lines=(PrintedLine(kind="product", name="견본", quantity="1", net_minor=1000, tax_minor=0),),
        taxes=(),
        net_minor=1000,
        tax_minor=0,
        total_minor=1000,
    )
