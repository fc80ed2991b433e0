"""Frames on their way to one reader, in order. Who reads too slowly is cut off: it harms nobody, and resumes."""

import asyncio
from collections.abc import Callable, Coroutine, Generator
from types import coroutine
from typing import Any

MOST_WAITING = 64
# Who catches up is given the next frame once so few wait; the rest of the room is for what happens meanwhile.
PACED = 16

Send = Callable[[str], Coroutine[Any, Any, None]]


class Outlet:
    """A bounded queue before a sender. `cut` is called once, when the queue is full; nothing is sent after it."""

    __slots__ = ("_cut", "_frames", "_room", "_send", "_sending", "closed")

    def __init__(self, send: Send, cut: Callable[[], None]) -> None:
        self._send = send
        self._cut = cut
        self._frames: list[str] = []  # Short, and an empty one is a tenth of what an empty deque takes.
        self._sending: asyncio.Task[None] | None = None  # Only while something waits: most readers are idle.
        self._room: asyncio.Event | None = None
        self.closed = False

    def push(self, frame: str) -> None:
        """Send it after what waits already; never waits itself."""
        if self.closed:
            return
        if self._sending is None:
            self._begin(frame)
        elif len(self._frames) >= MOST_WAITING:
            self.cut()
        else:
            self._frames.append(frame)

    async def put(self, frame: str) -> None:
        """Send it once the reader has taken most of what waits."""
        while len(self._frames) >= PACED and not self.closed:
            self._room = self._room or asyncio.Event()
            await self._room.wait()
        self.push(frame)

    def cut(self) -> None:
        """Send nothing more, and let the reader come again."""
        if not self.closed:
            self.close()
            self._cut()

    def close(self) -> None:
        """Send nothing more."""
        self.closed = True
        self._frames.clear()
        self._let_in()

    async def finish(self) -> None:
        """Take nothing more, and return when what waits is sent."""
        self.closed = True
        self._let_in()
        if self._sending is not None:
            await asyncio.shield(self._sending)

    def _begin(self, frame: str) -> None:
        """Send at once. A reader nearly always has room: a task for each frame would cost as much as all the rest."""
        sending = self._send(frame)
        try:
            waits_for = sending.send(None)
        except StopIteration:
            return
        except Exception:  # The reader is gone, which every server says in another way.
            self.close()
            return
        self._sending = asyncio.get_running_loop().create_task(self._drain(_rest(sending, waits_for)))

    async def _drain(self, sending: Any) -> None:
        try:
            await sending
            while self._frames:
                await self._send(self._frames.pop(0))
                if self._room is not None and len(self._frames) < PACED:
                    self._let_in()
        except Exception:  # The reader is gone.
            self.close()
        finally:
            self._sending = None
            self._let_in()

    def _let_in(self) -> None:
        if self._room is not None:
            self._room.set()
            self._room = None


@coroutine
def _rest(begun: Coroutine[Any, Any, None], waits_for: Any) -> Generator[Any, Any, None]:
    """The rest of a coroutine that was begun outside of a task and waits for something now."""
    try:
        while True:
            try:
                heard = yield waits_for
            except BaseException as problem:
                waits_for = begun.throw(problem)
            else:
                waits_for = begun.send(heard)
    except StopIteration:
        return
