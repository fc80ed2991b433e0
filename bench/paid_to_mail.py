"""From the payment in the shop to the accepted letter, order by order, and where that time goes.

Orders are placed and paid at a steady rate in a demo shop that sends its webhooks at once; a real shop waits 6 to 75 s
before it sends one, and polling then finds the order first (every 20 s by default).
"""

import argparse
import tempfile
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from rich.progress import Progress
from sqlmodel import Session, col, select

from bench.stage.measuring import machine, median, share
from bench.stage.service import Stage, staged
from bench.stage.world import RunningMailbox, connected, mailbox_ports, start_mailbox, start_shop
from connector.tables import ShopOrder, SyncState
from connector.woo.tables import WebhookDelivery
from invoices.tables import Invoice
from outbox.tables import Letter

GOAL_SECONDS = 5.0
PATIENCE_SECONDS = 120.0
LEGS = ("webhook stored", "order mirrored", "invoice issued", "PDF stored", "letter accepted")


def buyer(place: int) -> str:
    return f"buyer-{place}@example.com"


def accepted(mailbox: RunningMailbox) -> dict[str, float]:
    """When the first letter to each address was accepted."""
    found: dict[str, float] = {}
    for letter in mailbox.letters():
        moment = datetime.fromisoformat(letter["received_at"]).timestamp()
        for address in letter["to"]:
            found[address] = min(moment, found.get(address, moment))
    return found


def legs(stage: Stage, numbers: Mapping[int, float], letters: Mapping[str, float]) -> dict[str, list[float]]:
    """For each order the seconds between one milestone and the next, the first from the payment on."""
    found: dict[str, list[float]] = {name: [] for name in LEGS}
    with stage.look.database.reading() as session:
        for number, paid in numbers.items():
            moments = [paid, *_milestones(session, number, paid)]
            order = session.exec(select(ShopOrder).where(ShopOrder.remote_id == number)).one()
            moments.append(letters[order.email])
            for name, earlier, later in zip(LEGS, moments, moments[1:], strict=False):
                found[name].append(later - earlier)
    return found


def _milestones(session: Session, number: int, paid: float) -> list[float]:
    order = session.exec(select(ShopOrder).where(ShopOrder.remote_id == number)).one()
    invoice = session.exec(select(Invoice).where(Invoice.order_id == order.id)).one()
    letter = session.exec(select(Letter).where(Letter.order_id == order.id)).first()
    if order.paid_recorded_at is None or invoice.pdf_at is None or letter is None:
        raise ValueError(f"order {number} is not finished")
    received = session.exec(
        select(WebhookDelivery.received_at)
        .where(WebhookDelivery.remote_id == number, col(WebhookDelivery.topic).like("order.%"))
        .order_by(col(WebhookDelivery.received_at))
    ).all()
    stored = [moment.timestamp() for moment in received if moment.timestamp() >= paid]
    mirrored = order.paid_recorded_at.timestamp()
    # Where polling was faster than the webhook, the first leg took no time of its own.
    first = min([*stored, mirrored])
    return [first, mirrored, invoice.issued_at.timestamp(), invoice.pdf_at.timestamp()]


def measure(chosen: argparse.Namespace, folder: Path) -> bool:
    ports = mailbox_ports()
    more = {"smtp_host": "127.0.0.1", "smtp_port": str(ports[0]), "poll_seconds": "20"}
    with staged(folder, chosen.database, more) as stage, Progress(transient=True) as shown:
        step = shown.add_task("starting", total=chosen.orders)
        mailbox = start_mailbox(stage, ports, folder)
        shop = start_shop(stage, "--webhook-delay", "0")
        stage.start()
        stage.await_ready()
        connected(stage, shop)
        stage.await_that(lambda: _webhooks_made(stage), "the shop's webhooks", seconds=60)
        warm = shop.do("place", email=buyer(0))
        shop.do("pay", id=warm["id"])
        stage.await_that(lambda: buyer(0) in accepted(mailbox), "the first letter", seconds=60)
        numbers: dict[int, float] = {}
        shown.update(step, description="paying orders")
        due = time.monotonic()
        for place in range(1, chosen.orders + 1):
            due += 1 / chosen.rate
            order = shop.do("place", email=buyer(place))
            time.sleep(max(0.0, due - time.monotonic()))
            numbers[int(order["id"])] = time.time()
            shop.do("pay", id=order["id"])
            shown.advance(step)
        wanted = {buyer(place) for place in range(1, chosen.orders + 1)}
        stage.await_that(lambda: wanted <= set(accepted(mailbox)), "all letters", seconds=PATIENCE_SECONDS)
        return report(chosen, legs(stage, numbers, accepted(mailbox)))


def _webhooks_made(stage: Stage) -> bool:
    with stage.look.database.reading() as session:
        return (
            session.exec(select(SyncState.complete).where(SyncState.resource == "webhooks")).first() is True
        )


def report(chosen: argparse.Namespace, found: dict[str, list[float]]) -> bool:
    """Print the legs and the whole; whether the goal was met."""
    whole = [sum(parts) for parts in zip(*found.values(), strict=True)]
    print(f"{chosen.database}, {len(whole)} orders at {chosen.rate:g}/s, seconds:")
    for name, values in [*found.items(), ("paid to accepted", whole)]:
        print(
            f"  {name:18} p50 {median(values):5.2f}  p95 {share(values, 0.95):5.2f}  max {max(values):5.2f}"
        )
    met = share(whole, 0.95) <= GOAL_SECONDS
    print(f"goal: p95 <= {GOAL_SECONDS:g} s: {'met' if met else 'MISSED'}")
    return met


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--orders", type=int, default=40)
    parser.add_argument("--rate", type=float, default=1.0, help="payments per second")
    chosen = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="aftercart-bench-") as folder:
        met = measure(chosen, Path(folder))
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main()
