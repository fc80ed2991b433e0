"""Addresses of a WordPress site as people paste them."""

import ipaddress
import re
from urllib.parse import urlsplit

from core.errors import BadInput
from core.languages import Text


def site_address(text: str) -> str:
    """The address of a site as an owner may paste it, without its inner parts.

    Raises BadInput, also for plain http to another machine: the password would travel readable by everybody.
    """
    address = text.strip()
    if "://" not in address:
        address = f"https://{address}"
    try:
        parts = urlsplit(address)
        usable = parts.scheme in ("http", "https") and parts.hostname and not parts.username
        usable = usable and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or re.search(r"[\s\\]", address):
        raise BadInput(
            Text(
                "“%(address)s” is no address of a website. It looks like https://shop.example.",
                address=text[:100],
            )
        )
    if parts.scheme == "http" and not is_local(parts.hostname or ""):
        raise BadInput(
            Text(
                "WordPress takes application passwords over https only, and without it everybody on the way could read the password. Use the address with https://."
            )
        )
    path = parts.path
    for inside in ("/wp-json", "/wp-admin", "/wp-login.php", "/xmlrpc.php", "/index.php"):
        path = path.split(inside, 1)[0]
    return f"{parts.scheme}://{parts.netloc.lower()}{path.rstrip('/')}"


def is_local(host: str) -> bool:
    """Whether the name means this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
