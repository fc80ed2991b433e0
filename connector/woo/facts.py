"""What a shop says of itself, from its own answers."""

from typing import Any

from connector.errors import StoreUnavailable
from connector.schemas import Address, StoreFacts
from connector.woo.values import plain
from core.languages import Text

# Zones without summer time for the offsets that Etc/GMT does not have.
PART_HOURS = {
    -9.5: "Pacific/Marquesas",
    3.5: "Asia/Tehran",
    4.5: "Asia/Kabul",
    5.5: "Asia/Kolkata",
    5.75: "Asia/Kathmandu",
    6.5: "Asia/Yangon",
    8.75: "Australia/Eucla",
    9.5: "Australia/Darwin",
}


def zone_name(index: dict[str, Any]) -> str:
    """The shop's zone; a fixed offset becomes Etc/GMT, whose sign is reversed."""
    if index.get("timezone_string"):
        return str(index["timezone_string"])
    offset = float(index.get("gmt_offset") or 0)
    if offset == 0 or offset % 1:
        return PART_HOURS.get(offset, "UTC")
    return f"Etc/GMT{-int(offset):+d}"


def store_facts(
    index: dict[str, Any],
    settings: list[dict[str, Any]],
    statuses: list[dict[str, Any]],
    gateways: list[dict[str, Any]],
    status_report: dict[str, Any],
) -> StoreFacts:
    """What a shop says of itself, from five of its answers. Raises StoreUnavailable when its money is not told."""
    values = {str(entry.get("id")): entry.get("value") for entry in settings}
    if not values.get("woocommerce_currency") or values.get("woocommerce_price_num_decimals") is None:
        raise StoreUnavailable(
            Text("The shop does not tell its currency and decimals: its settings are closed to this key."),
            permanent=True,
        )
    country, _, state = str(values.get("woocommerce_default_country") or "").partition(":")
    environment = status_report.get("environment", {})
    name = plain(index.get("name"))
    return StoreFacts(
        name=name,
        home_address=str(index.get("home") or index.get("url") or "").rstrip("/"),
        software=f"WooCommerce {environment.get('version', '?')}, WordPress {environment.get('wp_version', '?')}",
        currency=str(values["woocommerce_currency"]),
        decimals=int(values["woocommerce_price_num_decimals"] or 0),
        zone=zone_name(index),
        locale=str(environment.get("language") or ""),
        prices_include_tax=values.get("woocommerce_prices_include_tax") == "yes",
        taxes_enabled=values.get("woocommerce_calc_taxes") == "yes",
        seller=Address(
            company=name,
            street=plain(values.get("woocommerce_store_address")),
            street_more=plain(values.get("woocommerce_store_address_2")),
            city=plain(values.get("woocommerce_store_city")),
            state=state,
            postcode=plain(values.get("woocommerce_store_postcode")),
            country=country,
        ),
        statuses={entry["slug"]: plain(entry["name"]) for entry in statuses},
        gateways={
            entry["id"]: plain(entry.get("title") or entry.get("method_title"))
            for entry in gateways
            if entry.get("enabled") or entry.get("id") in ("bacs", "cod", "cheque")
        },
        settings={
            **{
                key: value
                for key, value in values.items()
                if isinstance(value, (str, int, float, bool, list))
            },
            # Of all ways to pay that are named above, those that the shop offers now.
            "offered_gateways": [entry["id"] for entry in gateways if entry.get("enabled")],
        },
    )
