"""The first synchronisation of a large shop, against a bare client that only fetches the same pages.

The stand-in answers as fast as the measured store (about 300 orders/s at 100 a page). Both sides ask the same
questions one after the other; ours also writes the mirror, while the next page is on its way. Mirroring alone is the
same orders from memory into a new database.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from rich.console import Console
from rich.progress import track
from rich.table import Table

import migrations
from aftercart.cli_shops import connect_shop
from aftercart.processes import free_port, processes
from aftercart.service import Service, build
from bench.stage.measuring import machine, median
from connector import mirroring, queries
from connector.woo import jobs, payloads
from connector.woo.client import PER_PAGE, WooClient
from connector.woo.shops import client_of
from core import clock, logs
from core.settings import load

Question = tuple[str, dict[str, Any]]


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def fresh(folder: Path, database_url: str) -> Service:
    """A service on an empty database in that folder."""
    service = build(load(data_folder=folder, database_url=database_url))
    migrations.upgrade(service.database)
    return service


def connected(service: Service, address: str) -> int:
    key = requests.get(f"{address}/demo/state", timeout=60).json()["keys"]["read"]
    return int(connect_shop(service, address, key["key"], key["secret"]).id or 0)


def sync(service: Service, store_id: int) -> None:
    jobs.sync_until_done(service.database, keys=service.keys, settings=service.settings, store_id=store_id)


def asked_by(service: Service, store_id: int) -> list[Question]:
    """Synchronise once and note every question."""
    asked: list[Question] = []
    plain = WooClient.get

    def noting(client: WooClient, path: str, **parameters: Any) -> Any:
        asked.append((path, parameters))
        return plain(client, path, **parameters)

    WooClient.get = noting  # type: ignore[method-assign]
    try:
        sync(service, store_id)
    finally:
        WooClient.get = plain  # type: ignore[method-assign]
    return asked


def ask_all(client: WooClient, questions: list[Question]) -> None:
    for path, parameters in questions:
        client.get(path, **parameters)


def bodies(address: str, service: Service, store_id: int) -> list[dict[str, Any]]:
    """All orders as the shop tells them."""
    with service.database.reading() as session:
        client = client_of(queries.store(session, store_id), service.keys, service.settings)
    found: list[dict[str, Any]] = []
    while (
        len(page := client.get("orders", per_page=PER_PAGE, page=len(found) // PER_PAGE + 1).data) == PER_PAGE
    ):
        found += page
    client.close()
    return [*found, *page]


def mirror_all(service: Service, store_id: int, told: list[dict[str, Any]]) -> None:
    for start in range(0, len(told), PER_PAGE):
        orders = [payloads.order(body) for body in told[start : start + PER_PAGE]]
        with service.database.writing() as session:
            mirroring.mirror_orders(session, queries.store(session, store_id), orders, now=clock.now())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--orders", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=3, help="pairs of runs; medians are printed")
    chosen = parser.parse_args()
    logs.start(level="ERROR")
    ours, bare, alone = [], [], []
    with tempfile.TemporaryDirectory() as name, processes(Path(name) / "logs") as group:
        folder, port = Path(name), free_port()
        address = f"http://127.0.0.1:{port}"
        words = ["--name", "eur", "--port", str(port), "--orders", str(chosen.orders), "--speed", "real"]
        group.start("shop", "demo.shop", words, settings={})
        group.await_answer("shop", f"{address}/wp-json/")
        first = fresh(folder / "first", "")
        questions = asked_by(first, connected(first, address))
        told = bodies(address, first, 1)
        for run in track(range(chosen.runs), "Pairs of runs"):
            service = fresh(folder / f"ours-{run}", "")
            store_id = connected(service, address)
            ours.append(seconds(lambda service=service, store_id=store_id: sync(service, store_id)))
            with service.database.reading() as session:
                assert queries.counts(session, store_id)["orders"] == len(told)
                client = client_of(queries.store(session, store_id), service.keys, service.settings)
            bare.append(seconds(lambda client=client: ask_all(client, questions)))
            client.close()
            service.close()
            service = fresh(folder / f"alone-{run}", "")
            store_id = connected(service, address)
            alone.append(
                seconds(lambda service=service, store_id=store_id: mirror_all(service, store_id, told))
            )
            service.close()
        first.close()
    _print(ours, bare, [len(told) / one for one in alone], len(told))


def _print(ours: list[float], bare: list[float], rates: list[float], orders: int) -> None:
    table = Table(
        "What", "Median", "Goal", title=f"First synchronisation of {orders} orders", caption=machine()
    )
    ratio = median([one / other for one, other in zip(ours, bare, strict=True)])
    table.add_row("ours", f"{median(ours):.2f} s", "")
    table.add_row("bare fetch of the same pages", f"{median(bare):.2f} s", "")
    table.add_row("ours / bare, pair by pair", f"{ratio:.3f}", "≤ 1.15")
    table.add_row("mirroring alone", f"{median(rates):,.0f} orders/s", "≥ 2,000")
    Console().print(table)


if __name__ == "__main__":
    main()
