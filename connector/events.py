"""What happened in a shop, as others may react to it."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class StoreConnected(Event):
    """A shop was connected; its mirror is still empty."""

    store_id: int


@dataclass(frozen=True)
class OrderPaid(Event):
    """An order was seen paid for the first time, and it was paid after the shop was connected."""

    store_id: int
    order_id: int


@dataclass(frozen=True)
class RefundMade(Event):
    """A refund was mirrored with its lines for the first time."""

    store_id: int
    order_id: int
    refund_id: int


@dataclass(frozen=True)
class RefundRemoved(Event):
    """A refund that had been mirrored no longer exists in the shop."""

    store_id: int
    order_id: int
    refund_id: int


@dataclass(frozen=True)
class SiteAddressChanged(Event):
    """The shop answers with another home address than before: perhaps a staging copy.

    `noticed_at` (ISO 8601) tells a later change to the same address from this one.
    """

    store_id: int
    address: str
    noticed_at: str
