"""The demo's chats: each shop and the service share a secret, and the shop's page carries the widget."""

import re
import secrets

import requests

from aftercart.service import Service
from connector import paired_keys
from connector.tables import Store
from core.languages import gettext as _

KID = "demo"
SECONDS = 30


def open_chat(service: Service, store: Store, address: str) -> None:
    """Do what pairing does: agree on a secret, and tell the shop where its chat is."""
    root = secrets.token_bytes(paired_keys.ROOT_BYTES)
    with service.database.writing() as session:
        paired_keys.keep(session, service.keys, int(store.id or 0), KID, root)
    told = {"service": address, "shop": store.public_id, "kid": KID, "root": root.hex()}
    requests.post(f"{store.address}/demo/chat", json=told, timeout=SECONDS).raise_for_status()


def chat_faults(store: Store) -> list[str]:
    """What is wrong with the chat on the shop's page, looked at as a browser does."""
    page = requests.get(f"{store.address}/shop", timeout=SECONDS)
    script = re.search(r'<script type="module" async src="([^"]+)"', page.text)
    if script is None or "<aftercart-chat" not in page.text:
        return [_("%(shop)s: the page carries no chat") % {"shop": store.name}]
    launcher = requests.get(script[1], timeout=SECONDS)
    if launcher.status_code != 200 or store.public_id not in launcher.text:
        return [_("%(shop)s: the chat's script is not served") % {"shop": store.name}]
    return []
