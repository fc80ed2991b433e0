"""How names and postal addresses of customers are written."""

import re
from collections.abc import Mapping

from babel import Locale

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
