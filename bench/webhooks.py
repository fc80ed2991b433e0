"""How fast webhooks are taken: proved, stored, handed in, answered; at a steady rate, whatever the answers do.

The sender is open-loop: each delivery has its moment, and its time counts from that moment, so that a slow answer makes
the ones behind it late too. Deliveries come over a few connections that stay open. Nothing may be lost: each order that
was hinted at must have been looked into after its last hint.
"""

import argparse
import http.client
import json
import multiprocessing
import queue
import random
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from urllib.parse import urlsplit

from rich.progress import Progress
from sqlalchemy import func
from sqlmodel import col, select

from bench.stage.measuring import machine, median, share
from bench.stage.service import Stage, staged
from bench.stage.world import connected, start_shop
from connector.woo.client import WooClient
from connector.woo.shops import client_of
from connector.woo.tables import WebhookDelivery
from connector.woo.webhooks import signature

GOAL_MILLISECONDS = 25
CONNECTIONS = 8


@dataclass(frozen=True)
class Taken:
    """One delivery: the order it hinted at, when it was due, and how long until its answer."""

    number: int
    due: float
    seconds: float
    status: int


def send(address: str, secret: str, bodies: list[tuple[int, bytes]], rate: float) -> list[Taken]:
    """Deliver all bodies at that rate per second, from a process that does nothing else."""
    parts = urlsplit(address)
    waiting: queue.Queue[tuple[float, int, bytes] | None] = queue.Queue()
    taken: list[Taken] = []
    start, wall = time.monotonic() + 0.2, time.time() + 0.2

    def work() -> None:
        connection = http.client.HTTPConnection(parts.netloc, timeout=60)
        while (given := waiting.get()) is not None:
            due, number, body = given
            headers = {
                "Content-Type": "application/json",
                "X-WC-Webhook-Topic": "order.updated",
                "X-WC-Webhook-Signature": signature(secret, body),
            }
            connection.request("POST", parts.path, body, headers)
            answer = connection.getresponse()
            answer.read()
            taken.append(Taken(number, wall + due - start, time.monotonic() - due, answer.status))

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for place, (number, body) in enumerate(bodies):
        due = start + place / rate
        time.sleep(max(0.0, due - time.monotonic()))
        waiting.put((due, number, body))
    for _ in threads:
        waiting.put(None)
    for thread in threads:
        thread.join()
    return taken


def lost(stage: Stage, taken: list[Taken], *, patience_seconds: float = 60) -> int:
    """How many orders were hinted at and not looked into after their last hint, once the service had its time."""
    last: dict[int, float] = {}
    for one in taken:
        last[one.number] = max(last.get(one.number, 0), one.due)
    deadline = time.monotonic() + patience_seconds
    while True:
        with stage.look.database.reading() as session:
            found = session.exec(
                select(WebhookDelivery.remote_id, func.max(WebhookDelivery.handled_at))
                .where(col(WebhookDelivery.handled_at).is_not(None))
                .group_by(col(WebhookDelivery.remote_id))
            )
            looked = {number: moment.replace(tzinfo=UTC).timestamp() for number, moment in found if moment}
            left = session.exec(
                select(func.count())
                .select_from(WebhookDelivery)
                .where(col(WebhookDelivery.handled_at).is_(None))
            ).one()
        missing = [number for number, due in last.items() if looked.get(number, 0) < due]
        if (not missing and not left) or time.monotonic() > deadline:
            return max(len(missing), left)
        time.sleep(0.5)


def orders_of(client: WooClient) -> list[tuple[int, bytes]]:
    """Each order of the shop with the body a webhook about it has."""
    bodies: list[tuple[int, bytes]] = []
    page = 1
    while True:
        listed = client.get("orders", per_page=100, page=page, orderby="id", order="asc").data
        bodies += [(int(body["id"]), json.dumps(body, ensure_ascii=False).encode()) for body in listed]
        if len(listed) < 100:
            return bodies
        page += 1


def measure(chosen: argparse.Namespace, folder: Path) -> bool:
    with staged(folder, chosen.database) as stage, Progress(transient=True) as shown:
        step = shown.add_task("starting", total=None)
        shop = start_shop(stage, "--orders", str(chosen.orders))
        stage.start()
        stage.await_ready()
        shown.update(step, description="mirroring the shop")
        store = connected(stage, shop)
        secret = stage.look.keys.reveal(store.webhook_secret_hidden)
        chooser = random.Random(chosen.seed)
        bodies = orders_of(client_of(store, stage.look.keys, stage.look.settings))
        sent = [chooser.choice(bodies) for _ in range(chosen.rate * chosen.seconds)]
        shown.update(step, description=f"delivering {len(sent)} webhooks")
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            address = f"{stage.address}/webhooks/woo/{store.public_id}"
            pool.apply(send, (address, secret, sent[:50], 50))  # The first ones wake what is lazy.
            before = stage.cpu_seconds()
            taken = pool.apply(send, (address, secret, sent, chosen.rate))
            used = stage.cpu_seconds() - before
        shown.update(step, description="seeing that all were looked into")
        missing = lost(stage, taken)
    return report(chosen, taken, missing, used)


def report(chosen: argparse.Namespace, taken: list[Taken], missing: int, used: float) -> bool:
    """Print what was found; whether the goal was met and nothing lost."""
    refused = sum(one.status != 200 for one in taken)
    milliseconds = [one.seconds * 1000 for one in taken]
    p99 = share(milliseconds, 0.99)
    print(
        f"{chosen.database}: {len(taken)} webhooks at {chosen.rate}/s: p50 {median(milliseconds):.1f} ms, "
        f"p95 {share(milliseconds, 0.95):.1f} ms, p99 {p99:.1f} ms, max {max(milliseconds):.1f} ms; "
        f"refused {refused}, orders hinted at and not looked into {missing}; "
        f"{used / len(taken) * 1000:.1f} ms of processor each, the looking included"
    )
    print(
        f"goal: p99 <= {GOAL_MILLISECONDS} ms, none lost: {'met' if p99 <= GOAL_MILLISECONDS else 'MISSED'}"
    )
    return p99 <= GOAL_MILLISECONDS and not refused and not missing


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--rate", type=int, default=100, help="deliveries per second")
    parser.add_argument("--seconds", type=int, default=30, help="how long")
    parser.add_argument("--orders", type=int, default=1000, help="orders of the shop that are hinted at")
    parser.add_argument("--seed", type=int, default=1, help="chooses the orders")
    chosen = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="aftercart-bench-") as folder:
        met = measure(chosen, Path(folder))
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main()
