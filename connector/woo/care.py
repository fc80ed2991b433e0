"""The shop's webhooks: made where the key may, re-enabled when the shop gave up on them after failures."""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

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
# WordPress sends to no other port, and says nothing of it: the webhook is "active" and never comes (FACTS §7).
PORTS = (80, 443, 8080)

State = Literal["active", "read_only", "no_address", "port"]


@dataclass(frozen=True)
class Cared:
    """What was found: whether webhooks are active, how many had to be made, and how many the shop had given up."""

    state: State
    made: int = 0
    enabled: int = 0


def delivery_address(store: Store, address: str) -> str:
    """Where that shop's webhooks are to be sent."""
    return f"{address}/webhooks/woo/{store.public_id}"


def reachable(store: Store, address: str) -> bool:
    """Whether WordPress would send to that address at all: only to three ports, or to the port of its own site.

    On one machine (a demo, a test) only the shop itself can tell.
    """
    parts, home = urlsplit(address), urlsplit(store.home_address)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    same = (parts.hostname, parts.port) == (home.hostname, home.port)
    return port in PORTS or same or parts.hostname in ("127.0.0.1", "localhost", "::1")


def see_to(client: WooClient, store: Store, *, address: str, secret: str) -> Cared:
    """Make what is missing and re-enable what is disabled. Without a public address the shop could not reach us.

    The shop tells no failure count, only "disabled" after the seventh failure in a row (FACTS §7). Raises
    StoreRefused when the key may not write.
    """
    if not address:
        return Cared("no_address")
    if not reachable(store, address):
        return Cared("port")
    target = delivery_address(store, address)
    ours = {str(hook.get("topic")): hook for hook in _ours(client, store)}
    made = enabled = 0
    for topic in TOPICS:
        hook = ours.get(topic)
        wanted = {"delivery_url": target, "secret": secret, "status": "active"}
        if hook is None:
            client.post("webhooks", {"name": f"{NAME} {topic}", "topic": topic, **wanted})
            made += 1
        elif hook.get("status") != "active" or hook.get("delivery_url") != target:
            client.put(f"webhooks/{hook['id']}", wanted)
            enabled += 1
    return Cared("active", made, enabled)


def remove(client: WooClient, store: Store) -> int:
    """Delete our webhooks in the shop; returns how many."""
    removed = 0
    for hook in _ours(client, store):
        try:
            client.delete(f"webhooks/{hook['id']}", force="true")
            removed += 1
        except GoneInStore:
            continue
    return removed


def _ours(client: WooClient, store: Store) -> list[dict[str, Any]]:
    """Those that name this shop's secret path, also when our public address was another one then."""
    path = delivery_address(store, "")
    return [hook for hook in all_of(client) if str(hook.get("delivery_url")).endswith(path)]


def all_of(client: WooClient) -> list[dict[str, Any]]:
    """All webhooks of the shop, also those of others."""
    return client.all("webhooks")
