"""How fast what one says is there for the other, how many may listen, and whom a reader that stalls harms.

A thousand sockets in rooms of two; the sender is open-loop: each message has its moment, and its time counts from that
until the other socket of its room has it, after the commit. A bare uvicorn fan-out, which keeps nothing and checks
nobody, is measured beside it in the same run. Client and service share this machine.
"""

import argparse
import json
import multiprocessing
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aftercart.processes import free_port
from bench.stage.measuring import machine, median, memory, share
from bench.stage.service import Stage, staged
from bench.stage.talking import HOME, Heard, Room, hold_idle, make_rooms, run_crowd
from tests import factories

KIBIBYTE = 1024
GOALS = {
    "p50 at 200/s": 5.0,
    "p99 at 200/s": 60.0,
    "p99 at 1000/s": 300.0,
    "idle KiB": 40.0,
    "stalled": 100.0,
}


def figures(found: Heard) -> dict[str, Any]:
    """The run in milliseconds."""
    arrived = [one * 1000 for one in found.arrived] or [float("inf")]
    safe = [one * 1000 for one in found.safe] or [float("nan")]
    return {
        "messages": found.sent,
        "lost": found.lost,
        "doubled": found.doubled,
        "refused": found.refused,
        "p50": round(median(arrived), 2),
        "p99": round(share(arrived, 0.99), 2),
        "max": round(max(arrived), 2),
        "safe_p50": round(median(safe), 2),
        "safe_p99": round(share(safe, 0.99), 2),
        "sender_behind": round(found.late * 1000, 2),
        "seconds_to_open": round(found.seconds_to_open, 2),
    }


@contextmanager
def bare() -> Iterator[int]:
    """The port of a bare fan-out."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "bench.stage.bare", str(port)])
    try:
        yield port
    finally:
        process.terminate()
        process.wait()


def alone(work: Any, *given: Any) -> Any:
    """Have it done in a process that does nothing else."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, given)


def seeded(stage: Stage, rooms: int) -> tuple[str, list[Room]]:
    with stage.look.database.writing() as session:
        store = factories.store(session, home_address=HOME)
        return store.public_id, make_rooms(session, store, rooms)


def idle(stage: Stage, shop: str, rooms: list[Room]) -> dict[str, Any]:
    """What a socket that only listens costs the service."""
    process = stage.group.running["serve"].pid
    before = memory(process)[0]
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    holder = multiprocessing.get_context("spawn").Process(
        target=hold_idle, args=(int(stage.given["AFTERCART_PORT"]), shop, rooms, theirs)
    )
    holder.start()
    opened = ours.recv()
    after = memory(process)[0]
    ours.send("enough")
    closed = int(ours.recv())
    holder.join()
    sockets = 2 * len(rooms)
    return {
        "sockets": sockets,
        "KiB_each": round((after - before) / sockets / KIBIBYTE, 1),
        "closed": closed,
        "seconds_to_open": round(opened, 1),
    }


def measure(chosen: argparse.Namespace, folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = {"machine": machine(), "database": chosen.database}
    count = chosen.sockets // 2
    with staged(folder, chosen.database, {"poll_seconds": "60"}) as stage:
        runs = len(chosen.rates) + 2
        shop, rooms = seeded(stage, count * runs + chosen.idle // 2)
        fresh = (
            rooms[place * count : (place + 1) * count] for place in range(runs)
        )  # Nobody has said anything yet.
        for rate in chosen.rates:
            stage.start()
            stage.await_ready()
            port = int(stage.given["AFTERCART_PORT"])
            before = stage.cpu_seconds()
            given = (shop, next(fresh), rate, chosen.seconds)
            found[f"at {rate}/s"] = figures(alone(run_crowd, port, *given))
            used = stage.cpu_seconds() - before
            found[f"at {rate}/s"]["processor_seconds"] = round(used, 1)
            with bare() as plain:
                found[f"bare at {rate}/s"] = figures(alone(run_crowd, plain, *given))
            stage.stop()
        if chosen.stalled:
            stage.start()
            stage.await_ready()
            given = (shop, next(fresh), 200, chosen.seconds, chosen.stalled)
            found["beside stalled readers"] = figures(alone(run_crowd, port, *given))
            stage.stop()
        if chosen.idle:
            stage.start()
            stage.await_ready()
            found["idle"] = idle(stage, shop, rooms[count * runs :])
            stage.stop()
    return found


def met(found: dict[str, Any]) -> dict[str, bool]:
    """Which goals were met, of those that were measured."""
    goals: dict[str, bool] = {}
    slow, fast = found.get("at 200/s"), found.get("at 1000/s")
    if slow:
        goals["200/s: p50 <= 5 ms"] = slow["p50"] <= GOALS["p50 at 200/s"]
        goals["200/s: p99 <= 60 ms"] = slow["p99"] <= GOALS["p99 at 200/s"]
    if fast:
        goals["1000/s: p99 <= 300 ms"] = fast["p99"] <= GOALS["p99 at 1000/s"]
    for name, run in found.items():
        if isinstance(run, dict) and "lost" in run and not name.startswith("bare"):
            goals[f"{name}: none lost, none twice"] = not (run["lost"] or run["doubled"] or run["refused"])
    if "idle" in found:
        goals["idle: <= 40 KiB each"] = found["idle"]["KiB_each"] <= GOALS["idle KiB"]
        goals["idle: none closed"] = not found["idle"]["closed"]
    if "beside stalled readers" in found and slow:
        more = found["beside stalled readers"]["p99"] - slow["p99"]
        goals["stalled readers: p99 of others <= 100 ms more"] = more <= GOALS["stalled"]
    return goals


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--sockets", type=int, default=1000, help="in rooms of two")
    parser.add_argument("--rates", type=int, nargs="*", default=[200, 1000], help="messages per second")
    parser.add_argument("--seconds", type=float, default=30, help="how long at each rate")
    parser.add_argument(
        "--idle", type=int, default=10_000, help="sockets that only listen; 0 leaves them out"
    )
    parser.add_argument("--stalled", type=int, default=20, help="readers that stall; 0 leaves them out")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="aftercart-bench-") as folder:
        found = measure(chosen, Path(folder))
    found["goals"] = met(found)
    if chosen.json:
        print(json.dumps(found))
    else:
        for name, value in found.items():
            print(f"{name}: {value}")
    raise SystemExit(0 if all(found["goals"].values()) else 1)


if __name__ == "__main__":
    main()
