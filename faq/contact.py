"""The way from the help centre to a person of the shop."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

from connector.tables import Store
from faq.tables import HelpCentre

# Names among the help centre's facts.
EMAIL, PAGE = "email", "contact_page"


@dataclass(frozen=True)
class Person:
    """Where somebody of the shop is asked. `shown` is a mail address, or "" for a page."""

    address: str
    shown: str = ""


def person_of(centre: HelpCentre, store: Store) -> Person:
    """The shop's mail address, else its contact page, else its first page."""
    email = centre.facts.get(EMAIL, "").strip()
    if re.fullmatch(r"[^\s@<>?&\"]+@[^\s@<>?&\"]+\.[^\s@<>?&\"]+", email):
        return Person(f"mailto:{quote(email, safe='@+')}", email)
    return Person(_web(centre.facts.get(PAGE, "")) or _web(store.home_address) or "/")


def _web(address: str) -> str:
    parts = urlsplit(address.strip())
    return address.strip() if parts.scheme in ("http", "https") and parts.netloc else ""
