"""The shop's webhooks: made where the key may, re-enabled when the shop gave up on them after failures."""

from dataclasses import dataclass
from typing import Literal

from connector.errors import GoneInStore
from connector.tables import Store
from connector.woo.client import WooClient

TOPICS = (
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "customer.created",
    "customer.updated",
    "customer.deleted",
    "product.created",
    "product.updated",
    "product.deleted",
    "product.restored",
)
NAME = "Aftercart"

State = Literal["active", "read_only", "no_address"]


@dataclass(frozen=True)
class Cared:
    """What was found: whether webhooks are active, and how many had to be made or re-enabled."""

    state: State
    mended: int


def delivery_address(store: Store, address: str) -> str:
    """Where that shop's webhooks are to be sent."""
    return f"{address}/webhooks/woo/{store.public_id}"


def see_to(client: WooClient, store: Store, *, address: str, secret: str) -> Cared:
    """Make what is missing and re-enable what is disabled. Without a public address the shop could not reach us.

    The shop tells no failure count, only "disabled" after the seventh failure in a row (FACTS §7). Raises
    StoreRefused when the key may not write.
    """
    if not address:
        return Cared("no_address", 0)
    target = delivery_address(store, address)
    ours = {hook["topic"]: hook for hook in all_of(client) if hook.get("delivery_url") == target}
    mended = 0
    for topic in TOPICS:
        hook = ours.get(topic)
        if hook is None:
            body = {
                "name": f"{NAME} {topic}",
                "topic": topic,
                "delivery_url": target,
                "secret": secret,
                "status": "active",
            }
            client.post("webhooks", body)
            mended += 1
        elif hook.get("status") != "active":
            client.put(f"webhooks/{hook['id']}", {"status": "active", "secret": secret})
            mended += 1
    return Cared("active", mended)


def remove(client: WooClient, store: Store, *, address: str) -> int:
    """Delete our webhooks in the shop; returns how many."""
    removed = 0
    for hook in all_of(client):
        if hook.get("delivery_url") == delivery_address(store, address):
            try:
                client.delete(f"webhooks/{hook['id']}", force="true")
                removed += 1
            except GoneInStore:
                continue
    return removed


def all_of(client: WooClient) -> list[dict[str, object]]:
    """All webhooks of the shop, also those of others."""
    found: list[dict[str, object]] = []
    page = 1
    while True:
        listed = client.get("webhooks", per_page=100, page=page).data
        found += listed
        if len(listed) < 100:
            return found
        page += 1
