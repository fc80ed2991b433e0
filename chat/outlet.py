"""Frames on their way to one reader, in order. Who reads too slowly is cut off: it harms nobody, and resumes."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

MOST_WAITING = 64
# Who catches up is given the next frame once so few wait; the rest of the room is for what happens meanwhile.
PACED = 16

Send = Callable[[str], Awaitable[None]]


class Outlet:
    """A bounded queue before a sender. `cut` is called once, when the queue is full; nothing is sent after it."""

    __slots__ = ("_cut", "_frames", "_room", "_send", "_sending", "closed")

    def __init__(self, send: Send, cut: Callable[[], None]) -> None:
        self._send = send
        self._cut = cut
        self._frames: deque[str] = deque()
        self._sending: asyncio.Task[None] | None = None  # Only while something waits: most readers are idle.
        self._room: asyncio.Event | None = None
        self.closed = False

    def push(self, frame: str) -> None:
        """Send it after what waits already; never waits itself."""
        if self.closed:
            return
        if len(self._frames) >= MOST_WAITING:
            self.cut()
            return
        self._frames.append(frame)
        if self._sending is None:
            self._sending = asyncio.get_running_loop().create_task(self._drain())

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

    async def _drain(self) -> None:
        try:
            while self._frames:
                await self._send(self._frames.popleft())
                if self._room is not None and len(self._frames) < PACED:
                    self._let_in()
        except Exception:  # The reader is gone, which every server says in another way.
            self.close()
        finally:
            self._sending = None

    def _let_in(self) -> None:
        if self._room is not None:
            self._room.set()
            self._room = None
