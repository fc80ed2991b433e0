"""How names and postal addresses of customers are written, and in which language they are written to."""

import re
from collections.abc import Mapping

from babel import Locale

from connector.tables import ShopOrder, Store
from core.languages import DEFAULT_LANGUAGE, language_of

FAMILY_FIRST = re.compile(r"[가-힣一-鿿]")


def full_name(first_name: str, last_name: str) -> str:
    """Family name first and unspaced in Hangul and Han script, as such names are written."""
    if FAMILY_FIRST.search(first_name + last_name):
        return last_name + first_name
    return " ".join(name for name in (first_name, last_name) if name)


def address_lines(address: Mapping[str, str], language: str) -> list[str]:
    """A postal address line by line, the country in the reader's language; [] when nothing was given."""
    street = [address["street"], address["street_more"]]
    if address["country"] == "KR":
        place = [" ".join(part for part in (address["state"], address["city"], *street) if part)]
        place.append(address["postcode"])
    else:
        place = [*street, " ".join(part for part in (address["postcode"], address["city"]) if part)]
        place.append(address["state"])
    if not any(place):
        return []
    name = full_name(address["first_name"], address["last_name"])
    country = Locale(language).territories.get(address["country"], address["country"])
    return [line for line in (address["company"], name, *place, country) if line]


def language_for(order: ShopOrder, store: Store, preferred: str = "") -> str:
    """The language of the order's documents and letters: what the shop noted, else the billing country's, else the shop's.

    `preferred` is the seller's own choice for orders that give no hint.
    """
    noted = language_of(order.language)
    if noted:
        return noted
    if order.country:
        return "ko" if order.country == "KR" else DEFAULT_LANGUAGE
    return language_of(preferred) or language_of(store.locale) or DEFAULT_LANGUAGE
