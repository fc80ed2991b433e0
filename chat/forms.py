"""What a shopper's browser sends to the addresses of docs/chat.md."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, EmailStr, Field

from chat.saying import Said
from chat.schemas import LONGEST_CLIENT_ID, Author, NewEvent
from customers.schemas import Shopper

ClientId = Annotated[str, Field(min_length=8, max_length=LONGEST_CLIENT_ID, pattern=r"^[A-Za-z0-9_-]+$")]
# The action judges the length of the UTF-8; this only keeps what is far beyond it from being looked at.
Words = Annotated[str, Field(max_length=20_000)]
MOST_ATTACHMENTS = 5


def _page(address: str) -> str:
    """An address of a web page without what stands behind "#"; "" for anything else."""
    return address.partition("#")[0] if address.startswith(("http://", "https://")) else ""


Page = Annotated[str, Field(max_length=2000), AfterValidator(_page)]


class _Person(BaseModel):
    """Who the shopper says they are."""

    name: str = Field("", max_length=200)
    email: EmailStr | None = Field(None, max_length=254)
    consent: bool = False


class StartForm(_Person):
    """The first message of a new conversation."""

    client_id: ClientId
    text: Words
    page: Page = ""
    order_number: str = Field("", max_length=50, description="As typed; proves nothing.")


class MessageForm(BaseModel):
    client_id: ClientId
    text: Words = ""
    attachments: list[Annotated[str, Field(max_length=64)]] = Field(default=[], max_length=MOST_ATTACHMENTS)

    def said(self, shopper: Shopper, conversation: str) -> Said:
        """The shopper's word for the conversation of that name."""
        data = {"attachments": self.attachments} if self.attachments else {}
        author = Author("shopper", device_id=shopper.device_id)
        return Said(shopper, conversation, NewEvent("message", author, self.text, self.client_id, None, data))


class ReadForm(BaseModel):
    seq: int = Field(ge=0, le=2**31 - 1)


class PersonForm(_Person):
    """A person is wanted."""

    client_id: ClientId


class RatingForm(BaseModel):
    client_id: ClientId
    score: int = Field(ge=1, le=5)
    comment: str = Field("", max_length=2000)


class EndForm(BaseModel):
    client_id: ClientId
