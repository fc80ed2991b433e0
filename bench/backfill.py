"""How long a first synchronisation takes, against a bare client that only fetches the same pages; and mirroring alone.

Both ask the same shop, which answers at the speed of a measured real one, one question at a time, in turns: whatever
slows this machine down slows both. The bare client signs, reads and decodes, and does nothing with what it read.
Mirroring alone starts from decoded bodies: reading them into our words, and writing them in pages of a hundred, each
committed.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import requests
from oauthlib.oauth1 import SIGNATURE_HMAC_SHA256, SIGNATURE_TYPE_QUERY, Client
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.stage.measuring import machine, median
from bench.stage.service import DatabaseName, Stage, staged
from bench.stage.world import RunningShop, start_shop
from connector import queries
from connector.mirroring import mirror_orders
from connector.woo import payloads
from connector.woo.client import API, PER_PAGE, WooClient, plain
from connector.woo.jobs import sync_until_done
from core import clock, logs
from demo.figures import listed_orders
from demo.multiplying import multiply
from demo.rendering import order_json
from demo.storage import open_shop

GOAL_RATIO = 1.15
GOAL_ORDERS = 2000

Question = tuple[str, dict[str, str]]


@contextmanager
def listening_in() -> Iterator[list[Question]]:
    """What our client asks inside the block."""
    asked: list[Question] = []
    real = WooClient.get

    def get(self: WooClient, path: str, **parameters: Any) -> Any:
        asked.append((path, plain(parameters)))
        return real(self, path, **parameters)

    WooClient.get = get  # type: ignore[method-assign]
    try:
        yield asked
    finally:
        WooClient.get = real  # type: ignore[method-assign]


def connected(stage: Stage, shop: RunningShop) -> int:
    """The shop, connected with its read key to an empty database."""
    key = shop.state()["keys"]["read"]
    return int(stage.connect(shop.address, key["key"], key["secret"]).id or 0)


def ours(stage: Stage, shop: RunningShop) -> tuple[float, list[Question], dict[str, int]]:
    """Synchronise for the first time: seconds, the questions asked, and what is mirrored then."""
    look, store_id = stage.look, connected(stage, shop)
    with listening_in() as asked:
        began = time.perf_counter()
        sync_until_done(look.database, keys=look.keys, settings=look.settings, store_id=store_id)
        seconds = time.perf_counter() - began
    with look.database.reading() as session:
        return seconds, asked, queries.counts(session, store_id)


def bare(shop: RunningShop, asked: Sequence[Question]) -> float:
    """Fetch the same, one after the other over one connection: seconds."""
    key = shop.state()["keys"]["read"]
    signer = Client(
        key["key"],
        client_secret=key["secret"],
        signature_method=SIGNATURE_HMAC_SHA256,
        signature_type=SIGNATURE_TYPE_QUERY,
    )
    began = time.perf_counter()
    with requests.Session() as session:
        for path, parameters in asked:
            query = f"?{urlencode(parameters)}" if parameters else ""
            url, _, _ = signer.sign(f"{shop.address}{API}{path}{query}")
            answer = session.get(url, timeout=60)
            answer.raise_for_status()
            answer.json()
    return time.perf_counter() - began


def alone(stage: Stage, shop: RunningShop, bodies: Sequence[dict[str, Any]]) -> float:
    """Mirror those bodies into an empty database: orders per second."""
    store_id = connected(stage, shop)
    began = time.perf_counter()
    for start in range(0, len(bodies), PER_PAGE):
        orders = [payloads.order(body) for body in bodies[start : start + PER_PAGE]]
        with stage.look.database.writing() as session:
            mirror_orders(session, queries.store(session, store_id), orders, now=clock.now())
    return len(bodies) / (time.perf_counter() - began)


def many_bodies(count: int) -> list[dict[str, Any]]:
    """As the shop sends them, decoded."""
    shop = open_shop("eur")
    multiply(shop, count)
    return [json.loads(order_json(shop, order)) for order in listed_orders(shop)]


@contextmanager
def fresh(folder: Path, database: str) -> Iterator[Stage]:
    """An empty, migrated database of that kind; a PostgreSQL server of our own unless an address is given."""
    kind: DatabaseName = "sqlite" if database == "sqlite" else "postgresql"
    with staged(folder, kind, url=emptied(database) if "://" in database else "") as stage:
        yield stage


def emptied(address: str) -> str:
    """That PostgreSQL database without any table. Its name must say that it is one for benches."""
    if "bench" not in address.rpartition("/")[2]:
        raise SystemExit("the name of the database must contain “bench”: everything in it is dropped")
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP SCHEMA IF EXISTS dbos CASCADE")
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return address


def measure(chosen: argparse.Namespace, folder: Path, shown: Progress) -> bool:
    step = shown.add_task("starting the shop", total=3 * chosen.runs)
    bodies = many_bodies(chosen.orders)
    fetched: list[tuple[float, float]] = []
    speeds: list[float] = []
    asked: list[Question] = []
    with staged(folder / "shop") as about:
        shop = start_shop(about, "--orders", str(chosen.orders), "--speed", "real")
        truth = shop.state()
        for run in range(1, chosen.runs + 1):
            shown.update(step, description=f"run {run}: synchronising")
            with fresh(folder / f"sync-{run}", chosen.database) as stage:
                whole, asked, counts = ours(stage, shop)
            if counts != {name: truth[name] for name in counts}:
                raise SystemExit(f"the mirror differs from the shop: {counts}")
            shown.update(step, advance=1, description=f"run {run}: fetching alone")
            fetched.append((whole, bare(shop, asked)))
            shown.update(step, advance=1, description=f"run {run}: mirroring alone")
            with fresh(folder / f"alone-{run}", chosen.database) as stage:
                speeds.append(alone(stage, shop, bodies))
            shown.update(step, advance=1)
    return report(chosen, fetched, speeds, len(asked))


def report(
    chosen: argparse.Namespace,
    fetched: Sequence[tuple[float, float]],
    speeds: Sequence[float],
    questions: int,
) -> bool:
    """Print what was found; whether the goals were met."""
    table = Table("run", "synchronised s", "fetched alone s", "ratio", "mirrored alone, orders/s")
    for run, ((whole, fetch), speed) in enumerate(zip(fetched, speeds, strict=True), 1):
        table.add_row(str(run), f"{whole:.2f}", f"{fetch:.2f}", f"{whole / fetch:.3f}", f"{speed:,.0f}")
    ratio, speed = median([whole / fetch for whole, fetch in fetched]), median(speeds)
    whole, fetch = (median([pair[place] for pair in fetched]) for place in (0, 1))
    table.add_section()
    table.add_row("median", f"{whole:.2f}", f"{fetch:.2f}", f"{ratio:.3f}", f"{speed:,.0f}")
    Console(width=100).print(table)
    on_sqlite = chosen.database == "sqlite"
    met = ratio <= GOAL_RATIO and (speed >= GOAL_ORDERS or not on_sqlite)
    goal = f"ratio <= {GOAL_RATIO}" + (f", >= {GOAL_ORDERS:,} orders/s" if on_sqlite else "")
    print(f"{chosen.orders:,} orders, {questions} questions; goal: {goal}: {'met' if met else 'MISSED'}")
    return met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--database",
        default="sqlite",
        help="sqlite, postgresql (a server of our own), or postgresql://… with a name that contains “bench”",
    )
    parser.add_argument("--orders", type=int, default=5000, help="orders of the shop")
    parser.add_argument("--runs", type=int, default=3, help="how often each is measured, in turns")
    chosen = parser.parse_args()
    logs.start(level="ERROR")
    print(machine())
    with tempfile.TemporaryDirectory(prefix="aftercart-bench-") as folder, Progress(transient=True) as shown:
        met = measure(chosen, Path(folder), shown)
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main()
