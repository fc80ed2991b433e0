"""Messages while everything breaks: cuts, kill -9 of the service in mid-stream, everything sent twice now and then.

In the end every message that was ever sent must be there exactly once, every browser must have been sent all of its
conversation in order and without a gap, and each sender's messages must stand in the order in which they were sent.
On PostgreSQL two service processes and a Redis share the work; Redis is killed too.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from aftercart.processes import free_port
from bench.stage.measuring import machine
from bench.stage.service import Stage, staged
from bench.stage.sockets import Socket, name, open_socket
from bench.stage.talking import HOME, Room, make_rooms
from chat.tables import Conversation, ConversationEvent
from tests import factories
from tests.redis import RedisServer

PATIENCE_SECONDS = 120.0


@dataclass(frozen=True)
class Plan:
    """How much, and how hard."""

    messages: int
    rooms: int
    rate: float
    kills: int
    seed: int
    cuts_a_second: float = 10.0
    doubled: float = 0.1  # Of all messages.


class Browser:
    """One browser of a room: sends again what was not said to be safe, comes again after a cut, keeps what it was sent."""

    def __init__(self, ordeal: "Ordeal", room: Room, place: int) -> None:
        self.ordeal = ordeal
        self.room = room
        self.place = place
        self.seen: list[tuple[int, str]] = []
        self.unsafe: dict[str, str] = {}
        self.sent: list[str] = []
        self.twice = 0
        self._socket: Socket | None = None
        self._gone = asyncio.Event()

    @property
    def last(self) -> int:
        return self.seen[-1][0] if self.seen else 0

    async def live(self) -> None:
        while not self.ordeal.over:
            try:
                port = self.ordeal.chooser.choice(self.ordeal.ports)
                async with asyncio.timeout(5):
                    socket = await open_socket(port, self.ordeal.path, HOME, self._hear, self.place)
            except (OSError, TimeoutError):
                await asyncio.sleep(0.1 + self.ordeal.chooser.random() * 0.2)
                continue
            self._socket = socket
            socket.send(type="hello", token=self.room.token, since={self.room.conversation: self.last})
            while not socket.closed and not self.ordeal.over:
                await asyncio.sleep(0.02)
            socket.abort()

    def _hear(self, socket: Socket, frame: dict[str, Any]) -> None:
        if socket is not self._socket:
            return
        kind = frame["type"]
        if kind == "ready":
            self.nudge()
        elif kind == "event":
            event = frame["event"]
            if event["seq"] <= self.last:
                self.twice += 1
            else:
                self.seen.append((event["seq"], event["client_id"]))
        elif kind == "sent":
            if self.unsafe.pop(frame["client_id"], None) is not None:
                self.nudge()
        elif kind == "refused":
            self.ordeal.refused[frame["error"]["code"]] += 1
            asyncio.get_running_loop().call_later(1.0, self.nudge)

    def say(self) -> None:
        client_id, text = name(), f"message {len(self.sent)} of {self.place}"
        self.sent.append(client_id)
        self.unsafe[client_id] = text
        if len(self.unsafe) == 1:
            self.nudge()

    def _send(self, client_id: str, text: str) -> None:
        if self._socket is not None and not self._socket.closed:
            self._socket.send(
                type="send", conversation=self.room.conversation, client_id=client_id, text=text
            )

    def cut(self) -> None:
        if self._socket is not None:
            self._socket.abort()

    def nudge(self) -> None:
        """Send the first message that was not said to be safe: the next one follows it, so that they stay in order."""
        for client_id, text in self.unsafe.items():
            for _ in range(2 if self.ordeal.chooser.random() < self.ordeal.plan.doubled else 1):
                self._send(client_id, text)
            break


@dataclass
class Ordeal:
    """A service that is harmed while two browsers of each room talk."""

    stage: Stage
    plan: Plan
    ports: list[int]
    path: str
    rooms: list[Room]
    redis: RedisServer | None
    names: list[str]
    over: bool = False
    kills: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    browsers: list[Browser] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chooser = random.Random(self.plan.seed)

    async def run(self) -> None:
        """Talk through it all, then wait until everything is where it belongs, or for long enough."""
        self.browsers = [
            Browser(self, room, 2 * place + side) for place, room in enumerate(self.rooms) for side in (0, 1)
        ]
        living = [asyncio.create_task(one.live()) for one in self.browsers]
        breaking = [asyncio.create_task(one) for one in (self._cut(), self._kill())]
        pause = 1 / self.plan.rate
        due = time.monotonic()
        for place in range(self.plan.messages):
            self.browsers[place % len(self.browsers)].say()
            due += pause
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        for task in breaking:
            task.cancel()
        await asyncio.gather(*breaking, return_exceptions=True)
        self._heal()
        deadline = time.monotonic() + PATIENCE_SECONDS
        while not self._settled() and time.monotonic() < deadline:
            for one in self.browsers:
                one.nudge()
            await asyncio.sleep(2)
        self.over = True
        await asyncio.gather(*living)

    def _settled(self) -> bool:
        wanted = Counter[str]()
        for one in self.browsers:
            wanted[one.room.conversation] += len(one.sent)
        return all(not one.unsafe and len(one.seen) >= wanted[one.room.conversation] for one in self.browsers)

    async def _cut(self) -> None:
        while True:
            await asyncio.sleep(self.chooser.expovariate(self.plan.cuts_a_second))
            self.chooser.choice(self.browsers).cut()

    async def _kill(self) -> None:
        lasts = self.plan.messages / self.plan.rate
        for _ in range(self.plan.kills):
            await asyncio.sleep(lasts / (self.plan.kills + 1))
            if self.redis is not None and self.chooser.random() < 0.3:
                await asyncio.to_thread(self.redis.kill)
                await asyncio.sleep(0.5)
                await asyncio.to_thread(self.redis.start)
            which = self.chooser.randrange(len(self.names))
            process = self.stage.group.running[self.names[which]]
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
            self.kills += 1
            start(self.stage, self.names[which], self.ports[which])

    def _heal(self) -> None:
        for which, one in enumerate(self.names):
            if self.stage.group.running[one].poll() is not None:
                start(self.stage, one, self.ports[which])

    def verdict(self) -> dict[str, Any]:
        """Everything that is wrong, and how much was looked at."""
        with self.stage.look.database.reading() as session:
            named = dict(session.exec(select(Conversation.id, Conversation.public_id)).all())
            rows = session.exec(
                select(ConversationEvent).order_by(
                    col(ConversationEvent.conversation_id), col(ConversationEvent.seq)
                )
            ).all()
            kept: dict[str, list[tuple[int, str]]] = {}
            for row in rows:
                kept.setdefault(named[row.conversation_id], []).append((row.seq, row.client_id or ""))
        sent = Counter(one for browser in self.browsers for one in browser.sent)
        stored = Counter(client_id for events in kept.values() for _, client_id in events)
        order = sum(
            [one for _, one in kept.get(browser.room.conversation, []) if one in set(browser.sent)]
            != browser.sent
            for browser in self.browsers
        )
        return {
            "messages": sent.total(),
            "kills": self.kills,
            "lost": sum((sent - stored).values()),
            "doubled": sum((stored - sent).values()),
            "gaps": sum([seq for seq, _ in one] != list(range(1, len(one) + 1)) for one in kept.values()),
            "out of order": order,
            "browsers that miss something": sum(
                one.seen != kept.get(one.room.conversation, []) for one in self.browsers
            ),
            "frames that came twice": sum(one.twice for one in self.browsers),
            "refused": dict(self.refused),
        }


def start(stage: Stage, process: str, port: int) -> None:
    stage.group.start(process, "aftercart", ["serve"], settings={**stage.given, "AFTERCART_PORT": str(port)})


def ordeal(stack: ExitStack, folder: Path, plan: Plan, database: Any, url: str = "") -> Ordeal:
    """Everything started; two services and a Redis on PostgreSQL."""
    redis = None
    more = {"poll_seconds": "60"}
    if database == "postgresql":
        redis = RedisServer(folder / "redis")
        redis.start()
        stack.callback(redis.kill)
        more["redis_url"] = redis.address
    stage = stack.enter_context(staged(folder, database, more, url=url))
    with stage.look.database.writing() as session:
        store = factories.store(session, home_address=HOME)
        rooms = make_rooms(session, store, plan.rooms)
        shop = store.public_id
    ports = [int(stage.given["AFTERCART_PORT"])]
    names = ["serve"]
    if redis is not None:
        ports.append(free_port())
        names.append("serve-2")
    for process, port in zip(names, ports, strict=True):
        start(stage, process, port)
        stage.group.await_answer(process, f"http://127.0.0.1:{port}/health/ready")
    return Ordeal(stage, plan, ports, f"/api/chat/{shop}/socket", rooms, redis, names)


WRONG = ("lost", "doubled", "gaps", "out of order", "browsers that miss something", "frames that came twice")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rooms", type=int, default=250)
    parser.add_argument("--rate", type=float, default=300.0, help="messages per second")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    chosen = parser.parse_args()
    plan = Plan(chosen.messages, chosen.rooms, chosen.rate, chosen.kills, chosen.seed)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="aftercart-bench-")))
        found = ordeal(stack, folder, plan, chosen.database)
        asyncio.run(found.run())
        judged = {"machine": machine(), "database": chosen.database, **found.verdict()}
    print(
        json.dumps(judged) if chosen.json else "\n".join(f"{name}: {value}" for name, value in judged.items())
    )
    raise SystemExit(any(judged[one] for one in WRONG))


if __name__ == "__main__":
    main()
