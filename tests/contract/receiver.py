"""A local HTTP receiver that keeps what a shop's webhooks bring."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from requests.structures import CaseInsensitiveDict


@dataclass(frozen=True)
class Delivery:
    """One request as it came in; the body untouched."""

    body: bytes
    headers: Mapping[str, str]

    @property
    def is_ping(self) -> bool:
        return self.body.startswith(b"webhook_id=")


class Receiver:
    """Listens on a free port of 127.0.0.1 and answers `status` to everything."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.status = 200
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"] or 0))
                outer.deliveries.append(Delivery(body, CaseInsensitiveDict(self.headers.items())))
                self.send_response(outer.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Silence: pytest shows what failed."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def wait(
        self, wanted: Callable[[Delivery], bool], between: Callable[[], None], seconds: float = 75
    ) -> Delivery:
        """The first wanted delivery; `between` is called while waiting. Raises AssertionError when none comes."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for delivery in list(self.deliveries):
                if wanted(delivery):
                    return delivery
            between()
            time.sleep(0.1)
        raise AssertionError(
            f"not delivered within {seconds} s; came: {[d.body[:200] for d in self.deliveries]}"
        )

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
