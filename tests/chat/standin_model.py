"""A stand-in for an OpenAI-compatible endpoint: real HTTP on this machine, with the manners that a test wants."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Say = Callable[[dict[str, Any]], str]


class StandIn:
    """What was asked, and how it answers: `say` makes the text, `manner` the way it comes."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.manner = "well"
        self.tokens: Any = 120
        self.say: Say = lambda task: f"{task['sources'][0]['text']} (1)"
        self.address = ""

    @property
    def task(self) -> dict[str, Any]:
        """The newest question as the model gets it."""
        found: dict[str, Any] = json.loads(self.asked[-1]["messages"][1]["content"])
        return found

    def body(self, task: dict[str, Any]) -> bytes:
        answer = {
            "id": "1",
            "object": "chat.completion",
            "created": 1,
            "model": "stand-in",
            "choices": [
                {
                    "index": 0,
                    "finish_reason": "stop",
                    "message": {"role": "assistant", "content": self.say(task)},
                }
            ],
            "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": self.tokens},
        }
        return json.dumps(answer).encode()


@contextmanager
def standing_in() -> Iterator[StandIn]:
    """A stand-in that listens until the block ends."""
    model = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(model))
    model.address = f"http://127.0.0.1:{server.server_port}/v1"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()


def _handler(model: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.asked.append(asked)
            model.keys.append(self.headers.get("Authorization", ""))
            with suppress(OSError):  # The other side may have hung up.
                _answer(self, model, json.loads(asked["messages"][1]["content"]))

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _answer(handler: BaseHTTPRequestHandler, model: StandIn, task: dict[str, Any]) -> None:
    if model.manner == "silent":
        time.sleep(30)
        return
    status, body = 200, model.body(task)
    if model.manner == "failing":
        status, body = 500, b'{"error": {"message": "broken"}}'
    if model.manner == "garbage":
        body = b"<html>not what you asked for</html>"
    if model.manner == "wrong_shape":
        body = b'{"choices": []}'
    if model.manner == "redirecting":
        status = 307
    handler.send_response(status)
    if status == 307:
        handler.send_header("Location", "http://127.0.0.1:9/elsewhere")
    handler.send_header("Content-Type", "application/json")
    if model.manner != "huge":
        handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    if model.manner == "huge":
        _pour(handler)
    elif model.manner == "dripping":
        _drip(handler, body)
    else:
        handler.wfile.write(body)


def _pour(handler: BaseHTTPRequestHandler) -> None:
    for _ in range(10_000):
        handler.wfile.write(b" " * 10_000)


def _drip(handler: BaseHTTPRequestHandler, body: bytes) -> None:
    for at in range(len(body)):
        handler.wfile.write(body[at : at + 1])
        handler.wfile.flush()
        time.sleep(0.1)
