"""From a connected shop's row to a client that can ask it, and from an address to a proven connection."""

import re
from dataclasses import dataclass
from datetime import datetime

from connector.errors import StoreRefused, StoreUnavailable
from connector.schemas import StoreFacts
from connector.tables import Store
from connector.woo import facts
from connector.woo.client import Access, WooClient, site_address
from core.errors import BadInput
from core.languages import Text
from core.security import Keys
from core.settings import Settings

KEY, SECRET = (re.compile(f"{kind}_[!-~]{{8,200}}") for kind in ("ck", "cs"))


@dataclass(frozen=True)
class Proven:
    """A connection that works: how the shop wants to be asked, and what it says of itself."""

    address: str
    access: Access
    facts: StoreFacts
    shop_time: datetime


def client_of(store: Store, keys: Keys, settings: Settings) -> WooClient:
    """A client for that shop; close it after use."""
    access: Access = "oauth" if store.access == "oauth" else "query" if store.access == "query" else "basic"
    return WooClient(
        store.address,
        keys.reveal(store.key_hidden),
        keys.reveal(store.secret_hidden),
        access,
        timeout_seconds=settings.shop_timeout_seconds,
    )


def prove(address: str, key: str, secret: str, *, timeout_seconds: float = 45) -> Proven:
    """Find out how that shop takes the key and what it says of itself.

    Raises BadInput for a key that cannot be one, and StoreRefused or StoreUnavailable with a sentence for the owner.
    """
    key, secret = key.strip(), secret.strip()
    if not KEY.fullmatch(key) or not SECRET.fullmatch(secret):
        raise BadInput(
            Text("A consumer key begins with ck_ and a consumer secret with cs_. Please copy both whole.")
        )
    site = site_address(address)
    # Signatures are also the way to an https shop whose proxy does not tell PHP that the request was secure.
    ways: tuple[Access, ...] = ("oauth",) if site.startswith("http://") else ("basic", "query", "oauth")
    refusal: StoreRefused | None = None
    for access in ways:
        client = WooClient(site, key, secret, access, timeout_seconds=timeout_seconds)
        try:
            found, shop_time = read_facts(client)
            return Proven(site, access, found, shop_time)
        except StoreRefused as problem:
            # A server that drops the Authorization header looks like a wrong key; the first named fault is the better word.
            if refusal is None or (_is_named(problem) and not _is_named(refusal)):
                refusal = problem
        finally:
            client.close()
    raise refusal or BadInput(Text("The shop could not be asked."))


def _is_named(refusal: StoreRefused) -> bool:
    return refusal.details.get("code") == "woocommerce_rest_authentication_error"


def read_facts(client: WooClient) -> tuple[StoreFacts, datetime]:
    """What the shop says of itself, and its time. Five questions; a read key is enough."""
    index = client.index()
    # The first signed question proves the key and the permission to read orders.
    first = client.get("orders", per_page=1, _fields="id")
    settings = [*client.get("settings/general").rows, *client.get("settings/tax").rows]
    statuses = client.get("orders/statuses").rows
    gateways = client.get("payment_gateways").rows
    try:
        report = client.get("system_status", _fields="environment,settings").body
    except (StoreRefused, StoreUnavailable):
        report = {}  # Some shops close this report; names of versions are all that is lost.
    return facts.store_facts(index, settings, statuses, gateways, report), first.shop_time
