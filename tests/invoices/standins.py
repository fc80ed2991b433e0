"""Stand-ins for what documents need from outside."""

import hashlib

from core.errors import OutsideError
from invoices.document import InvoiceDocument


class Paper:
    """Makes bytes that hold the document's text, different each time as a real renderer's may be."""

    def __init__(self) -> None:
        self.made: list[str] = []
        self.failing = False

    def pdf(self, document: InvoiceDocument) -> bytes:
        if self.failing:
            raise OutsideError("the renderer has no time")
        self.made.append(document.number)
        salt = hashlib.sha256(str(len(self.made)).encode()).hexdigest()
        return f"%PDF-1.7 {document.number} {document.total_minor} {salt}".encode()
