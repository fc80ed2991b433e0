"""People of a chat for measurements: conversations made in the database, and sockets that talk at a steady rate."""

import asyncio
import gc
import hashlib
import json
import random
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session

from bench.stage.sockets import Socket, name, open_socket
from chat.tables import Conversation
from connector.tables import Store
from core import clock
from customers.tables import Contact, ContactDevice

HOME = "https://shop.example"


@dataclass(frozen=True)
class Room:
    """A conversation, by its name outside, and the token of its shopper."""

    conversation: str
    token: str


def make_rooms(session: Session, store: Store, count: int) -> list[Room]:
    """So many shoppers with a conversation each, that wait for a person already."""
    moment = clock.now()
    rooms = []
    for _ in range(count):
        contact = Contact(
            public_id=secrets.token_urlsafe(18), store_id=store.id, created_at=moment, seen_at=moment
        )
        session.add(contact)
        session.flush()
        token = secrets.token_urlsafe(32)
        session.add(
            ContactDevice(
                contact_id=contact.id,
                token_digest=hashlib.sha256(token.encode()).hexdigest(),
                created_at=moment,
                seen_at=moment,
                expires_at=moment.replace(year=moment.year + 1),
            )
        )
        talk = Conversation(
            public_id=secrets.token_urlsafe(18),
            store_id=store.id,
            contact_id=contact.id,
            language="en",
            held_by="people",
            waiting_since=moment,
            created_at=moment,
            changed_at=moment,
        )
        session.add(talk)
        rooms.append(Room(talk.public_id, token))
    session.flush()
    return rooms


@dataclass
class Heard:
    """What a run found: seconds until the other socket of the room had each message, and until it was said to be safe."""

    arrived: list[float] = field(default_factory=list)
    safe: list[float] = field(default_factory=list)
    sent: int = 0
    lost: int = 0
    doubled: int = 0
    refused: int = 0
    late: float = 0.0  # By how much the sender itself was behind, at worst.
    seconds_to_open: float = 0.0


class Crowd:
    """Two sockets in each room."""

    def __init__(self, port: int, shop: str, rooms: list[Room], *, stalled: int = 0) -> None:
        self._port = port
        self._path = f"/api/chat/{shop}/socket"
        self._rooms = rooms
        self._stalled = stalled
        self._pairs: list[tuple[Socket, Socket]] = []
        self._due: dict[str, tuple[float, Socket]] = {}
        self._seen: set[tuple[int, str]] = set()
        self._ready = 0
        self.found = Heard()

    async def open(self, origin: str = HOME) -> None:
        """Open all sockets, some at a time, and wait until each is ready."""
        began = time.perf_counter()
        for first in range(0, len(self._rooms), 25):
            batch = self._rooms[first : first + 25]
            both = [
                open_socket(self._port, self._path, origin, self._hear, 2 * (first + place) + side)
                for place in range(len(batch))
                for side in (0, 1)
            ]
            opened = await asyncio.gather(*both)
            for place, room in enumerate(batch):
                pair = (opened[2 * place], opened[2 * place + 1])
                self._pairs.append(pair)
                for one in pair:
                    one.send(type="hello", token=room.token, since={room.conversation: 0})
            while self._ready < 2 * len(self._pairs):
                await asyncio.sleep(0.005)
        self.found.seconds_to_open = time.perf_counter() - began
        for pair in self._pairs[: self._stalled]:
            assert pair[1].transport is not None
            pair[1].transport.pause_reading()

    def _hear(self, socket: Socket, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "event":
            key = frame["event"]["client_id"]
            if (id(socket), key) in self._seen:
                self.found.doubled += 1
                return
            self._seen.add((id(socket), key))
            due, sender = self._due[key]
            if sender is not socket:
                self.found.arrived.append(time.perf_counter() - due)
        elif kind == "sent":
            self.found.safe.append(time.perf_counter() - self._due[frame["client_id"]][0])
        elif kind == "refused":
            self.found.refused += 1
        elif kind == "ready":
            self._ready += 1

    async def talk(self, rate: float, seconds: float, *, text: str = "Where is my parcel? " * 4) -> None:
        """Send at that rate from rooms in turn; each message has its moment, and its time counts from that."""
        order = list(range(self._stalled, len(self._pairs)))
        random.Random(7).shuffle(order)
        total = int(rate * seconds)
        start = time.perf_counter() + 0.2
        for place in range(total):
            due = start + place / rate
            pause = due - time.perf_counter()
            if pause > 0:
                await asyncio.sleep(pause)
            else:
                self.found.late = max(self.found.late, -pause)
                if place % 20 == 0:
                    await asyncio.sleep(0)
            at = order[place % len(order)]
            socket = self._pairs[at][place // len(order) % 2]
            key = name()
            self._due[key] = (due, socket)
            socket.send(type="send", conversation=self._rooms[at].conversation, client_id=key, text=text)
        self.found.sent += total

    async def settle(self, seconds: float = 15) -> None:
        """Wait until everything arrived, or for so long."""
        deadline = time.perf_counter() + seconds
        while len(self.found.arrived) < self.found.sent and time.perf_counter() < deadline:
            await asyncio.sleep(0.05)
        self.found.lost = self.found.sent - len(self.found.arrived)

    def close(self) -> None:
        for pair in self._pairs:
            for one in pair:
                one.abort()


def run_crowd(  # noqa: PLR0917 - a pool calls it by position
    port: int, shop: str, rooms: list[Room], rate: float, seconds: float, stalled: int = 0
) -> Heard:
    """Open, warm up, talk, and say what was found; for a process of its own."""

    async def go() -> Heard:
        crowd = Crowd(port, shop, rooms, stalled=stalled)
        await crowd.open()
        await crowd.talk(rate / 4, 2)
        await crowd.settle(5)
        opened = crowd.found.seconds_to_open
        crowd.found = Heard(seconds_to_open=opened)
        gc.collect()
        gc.freeze()  # The client's own pauses are not what is measured.
        await crowd.talk(rate, seconds)
        await crowd.settle()
        crowd.close()
        return crowd.found

    return asyncio.run(go())


def hold_idle(port: int, shop: str, rooms: list[Room], pipe: Any) -> None:
    """Open two sockets in each room, say so, and hold them until told otherwise."""

    async def go() -> None:
        crowd = Crowd(port, shop, rooms)
        await crowd.open()
        pipe.send(crowd.found.seconds_to_open)
        await asyncio.get_running_loop().run_in_executor(None, pipe.recv)
        pipe.send(json.dumps(sum(one.closed for pair in crowd._pairs for one in pair)))  # noqa: SLF001
        crowd.close()

    asyncio.run(go())
