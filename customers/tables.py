"""The tables of people. No token and no code is stored, only what proves them."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, Index, text
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime

# A proven address, and an account, belong to one contact of a shop.
ONE_OF_AN_ADDRESS = "email_proven_at IS NOT NULL AND joined_into_id IS NULL"
ONE_OF_AN_ACCOUNT = "customer_remote_id <> 0 AND joined_into_id IS NULL"


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


class Contact(SQLModel, table=True):
    """A person who writes to a shop.

    `name` and `email` (in lower case) are what the person says until `email_proven_at` or `customer_remote_id` prove
    it: a proven address belongs to one contact of a shop, and so does a customer's account. `joined_into_id` names
    the contact that this one turned out to be.
    """

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_email", "store_id", "email"),
        Index(
            "ux_contact_proven_email",
            "store_id",
            "email",
            unique=True,
            sqlite_where=text(ONE_OF_AN_ADDRESS),
            postgresql_where=text(ONE_OF_AN_ADDRESS),
        ),
        Index(
            "ux_contact_customer",
            "store_id",
            "customer_remote_id",
            unique=True,
            sqlite_where=text(ONE_OF_AN_ACCOUNT),
            postgresql_where=text(ONE_OF_AN_ACCOUNT),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    store_id: int = Field(foreign_key="store.id")
    name: str = ""
    email: str = ""
    email_proven_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    customer_remote_id: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    language: str = ""
    consented_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    blocked_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    joined_into_id: int | None = Field(default=None, foreign_key="contact.id")
    created_at: datetime = Field(sa_column=_moment())
    seen_at: datetime = Field(sa_column=_moment())


class ContactDevice(SQLModel, table=True):
    """A browser that speaks for a contact. `token_digest` is the SHA-256 of the opaque token that it keeps.

    `account_until` says until when the shop itself has told that this browser is signed in with the contact's account.
    `speaks_until` is the moment from which it speaks no more for a contact that has an account; for any other contact
    it speaks until it expires.
    """

    __tablename__ = "contact_device"

    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(foreign_key="contact.id", index=True, ondelete="CASCADE")
    token_digest: str = Field(unique=True)
    account_until: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    speaks_until: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    created_at: datetime = Field(sa_column=_moment())
    seen_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())


class OrderProof(SQLModel, table=True):
    """A device has proven, by a code sent to the address on the order, that it may see this order for a while."""

    __tablename__ = "order_proof"

    device_id: int = Field(foreign_key="contact_device.id", primary_key=True, ondelete="CASCADE")
    order_id: int = Field(foreign_key="shop_order.id", primary_key=True, ondelete="CASCADE")
    proven_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())


class OrderCode(SQLModel, table=True):
    """A one-time code that was asked for. `order_id` is None when the pair of number and address fits no order.

    Both look the same from outside. `code_digest` is an HMAC of the code with a key of ours.
    """

    __tablename__ = "order_code"

    id: int | None = Field(default=None, primary_key=True)
    public_id: str = Field(unique=True)
    store_id: int = Field(foreign_key="store.id")
    device_id: int = Field(foreign_key="contact_device.id", index=True, ondelete="CASCADE")
    order_id: int | None = Field(default=None, foreign_key="shop_order.id", ondelete="CASCADE")
    code_digest: str
    tries: int = 0
    created_at: datetime = Field(sa_column=_moment())
    expires_at: datetime = Field(sa_column=_moment())
    used_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
