"""Shops and a mailbox in processes of their own, so that what they need is not counted as the service's."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from aftercart.processes import free_port
from bench.stage.service import Stage
from connector.tables import Store


@dataclass(frozen=True)
class RunningShop:
    """A demo shop at its address."""

    address: str

    def state(self) -> dict[str, Any]:
        found: dict[str, Any] = requests.get(f"{self.address}/demo/state", timeout=30).json()
        return found

    def do(self, hand: str, **given: object) -> dict[str, Any]:
        """Click: place, pay, refund, … with those fields."""
        answer = requests.post(f"{self.address}/demo/{hand}", json=given, timeout=30)
        answer.raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


@dataclass(frozen=True)
class RunningMailbox:
    """A mailbox: where it takes letters, and where it shows them."""

    smtp_port: int
    address: str

    def letters(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = requests.get(f"{self.address}/messages", timeout=30).json()
        return found


def mailbox_ports() -> tuple[int, int]:
    """Ports for a mailbox; the service has to know the first before it starts."""
    return free_port(), free_port()


def start_mailbox(stage: Stage, ports: tuple[int, int], folder: Path) -> RunningMailbox:
    smtp, web = ports
    words = ["--smtp-port", str(smtp), "--web-port", str(web), "--folder", str(folder / "mail")]
    stage.group.start("mailbox", "demo.mailbox", words, settings={})
    stage.group.await_answer("mailbox", f"http://127.0.0.1:{web}/messages")
    return RunningMailbox(smtp, f"http://127.0.0.1:{web}")


def start_shop(stage: Stage, *words: str, name: str = "eur") -> RunningShop:
    """Start a demo shop with those further options."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    stage.group.start(f"shop-{name}", "demo.shop", ["--name", name, "--port", str(port), *words], settings={})
    stage.group.await_answer(f"shop-{name}", f"{address}/wp-json/")
    return RunningShop(address)


def connected(stage: Stage, shop: RunningShop) -> Store:
    """The shop, connected with its read-write key and mirrored."""
    key = shop.state()["keys"]["read_write"]
    store = stage.connect(shop.address, key["key"], key["secret"])
    stage.await_mirror(store)
    return store
