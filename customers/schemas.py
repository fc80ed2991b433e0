"""Who is asking, as far as it is proven."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shopper:
    """A person at a shop's widget: the viewer of every query for shoppers.

    `customer_remote_id` is the shop's number of the account that the shop itself vouches for at this moment (0 for
    none); `order_ids` are our numbers of the orders that this device has proven by a code. An address that somebody
    merely typed opens nothing.
    """

    store_id: int
    contact_id: int
    device_id: int
    customer_remote_id: int = 0
    order_ids: frozenset[int] = frozenset()

    @property
    def has_proven(self) -> bool:
        """Whether this person may see any order."""
        return bool(self.customer_remote_id or self.order_ids)
