"""The recorded bodies the two demo shops start from, and what is particular to each shop."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

Body = dict[str, Any]
"""One REST resource as WooCommerce shows it."""

FOLDER = Path(__file__).parent / "recorded"


@dataclass(frozen=True)
class Blueprint:
    """What makes one demo shop differ from the other.

    The recorded store switched its currency and decimals between two readings; its address and zone stayed in
    Seoul. The EUR shop gets a German address and zone so that two real shops stand side by side.
    """

    name: str
    title: str
    currency: str
    currency_symbol: str
    decimals: int
    zone: ZoneInfo
    language: str
    country: str
    settings: dict[str, str] = field(default_factory=dict)
    """Values of settings that replace the recorded ones, by setting id."""


BLUEPRINTS = {
    "krw": Blueprint(
        name="krw",
        title="서울상점",
        currency="KRW",
        currency_symbol="₩",
        decimals=0,
        zone=ZoneInfo("Asia/Seoul"),
        language="ko",
        country="KR",
    ),
    "eur": Blueprint(
        name="eur",
        title="Kontor Berlin",
        currency="EUR",
        currency_symbol="€",
        decimals=2,
        zone=ZoneInfo("Europe/Berlin"),
        language="en",
        country="DE",
        settings={
            "woocommerce_store_address": "Oranienstraße 25",
            "woocommerce_store_address_2": "2. Hof",
            "woocommerce_store_city": "Berlin",
            "woocommerce_store_postcode": "10999",
            "woocommerce_default_country": "DE:DE-BE",
            "woocommerce_currency": "EUR",
            "woocommerce_currency_pos": "right_space",
            "woocommerce_price_thousand_sep": ".",
            "woocommerce_price_decimal_sep": ",",
            "woocommerce_price_num_decimals": "2",
        },
    ),
}


def recorded(folder: str, name: str) -> Any:
    """A fresh copy of one recorded body; `{shop}` in it stands for the shop's address."""
    return json.loads((FOLDER / folder / f"{name}.json").read_text(encoding="utf-8"))
