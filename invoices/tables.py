"""The tables of documents: their series, the documents, what holds one back, who sells, and which links are closed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


def _json() -> Any:
    return Column(JSON, nullable=False)


def _moment(*, nullable: bool = False) -> Any:
    return Column(UtcDateTime, nullable=nullable)


class Series(SQLModel, table=True):
    """A run of numbers without gaps; `last` is the number given last. `period` is "" for a series that never restarts."""

    __tablename__ = "invoice_series"
    __table_args__ = (UniqueConstraint("store_id", "kind", "period"),)

    id: int = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    kind: str
    period: str = ""
    last: int = 0


class Invoice(SQLModel, table=True):
    """An issued document: `kind` is "invoice" or "credit_note", frozen in `snapshot`; only what happens to it is added.

    `cause` says what it answers to: "first_payment" or "refund:<the shop's number>". A credit note's `total_minor` is
    positive: what the buyer gets back. `letter` is "due", "handed_in", "without_address" or "silent".
    """

    __tablename__ = "invoice"
    __table_args__ = (
        UniqueConstraint("series_id", "n"),
        UniqueConstraint("order_id", "kind", "cause"),
        Index("ix_invoice_store_issued", "store_id", "issued_at"),
        Index("ix_invoice_number", "number"),
    )

    id: int = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    order_id: int = Field(foreign_key="shop_order.id")
    kind: str
    cause: str
    series_id: int = Field(foreign_key="invoice_series.id")
    n: int
    number: str
    language: str
    currency: str
    total_minor: int = Field(sa_column=Column(BigInteger, nullable=False))
    snapshot: dict[str, Any] = Field(sa_column=_json())
    template_version: int
    issued_at: datetime = Field(sa_column=_moment())
    pdf_digest: str | None = None
    pdf_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    letter: str = "due"
    letters_again: int = 0


class Hold(SQLModel, table=True):
    """A due document that cannot be made without guessing: a task for staff, open until `resolved_at`.

    `outcome` says how it ended: "issued", "not_due" (the order is not to be invoiced, for now) or "settled" (a person
    said so, whose id is `resolved_by`). `fingerprint` is the order's at the last try; another one is a reason to try again.
    """

    __tablename__ = "invoice_hold"
    __table_args__ = (
        Index(
            "uq_invoice_hold_open",
            "order_id",
            "kind",
            "cause",
            unique=True,
            sqlite_where=text("resolved_at IS NULL"),
            postgresql_where=text("resolved_at IS NULL"),
        ),
        Index("ix_invoice_hold_store", "store_id", "resolved_at"),
    )

    id: int = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    order_id: int = Field(foreign_key="shop_order.id")
    kind: str
    cause: str
    reason: str
    details: dict[str, Any] = Field(sa_column=_json())
    silent: bool = False
    fingerprint: str
    since: datetime = Field(sa_column=_moment())
    tried_at: datetime = Field(sa_column=_moment())
    resolved_at: datetime | None = Field(default=None, sa_column=_moment(nullable=True))
    resolved_by: int | None = None
    outcome: str = ""


class SellerProfile(SQLModel, table=True):
    """What the owner says of the selling company; each filled field goes before what the shop itself says."""

    __tablename__ = "seller_profile"

    store_id: int = Field(foreign_key="store.id", primary_key=True)
    legal_name: str = ""
    street: str = ""
    street_more: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    registration_number: str = ""
    tax_id: str = ""
    email: str = ""
    phone: str = ""
    accent: str = ""
    footer: str = ""
    language: str = ""
    changed_at: datetime = Field(sa_column=_moment())


class DocumentAccess(SQLModel, table=True):
    """Links to an order's documents signed up to `revoked_at` no longer open them."""

    __tablename__ = "document_access"

    order_id: int = Field(foreign_key="shop_order.id", primary_key=True)
    revoked_at: datetime = Field(sa_column=_moment())
