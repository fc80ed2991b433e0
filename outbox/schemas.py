"""What other rooms hand in to be sent."""

from dataclasses import dataclass

from outbox.legal import LegalClass, Purpose


@dataclass(frozen=True)
class Attachment:
    """A stored file (its SHA-256 in `core.files`) and the name and type under which it travels."""

    digest: str
    filename: str
    content_type: str = "application/pdf"


@dataclass(frozen=True)
class NewLetter:
    """A letter to one person. `cause` is its identity: the same cause never makes a second letter.

    `sender_name` is the shop's (or the service's) name as the reader knows it; `reply_to` and `to_name` may be "".
    `order_id` is our own number of the mirrored order. A letter that is `silent_until_released` waits until a
    person sends it.
    """

    cause: str
    purpose: Purpose
    legal_class: LegalClass
    store_id: int | None
    order_id: int | None
    to_address: str
    to_name: str
    language: str
    sender_name: str
    reply_to: str
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()
    silent_until_released: bool = False
