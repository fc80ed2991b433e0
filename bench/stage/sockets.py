"""Many WebSockets in one process at little cost: the client's side of RFC 6455, as far as a measurement needs it."""

import asyncio
import json
import os
import struct
from collections.abc import Callable
from typing import Any

Heard = Callable[["Socket", dict[str, Any]], None]
MASK = b"\0\0\0\0"  # Masking with nothing is allowed by the wire and costs nothing.


class Socket(asyncio.Protocol):
    """One connection; `heard` is called for every frame."""

    def __init__(self, heard: Heard, head: bytes) -> None:
        self.transport: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed = False
        self.code = 0
        self._heard = heard
        self._head = head
        self._buffer = bytearray()
        self._upgraded = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        assert self.transport is not None
        self.transport.write(self._head)

    def connection_lost(self, _problem: Exception | None) -> None:
        self.closed = True
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("closed"))
            self.opened.exception()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self._upgraded:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            status = bytes(self._buffer[:end]).split(b" ", 2)[1]
            del self._buffer[: end + 4]
            if status != b"101":
                self.abort()
                return
            self._upgraded = True
            self.opened.set_result(None)
        while self._frame():
            pass

    def _frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        kind, size, at = buffer[0] & 15, buffer[1] & 127, 2
        if size == 126:
            if len(buffer) < 4:
                return False
            size, at = struct.unpack_from("!H", buffer, 2)[0], 4
        elif size == 127:
            if len(buffer) < 10:
                return False
            size, at = struct.unpack_from("!Q", buffer, 2)[0], 10
        if len(buffer) < at + size:
            return False
        body = bytes(buffer[at : at + size])
        del buffer[: at + size]
        if kind == 1:
            self._heard(self, json.loads(body))
        elif kind == 8:
            self.code = struct.unpack_from("!H", body)[0] if len(body) >= 2 else 1005
            self.abort()
        elif kind == 9:
            self._write(10, body)
        return True

    def _write(self, kind: int, body: bytes) -> None:
        if self.closed or self.transport is None:
            return
        size = len(body)
        head = (
            struct.pack("!BB", 128 | kind, 128 | size)
            if size < 126
            else struct.pack("!BBH", 128 | kind, 128 | 126, size)
        )
        self.transport.write(head + MASK + body)

    def send(self, **frame: Any) -> None:
        """Send a frame as JSON."""
        self._write(1, json.dumps(frame).encode())

    def abort(self) -> None:
        """Be gone at once, as when a network is cut."""
        self.closed = True
        if self.transport is not None:
            self.transport.abort()


async def open_socket(port: int, path: str, origin: str, heard: Heard, place: int) -> Socket:
    """A socket from one of many network addresses of this machine, ten of them from each."""
    head = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Key: {'A' * 21}Q==\r\nSec-WebSocket-Version: 13\r\nOrigin: {origin}\r\n\r\n"
    ).encode()
    near = place // 10
    local = f"127.{1 + near // 62500}.{near // 250 % 250}.{1 + near % 250}"
    _transport, found = await asyncio.get_running_loop().create_connection(
        lambda: Socket(heard, head), "127.0.0.1", port, local_addr=(local, 0)
    )
    await found.opened
    return found


def name() -> str:
    """A name for a message."""
    return os.urandom(12).hex()
