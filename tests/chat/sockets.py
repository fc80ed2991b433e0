"""A service that really listens, in a thread of the test, and browsers' sockets to it."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from aftercart.processes import free_port
from aftercart.serving import Server, server_of
from core.settings import Settings

SECONDS = 8.0


@contextmanager
def serving(app: FastAPI, settings: Settings) -> Iterator[str]:
    """The address at which the service listens inside the block."""
    settings.port = free_port()
    server = server_of(app, settings)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        await_that(lambda: server.started)
        yield f"127.0.0.1:{settings.port}"
    finally:
        ended(server)
        thread.join(20)


def ended(server: Server) -> None:
    """Ask the server to end, as a signal would."""
    server.handle_exit(15, None)


def await_that(holds: Callable[[], Any], seconds: float = SECONDS) -> None:
    """Wait until that holds. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.01)


@dataclass
class Socket:
    """A browser's socket; what it is sent is read when asked for."""

    connection: ClientConnection
    seen: list[dict[str, Any]] = field(default_factory=list)

    def send(self, **frame: Any) -> None:
        self.connection.send(json.dumps(frame))

    def say(self, talk: str, text: str, client_id: str, **more: Any) -> None:
        self.send(type="send", conversation=talk, client_id=client_id, text=text, **more)

    def next(self, kind: str = "", seconds: float = SECONDS) -> dict[str, Any]:
        """The next frame (of that kind; others before it are kept in `seen`). Raises TimeoutError."""
        deadline = time.monotonic() + seconds
        while True:
            frame = json.loads(self.connection.recv(max(0.0, deadline - time.monotonic())))
            self.seen.append(frame)
            if not kind or frame["type"] == kind:
                return frame

    def event(self) -> dict[str, Any]:
        return self.next("event")["event"]

    def silent(self, kind: str = "", seconds: float = 0.3) -> bool:
        """Whether no frame (of that kind) comes for a while."""
        try:
            self.next(kind, seconds)
        except TimeoutError:
            return True
        return False

    def closed_with(self, seconds: float = SECONDS) -> int:
        """The code with which the other side ends the socket."""
        try:
            while True:
                self.seen.append(json.loads(self.connection.recv(seconds)))
        except ConnectionClosed as ended:
            return ended.rcvd.code if ended.rcvd else 1006


@contextmanager
def socket(
    address: str,
    shop: str,
    token: str = "",
    origin: str = "",
    since: Mapping[str, int] | None = None,
    **given: Any,
) -> Iterator[Socket]:
    """A socket of a shop's page; with a token it has said hello and heard `ready`."""
    with connect(
        f"ws://{address}/api/chat/{shop}/socket",
        origin=origin or None,
        compression=None,
        ping_interval=None,
        **given,
    ) as connection:
        opened = Socket(connection)
        if token:
            opened.send(type="hello", token=token, since=since or {})
            opened.next("ready")
        yield opened
