"""kill -9 of the service at random moments while the recorded orders are lived through once more.

Two shops stand in this process: one starts empty, one with half of its orders; every order is placed, paid, refunded or
trashed as it was recorded, with clicks between, and each change is told by webhooks three times in random order. After
the last kill the service may settle. Then every paid order must have exactly one number, one document and one letter
(accepted under one Message-ID), the numbers must be 1..n, the mirror must equal the shop, and no job may be dead.
"""

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench.stage.measuring import machine
from bench.stage.replay import Replay, Step
from bench.stage.service import WORKERS, DatabaseName, Stage, staged
from bench.stage.verdict import Verdict, verdict
from connector import queries
from demo.letters import Letters
from demo.mailbox import running_mailbox
from demo.serving import running_shop
from demo.storage import Shop, open_shop
from invoices import issuing

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
SETTLE_SECONDS = 300.0


@dataclass(frozen=True)
class Plan:
    """How hard it is made. `orders` limits the recorded orders of each shop, `clicked` adds clicks to each."""

    kills: int
    seed: int
    orders: int | None = None
    clicked: int = 100


@dataclass
class Ordeal:
    """What is under test, and what has happened to it so far."""

    stage: Stage
    plan: Plan
    chooser: random.Random
    letters: Letters
    replays: dict[int, Replay] = field(default_factory=dict)
    hits: Counter[str] = field(default_factory=Counter)
    asked: bool = False

    @property
    def shops(self) -> dict[int, Shop]:
        return {store_id: replay.shop for store_id, replay in self.replays.items()}

    def judge(self, *, thorough: bool) -> Verdict:
        accepted: list[dict[str, Any]] = [letter.shown() for letter in self.letters.all()]
        return verdict(self.stage, self.shops, accepted, thorough=thorough)

    # -- the kills -----------------------------------------------------------------------------------------------

    def run(self, tick: Callable[[], None]) -> None:
        """Kill as often as planned; the steps of the shops are spread over the service's lives."""
        steps = self._steps()
        self.stage.start()
        for number in range(self.plan.kills):
            first, last = (len(steps) * place // self.plan.kills for place in (number, number + 1))
            for replay in self.replays.values():
                replay.wake_webhooks()
            if self.chooser.random() < 0.75:
                self.stage.await_ready()
            self._live(steps[first:last], self.chooser.uniform(0.05, 3))
            if number >= self.plan.kills // 3:
                self._ask_for_backlog()
            self._kill()
            tick()

    def _steps(self) -> list[Step]:
        lives = [replay.steps for replay in self.replays.values()]
        timed = [(place / len(steps), step) for steps in lives for place, step in enumerate(steps)]
        return [step for _, step in sorted(timed, key=lambda pair: pair[0])]

    def _live(self, steps: list[Step], seconds: float) -> None:
        for step in steps:
            time.sleep(seconds / (len(steps) + 1))
            step()
        time.sleep(seconds / (len(steps) + 1))

    def _kill(self) -> None:
        victims = self._victims()
        was_ready = self.stage.ready
        self.stage.kill(*victims)
        running = [
            job.name
            for job in self.stage.look.jobs.unfinished(1000)
            if job.status == "running" and (job.node in victims or len(self.stage.names) == 1)
        ]
        self.hits.update(set(running) or ({"nothing running"} if was_ready else {"starting"}))
        self.stage.start(*victims)

    def _victims(self) -> tuple[str, ...]:
        """On PostgreSQL one of the three processes, mostly a worker, or all at once."""
        if len(self.stage.names) == 1:
            return self.stage.names
        chosen: tuple[str, ...] = self.chooser.choice(
            [("serve",), WORKERS[:1], WORKERS[:1], WORKERS[1:], WORKERS[1:], WORKERS, self.stage.names]
        )
        return chosen

    def _ask_for_backlog(self) -> None:
        """Twice the same question; the orders that were paid before connecting get their invoices once.

        Only of the second shop, and only once: no order of the first may depend on it.
        """
        store_id = list(self.replays)[1]
        with self.stage.look.database.reading() as session:
            if self.asked or not queries.is_mirrored(session, store_id):
                return
        self.asked = True
        for _ in range(2):
            with self.stage.look.database.writing() as session:
                issuing.issue_backlog(session, store_id, LONG_AGO, send=True)

    # -- the end -------------------------------------------------------------------------------------------------

    def settle(self) -> Verdict:
        """Let the service come to rest, sweep once, and judge; what was right must stay right for some seconds."""
        self.stage.await_ready()
        for replay in self.replays.values():
            replay.wake_webhooks()
        self._await_rest()
        self._ask_for_backlog()
        self._sweep()
        self._await_rest()
        time.sleep(3)
        return self.judge(thorough=True)

    def _await_rest(self) -> None:
        """Until nothing but what the clock starts is left to do, or the time is over; the verdict tells the rest."""
        deadline = time.monotonic() + SETTLE_SECONDS
        quiet = 0
        while quiet < 3 and time.monotonic() < deadline:
            time.sleep(0.5)
            left = [fault for fault in self.judge(thorough=False).faults if fault.startswith("jobs left")]
            quiet = 0 if left else quiet + 1

    def _sweep(self) -> None:
        """What no webhook and no poll tells (orders and refunds deleted for good) is found by comparing all numbers."""
        command = [sys.executable, "-m", "aftercart", "sync", "--full"]
        swept = subprocess.run(
            command, env=self.stage.environment(), capture_output=True, text=True, timeout=120, check=False
        )
        if swept.returncode:
            raise RuntimeError(f"aftercart sync --full failed:\n{swept.stdout}{swept.stderr}")


def ordeal(stack: ExitStack, folder: Path, plan: Plan, database: DatabaseName, url: str = "") -> Ordeal:
    """Two shops, a mailbox and a connected service, ready to be killed; all ends with the stack."""
    chooser = random.Random(plan.seed)
    random.seed(plan.seed)
    receiver, _web = stack.enter_context(running_mailbox(folder / "mail"))
    more = {"smtp_host": "127.0.0.1", "smtp_port": str(receiver.port)}
    stage = stack.enter_context(staged(folder, database, more, durable=False, url=url))
    found = Ordeal(stage, plan, chooser, receiver.letters)
    for name, part in (("krw", 0.0), ("eur", 0.5)):
        shop = open_shop(name)
        kept = round(min(len(shop.orders), plan.orders or len(shop.orders)) * part)
        replay = Replay(shop, chooser, kept=kept, orders=plan.orders, clicked=plan.clicked)
        key = next(key for key in shop.keys if key.permission == "read_write")
        store = stage.connect(stack.enter_context(running_shop(shop)), key.key, key.secret)
        found.replays[int(store.id or 0)] = replay
    return found


def table(found: Ordeal, judged: Verdict) -> Table:
    """What was found and whom the kills hit."""
    shown = Table(
        "Found", "", title=f"{found.plan.kills} kills, seed {found.plan.seed}", title_justify="left"
    )
    for name, count in judged.figures.items():
        shown.add_row(name, str(count))
    shown.add_section()
    for name, count in found.hits.most_common():
        shown.add_row(f"kills that hit: {name}", str(count))
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="repeats the same choices")
    parser.add_argument(
        "--clicks", type=int, default=100, help="clicks in each shop beside the recorded orders"
    )
    chosen = parser.parse_args()
    print(machine())
    plan = Plan(chosen.kills, chosen.seed, clicked=chosen.clicks)
    console = Console()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="aftercart-crash-") as folder, ExitStack() as stack:
        found = ordeal(stack, Path(folder), plan, chosen.database)
        with Progress(console=Console(stderr=True), transient=True) as shown:
            step = shown.add_task("killing", total=plan.kills)
            found.run(lambda: shown.advance(step))
            shown.update(step, description="settling", total=None)
            judged = found.settle()
        console.print(table(found, judged))
        for fault in judged.faults:
            console.print(f"[red]violated[/red] {fault}", soft_wrap=True)
        orphans = found.stage.orphans()
        console.print(
            f"{chosen.database}, {time.monotonic() - started:.0f} s, orphaned processes: {len(orphans)}"
        )
    raise SystemExit(1 if judged.faults or orphans else 0)


if __name__ == "__main__":
    main()
