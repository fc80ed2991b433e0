"""What every socket is: a way for frames out, a pace for frames in, and an end that comes once and for a reason."""

import asyncio
import contextlib
from typing import Any

from starlette.websockets import WebSocket

from chat import entry, frames
from chat.listeners import NO_FRAME, TOO_MANY, TOO_SLOW
from chat.outlet import Outlet

CLOSE_SECONDS = 5.0


class Connection:
    """A socket that was accepted. There are many: each keeps no more than it needs."""

    __slots__ = ("_pace", "_running", "_websocket", "ended", "outlet")

    def __init__(self, websocket: WebSocket) -> None:
        self._websocket = websocket
        self._pace = entry.pace_of_frames()
        self._running: asyncio.Task[None] | None = None
        self.ended: asyncio.Task[None] | None = None
        self.outlet = Outlet(websocket.send_text, lambda: self.end(TOO_SLOW))

    def runs(self, *, still: bool) -> None:
        """The task that asks is the one that reads this socket, from now on or no longer."""
        self._running = asyncio.current_task() if still else None

    async def frame(self) -> dict[str, Any]:
        """The next frame; an empty one when it ends the connection."""
        text = await self._websocket.receive_text()
        if not self._pace.allows():
            self.end(TOO_MANY)
            return {}
        try:
            return frames.object_of(text)
        except ValueError:
            self.end(NO_FRAME)
            return {}

    def end(self, code: int) -> None:
        """Close the socket for that reason; who reads nothing does not hear it and is let go all the same."""
        if self.ended is None:
            self.ended = asyncio.get_running_loop().create_task(self._close(code))

    async def _close(self, code: int) -> None:
        with contextlib.suppress(Exception):  # It may be gone already, in as many ways as there are servers.
            async with asyncio.timeout(CLOSE_SECONDS):
                await self.outlet.finish()
                await self._websocket.close(code)
        if self._running is not None:
            self._running.cancel()
