"""Running a demo application: for good in this process, or in a thread of a test."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from demo.api import make_app
from demo.conduct import Conduct
from demo.storage import Shop

START_SECONDS = 10
"""A server in a thread is up within 0.1 s; more means it failed."""


class Server(uvicorn.Server):
    """A server that leaves signals to the process it is a guest in."""

    def install_signal_handlers(self) -> None:
        return


class Door(HttpToolsProtocol):
    """Closes the connection unanswered while the shop is down; `/demo/` stays open so that it can come back."""

    conduct = Conduct()

    def on_headers_complete(self) -> None:
        if self.conduct.is_down and not self.url.startswith(b"/demo/"):
            self.transport.abort()
            return
        super().on_headers_complete()


def configured(app: Any, shop: Shop | None = None) -> uvicorn.Config:
    """How every demo server runs. Crashes are told by the application itself; cut connections are meant."""
    door = type("ShopDoor", (Door,), {"conduct": shop.conduct}) if shop else "auto"
    # Keep-alive outlives the 5 s default: slow clients saw "Remote end closed connection" otherwise.
    return uvicorn.Config(
        app,
        http=door,
        log_level="critical",
        access_log=False,
        timeout_keep_alive=75,
        lifespan="off",
        date_header=shop is None,  # A shop tells its own time, which may be wrong.
    )


def listening(port: int = 0) -> socket.socket:
    """A socket on this machine alone; port 0 takes a free one."""
    opened = socket.socket()
    opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    opened.bind(("127.0.0.1", port))
    opened.listen(128)  # Callers may come before the server is up; they wait.
    return opened


def address_of(opened: socket.socket) -> str:
    return f"http://127.0.0.1:{opened.getsockname()[1]}"


@contextmanager
def running(app: Any, opened: socket.socket, shop: Shop | None = None) -> Iterator[None]:
    """The application served from a thread until the block ends."""
    server = Server(configured(app, shop))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [opened]}, daemon=True)
    thread.start()
    deadline = time.monotonic() + START_SECONDS
    while not server.started:
        if time.monotonic() > deadline or not thread.is_alive():
            raise RuntimeError("The demo server did not start.")
        thread.join(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        server.force_exit = True
        thread.join(START_SECONDS)
        opened.close()


@contextmanager
def running_shop(shop: Shop, port: int = 0) -> Iterator[str]:
    """The shop on a free port; yields its address, which `shop.url` then holds too."""
    opened = listening(port)
    shop.url = address_of(opened)
    app = make_app(shop)
    try:
        with running(app, opened, shop):
            yield shop.url
    finally:
        app.state.courier.stop()
