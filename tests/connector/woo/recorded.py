"""Recorded bodies and deliveries of a real WooCommerce; see payloads/README.md."""

import json
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "payloads"


@cache
def _file(name: str) -> Any:
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))


def bodies(name: str) -> Any:
    """All bodies of that file: by scenario, or as a list."""
    return deepcopy(_file(name))


def body(name: str, scenario: str) -> Any:
    """One body, free to be changed."""
    return deepcopy(_file(name)[scenario])


@dataclass(frozen=True)
class Delivery:
    """One recorded webhook: its raw bytes, and its headers as they came."""

    name: str
    body: bytes
    headers: dict[str, str]

    @property
    def topic(self) -> str:
        return self.headers.get("X-WC-Webhook-Topic", "")


def webhook_secret() -> str:
    return str(_file("webhooks/deliveries")["secret"])


def deliveries() -> list[Delivery]:
    """All recorded webhooks, pings too."""
    return [
        Delivery(row["body"], (FOLDER / "webhooks" / row["body"]).read_bytes(), row["headers"])
        for row in _file("webhooks/deliveries")["deliveries"]
    ]
