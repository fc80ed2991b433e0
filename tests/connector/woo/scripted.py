"""A server that answers by a script, for what no shop does on purpose."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Handle = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Scripted:
    """`answer` is what happens to each request; `paths` are those that came."""

    address: str
    paths: list[str] = field(default_factory=list)
    answer: Handle = lambda _: None


def reply(status: int, body: bytes | str, **headers: str) -> Handle:
    """An answer with that status, body and headers (`Content_Type="text/html"`)."""
    content = body.encode() if isinstance(body, str) else body

    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in headers.items():
            request.send_header(name.replace("_", "-"), value)
        request.send_header("Content-Length", str(len(content)))
        request.end_headers()
        request.wfile.write(content)

    return handle


def in_turn(*handles: Handle) -> Handle:
    """One after the other, the last one for ever."""
    left = list(handles)

    def handle(request: BaseHTTPRequestHandler) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(request)

    return handle


@contextmanager
def scripted(answer: Handle) -> Iterator[Scripted]:
    """The server on a free port of this machine, until the block ends."""
    found = Scripted("", answer=answer)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            found.paths.append(self.path)
            with suppress(OSError):
                found.answer(self)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Silence."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        found.address = f"http://127.0.0.1:{server.server_port}"
        yield found
        server.shutdown()
