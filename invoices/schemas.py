"""What comes in and goes out about documents: kinds and causes, the seller form, API answers, figures of a shop."""

import re
from datetime import datetime
from typing import Annotated, Literal

from babel import Locale
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.languages import LANGUAGES, Text

Kind = Literal["invoice", "credit_note"]
INVOICE: Kind = "invoice"
CREDIT_NOTE: Kind = "credit_note"
FIRST_PAYMENT = "first_payment"

# Reasons to hold a document back that this room treats in their own way.
MISSING_SHOP_DATA = "missing_shop_data"
REFUND_DELETED = "refund_deleted"
NOT_DUE = "not_due"

EMAIL = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
COLOUR = re.compile(r"#[0-9a-f]{6}")


def kind_of(word: str) -> Kind:
    """The stored word as the kind that it is."""
    return CREDIT_NOTE if word == CREDIT_NOTE else INVOICE


def refund_cause(remote_id: int) -> str:
    """The cause of the credit note that answers to the refund with the shop's number."""
    return f"refund:{remote_id}"


Short = Annotated[str, StringConstraints(strip_whitespace=True)]
LONGEST_FIELD = 200
LONGEST_FOOTER = 500


class SellerForm(BaseModel):
    """The selling company as its owner wrote it; an empty field leaves the shop's own word.

    Any text is taken in, so that a form with a mistake can be shown again as it was; `problems` names the mistakes.
    """

    model_config = ConfigDict(extra="ignore")

    legal_name: Short = ""
    street: Short = ""
    street_more: Short = ""
    city: Short = ""
    state: Short = ""
    postcode: Short = ""
    country: Annotated[str, StringConstraints(strip_whitespace=True, to_upper=True)] = ""
    registration_number: Short = ""
    tax_id: Short = ""
    email: Short = ""
    phone: Short = ""
    accent: Annotated[str, StringConstraints(strip_whitespace=True, to_lower=True)] = ""
    footer: Short = ""
    language: Short = ""

    def problems(self) -> dict[str, Text]:
        """What is wrong, by field; {} when it can be kept."""
        found = {
            name: Text("At most %(count)s characters, please.", count=longest)
            for name, value in self
            if len(value) > (longest := LONGEST_FOOTER if name == "footer" else LONGEST_FIELD)
        }
        if self.country and self.country not in Locale("en").territories:
            found["country"] = Text("Please write the country as two letters, such as KR or DE.")
        if self.email and not EMAIL.fullmatch(self.email):
            found["email"] = Text("This is no e-mail address.")
        if self.accent and not COLOUR.fullmatch(self.accent):
            found["accent"] = Text("Please write the colour like this: #2f6f5e.")
        if self.language and self.language not in LANGUAGES:
            found["language"] = Text("Please choose one of the languages.")
        return found


class DocumentAnswer(BaseModel):
    """One document of an order, or one that is held back; a held one has no number, file or link yet."""

    kind: Kind
    cause: str
    state: Literal["ready", "preparing", "held"]
    number: str | None = None
    issued_at: datetime | None = None
    total_minor: int | None = None
    currency: str
    sha256: str | None = None
    reason: str | None = None
    explanation: str | None = None
    link: str | None = None


class DocumentsAnswer(BaseModel):
    """All documents of an order, oldest first."""

    documents: list[DocumentAnswer]


class RenewalWish(BaseModel):
    """What a link says of itself when a new one is wished for. `proven` says whether its signature held."""

    model_config = ConfigDict(extra="ignore", strict=True)

    store: Annotated[str, Field(alias="s", pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    order: Annotated[int, Field(alias="o", ge=1, lt=2**63)]
    kind: Annotated[Kind, Field(alias="k")]
    cause: Annotated[str, Field(alias="c", pattern=r"^(|first_payment|refund:[0-9]{1,19})$")] = ""
    address: Annotated[str, Field(alias="m", max_length=320)] = ""
    proven: bool = False


class Figures(BaseModel):
    """The documents of one shop in numbers. `totals` sums invoices by currency, in smallest units."""

    invoices: int
    credit_notes: int
    totals: dict[str, int]
    held: dict[str, int]
    held_credit_notes: dict[str, int]
    pdfs: int
    letters: int
    without_address: int
    silent: int
