"""The web server: how connections are taken, and how those that stay open come to their end."""

import asyncio
import logging
from types import FrameType
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from core.settings import Settings

# A frame holds a message of 8 KB, every character of it perhaps written as six.
LARGEST_FRAME_BYTES = 64 * 1024
PING_SECONDS = 20.0
# How long a connection that is over may take to hand out what it still holds; who reads nothing would keep it for ever.
LINGER_SECONDS = 10.0


QUIET = logging.getLogger("aftercart.sockets")
QUIET.setLevel(logging.WARNING)


class Sockets(WebSocketsSansIOProtocol):
    """WebSockets whose memory comes back also when the other side has stopped to read."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.logger = QUIET  # Where somebody calls from stands in no log.

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)


class Server(uvicorn.Server):
    """The server; what waits in the chat for something new is sent home at once when it is asked to end."""

    def __init__(self, app: FastAPI, config: uvicorn.Config) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.hub.end_soon()
        super().handle_exit(sig, frame)


def server_of(app: FastAPI, settings: Settings) -> Server:
    """The server of that application, not running yet."""
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,  # Addresses of links are secrets.
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=10,
        ws=Sockets,
        ws_max_size=LARGEST_FRAME_BYTES,
        ws_ping_interval=PING_SECONDS,
        ws_ping_timeout=PING_SECONDS,
        ws_per_message_deflate=False,  # A dictionary for each connection is more than all else it needs.
    )
    return Server(app, config)
