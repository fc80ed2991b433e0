"""What WooCommerce itself sends: webhook deliveries waiting to be looked into."""

from datetime import datetime

from sqlalchemy import Column, Index, text
from sqlmodel import Field, SQLModel

from core.database import UtcDateTime


class WebhookDelivery(SQLModel, table=True):
    """A proven delivery: a hint that something changed. Deliveries of one thing that wait together are one row.

    `taken_at` is set before the shop is asked (what comes later is a new row), `handled_at` after its answer is
    mirrored: a run that died in between is made up for by the next.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index(
            "uq_webhook_delivery_waiting",
            "store_id",
            "topic",
            "remote_id",
            unique=True,
            sqlite_where=text("taken_at IS NULL"),
            postgresql_where=text("taken_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    store_id: int = Field(foreign_key="store.id")
    topic: str
    remote_id: int
    body_hash: str
    received_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    taken_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
    handled_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime, nullable=True))
