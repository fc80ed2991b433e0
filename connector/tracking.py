"""An order's parcels, from what tracking plugins of shops keep beside it, and where carriers tell of a parcel.

The keys were read from the plugins' sources: WooCommerce Shipment Tracking and Advanced Shipment Tracking (one key for
both), AfterShip (old and new) and the Korean exporter of CodeMShop. Plugins with tables of their own (ParcelPanel) tell
an order nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from re import compile as pattern
from typing import Any
from urllib.parse import quote, urlsplit

SOURCE = Path(__file__).with_name("carriers.json")
MOST_PARCELS = 10
LONGEST_NUMBER = 60
# Lists of parcels, one entry each.
LISTS = ("_wc_shipment_tracking_items", "_aftership_tracking_items")
# Where an order has one parcel only: the keys of its number and of its carrier.
SINGLES = (
    ("_msex_sheet_no", ("_msex_dlv_name", "_msex_dlv_company_name")),
    ("_aftership_tracking_number", ("_aftership_tracking_provider_name", "_aftership_tracking_provider")),
    ("_tracking_number", ("_tracking_provider", "_custom_tracking_provider")),
)
_NUMBER = pattern(r"[A-Za-z0-9][A-Za-z0-9 \-]*")
_SIGNS = pattern(r"[^\w]+")


@dataclass(frozen=True)
class Parcel:
    """A parcel on its way. `address` is a page that tells of it, "" when none is known for sure."""

    number: str
    carrier: str
    address: str
    sent_on: date | None = None


def parcels_of(meta: Mapping[str, Any]) -> tuple[Parcel, ...]:
    """The parcels that an order's meta tells of, in its order, each number once."""
    found: dict[str, Parcel] = {}
    for number, carrier, address, sent in _told(meta):
        known = " ".join(number.split())
        if known and len(known) <= LONGEST_NUMBER and _NUMBER.fullmatch(known) and known not in found:
            name, own = _carrier(carrier)
            page = own.format(number=quote(_SIGNS.sub("", known))) if own else _safe(address)
            found[known] = Parcel(known, name or carrier[:60], page, _day(sent))
    return tuple(found.values())[:MOST_PARCELS]


def _told(meta: Mapping[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    for key in LISTS:
        entries = meta.get(key)
        for entry in entries.values() if isinstance(entries, dict) else entries or ():
            if isinstance(entry, dict):
                yield (
                    _line(entry.get("tracking_number")),
                    _first(entry, ("custom_tracking_provider", "tracking_provider", "slug")),
                    _first(entry, ("custom_tracking_link", "tracking_link", "ast_tracking_link")),
                    entry.get("date_shipped"),
                )
    for key, carriers in SINGLES:
        if meta.get(key):
            yield _line(meta[key]), _first(meta, carriers), "", None


def _line(value: Any) -> str:
    return " ".join(str(value).split()) if isinstance(value, str | int) else ""


def _first(entry: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    return next((line for key in keys if (line := _line(entry.get(key)))), "")


def _safe(address: str) -> str:
    """The shop's own page for the parcel, if it is an ordinary one."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return address if parts.scheme == "https" and parts.hostname and len(address) <= 500 else ""


def _day(sent: Any) -> date | None:
    """Plugins keep seconds, or a date as text."""
    try:
        if str(sent).isdigit():
            return datetime.fromtimestamp(int(sent), UTC).date()
        return date.fromisoformat(str(sent)[:10])
    except (ValueError, OverflowError, OSError):
        return None


def _carrier(told: str) -> tuple[str, str]:
    """The name and the address form of a carrier that is well known; nothing for others."""
    return _carriers().get(_plain(told), ("", ""))


def _plain(word: str) -> str:
    return _SIGNS.sub("", word.casefold())


@cache
def _carriers() -> dict[str, tuple[str, str]]:
    listed = json.loads(SOURCE.read_text("utf-8"))
    return {
        _plain(word): (one["name"], one["address"]) for one in listed for word in (*one["words"], one["name"])
    }
