"""How an answer leaves the stand-in: JSON the way PHP writes it, headers and error bodies as recorded."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

RECORDED_HEADERS = {
    "Content-Type": "application/json; charset=UTF-8",
    "X-Robots-Tag": "noindex",
    "X-Content-Type-Options": "nosniff",
    "Access-Control-Expose-Headers": "X-WP-Total, X-WP-TotalPages, Link",
    "Access-Control-Allow-Headers": "Authorization, X-WP-Nonce, Content-Disposition, Content-MD5, Content-Type",
    "Expires": "Wed, 11 Jan 1984 05:00:00 GMT",
    "Cache-Control": "no-cache, must-revalidate, max-age=0, no-store, private",
}


@dataclass
class Answer:
    """Status, body bytes and headers of one response; `rows` feeds the throttle."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    rows: int = 0
    light: bool = False
    """True when `_fields` kept the rows small, which the real store serves faster."""
    before_sending: Callable[[], None] | None = None
    """Runs once the shop is no longer locked, such as a webhook's ping."""


class RestError(Exception):
    """An error body `{code, message, data}`.

    `data` is the error's data object without `status`. `http_status` differs from `status` only where
    WooCommerce itself is odd: refund errors come as HTTP 500 with the intended status as bare `data`.
    """

    def __init__(self, code: str, message: str, status: int, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.data = dict(data or {})

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "data": {"status": self.status, **self.data}}

    def answer(self) -> Answer:
        return Answer(self.status, php_json(self.body()))


class RefundError(RestError):
    """A refund that was refused: HTTP 500 whatever was meant (measured, FACTS section 4)."""

    def body(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, "data": self.status}

    def answer(self) -> Answer:
        return Answer(500, php_json(self.body()))


def php_json(value: object) -> bytes:
    """JSON as PHP's `json_encode` writes it: ASCII only, `/` escaped, no blanks."""
    return json.dumps(value, separators=(",", ":")).replace("/", "\\/").encode()


def json_list(rows: Sequence[bytes]) -> bytes:
    """A JSON array of rows that are JSON already."""
    return b"[" + b",".join(rows) + b"]"


def picked(body: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """The named fields of a body; `a.b` reaches into `a`, and lists are not reached into (as WordPress does)."""
    wanted: dict[str, set[str] | None] = {}
    for name in fields:
        head, _, rest = name.partition(".")
        if not rest:
            wanted[head] = None
        elif (deeper := wanted.setdefault(head, set())) is not None:
            deeper.add(rest)
    shown: dict[str, Any] = {}
    for key, value in body.items():
        if key not in wanted:
            continue
        inner = wanted[key]
        if inner is None or not isinstance(value, dict | list):
            shown[key] = value
        else:
            shown[key] = picked(value, inner) if isinstance(value, dict) else []
    return shown
