"""What happened to documents, as others may react to it."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class InvoiceIssued(Event):
    """A document has its number and its frozen content; its PDF is still to be made."""

    invoice_id: int
