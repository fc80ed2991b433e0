"""The demo's pairing: the secret that a demo shop shares with the service, so that its word for its customers counts."""

from collections.abc import Mapping

from aftercart.service import Service
from connector import paired_keys
from connector.tables import Store


def pair(service: Service, store: Store, told: Mapping[str, str]) -> None:
    """Take what the demo shop's stand-in for the plugin hands over."""
    with service.database.writing() as session:
        root = bytes.fromhex(told["root"])
        paired_keys.keep(session, service.keys, int(store.id or 0), told["kid"], root)
