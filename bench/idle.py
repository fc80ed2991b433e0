"""What an idle service costs: memory of all its processes and processor time, with a connected shop and no customers."""

import argparse
import tempfile
import time
from pathlib import Path

from rich.progress import Progress

from bench.stage.measuring import machine, memory
from bench.stage.service import Stage, staged
from bench.stage.world import RunningMailbox, connected, mailbox_ports, start_mailbox, start_shop

GOAL_MEGABYTES = 160
GOAL_PERCENT = 3.0
MEGABYTE = 1024 * 1024


def _use_once(stage: Stage, folder: Path, ports: tuple[int, int]) -> RunningMailbox:
    """Bring the service to where it has done everything once: a mirrored shop, an invoice, a letter."""
    mailbox = start_mailbox(stage, ports, folder)
    shop = start_shop(stage)
    stage.start()
    stage.await_ready()
    connected(stage, shop)
    order = shop.do("place")
    shop.do("pay", id=order["id"])
    stage.await_that(lambda: len(mailbox.letters()) > 0, "the first letter", seconds=60)
    return mailbox


def measure(chosen: argparse.Namespace, folder: Path) -> bool:
    ports = mailbox_ports()
    more = {
        "smtp_host": "127.0.0.1",
        "smtp_port": str(ports[0]),
        "poll_seconds": "20",
        "render_sleep_seconds": "3",
    }
    with staged(folder, chosen.database, more) as stage, Progress(transient=True) as shown:
        step = shown.add_task("using the service once", total=chosen.seconds)
        _use_once(stage, folder, ports)
        count = len(stage.names)
        stage.await_that(lambda: len(stage.processes()) == count, "the renderers asleep", seconds=60)
        shown.update(step, description="watching it idle")
        before, started = stage.cpu_seconds(), time.monotonic()
        for _ in range(chosen.seconds):
            time.sleep(1)
            shown.advance(step)
        percent = 100 * (stage.cpu_seconds() - before) / (time.monotonic() - started)
        sizes = [memory(process) for process in stage.processes()]
    resident, proportional = (sum(size[kind] for size in sizes) / MEGABYTE for kind in (0, 1))
    print(
        f"{chosen.database}, {len(sizes)} process(es) over {chosen.seconds} s: RSS {resident:.0f} MB, "
        f"PSS {proportional:.0f} MB, {percent:.1f} % of a core"
    )
    met = resident <= GOAL_MEGABYTES and percent <= GOAL_PERCENT
    print(f"goal on SQLite: <= {GOAL_MEGABYTES} MB RSS, <= {GOAL_PERCENT:g} %: {'met' if met else 'MISSED'}")
    return met or chosen.database != "sqlite"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seconds", type=int, default=60)
    chosen = parser.parse_args()
    print(machine())
    with tempfile.TemporaryDirectory(prefix="aftercart-bench-") as folder:
        met = measure(chosen, Path(folder))
    raise SystemExit(0 if met else 1)


if __name__ == "__main__":
    main()
