"""Which legal class a letter may have for its purpose; transactional letters never carry promotion."""

from collections.abc import Mapping
from typing import Literal

from core.languages import Text
from outbox.errors import NotThisClass

LegalClass = Literal["transactional", "service", "advertising"]
Purpose = Literal[
    "invoice",
    "credit_note",
    "document_link",
    "order_code",
    "transcript",
    "alert",
    "weekly",
    "account",
    "test",
]

# transactional: owed to the customer because of an order. service: about this service itself, to its staff.
CLASSES: Mapping[str, LegalClass] = {
    "invoice": "transactional",
    "credit_note": "transactional",
    "document_link": "transactional",
    "transcript": "transactional",
    "order_code": "transactional",
    "alert": "service",
    "weekly": "service",
    "account": "service",
    "test": "service",
}

# Letters whose text opens an account or an order; nobody but their reader may see it.
PRIVATE: frozenset[str] = frozenset({"account", "order_code"})


def check(purpose: str, legal_class: str) -> None:
    """Raise NotThisClass unless letters for that purpose have exactly that class.

    Advertising needs a ledger of consent, which does not exist here yet; so no purpose may have it.
    """
    if legal_class == "advertising":
        raise NotThisClass(
            Text("Advertising cannot be sent: there is no record of who has consented to it."),
            purpose=purpose,
        )
    if CLASSES.get(purpose) != legal_class:
        raise NotThisClass(
            Text(
                "A letter for the purpose %(purpose)s cannot be of the class %(legal_class)s.",
                purpose=purpose,
                legal_class=legal_class,
            ),
            purpose=purpose,
        )
