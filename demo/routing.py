"""What a route is: an address, what may be done there, and how its parameters are checked."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from demo.answers import Answer, json_list
from demo.parameters import Check
from demo.recording import Body
from demo.storage import Shop


@dataclass
class Call:
    """One request that passed the gate."""

    method: str
    path: str
    """The path below the site, such as `/wp-json/wc/v3/orders`."""
    pairs: list[tuple[str, str]]
    ids: list[int]
    values: dict[str, Any]
    """The checked parameters."""
    body: Body
    """The JSON or form body with the query under it, unchecked."""
    words: list[str] = field(default_factory=list)
    """The parts of the address that are not numbers."""

    @property
    def fields(self) -> list[str] | None:
        return self.values.get("_fields")


Row = TypeVar("Row")
Handler = Callable[[Shop, Call], Answer]


@dataclass(frozen=True)
class Endpoint:
    """A handler, the action it stands for in refusals, and the parameters it checks."""

    handler: Handler
    action: str
    parameters: Mapping[str, Check] = field(default_factory=dict)


@dataclass(frozen=True)
class Route:
    """`pattern` is the path below `/wp-json/`, `{}` standing for a number and `{word}` for a name."""

    pattern: str
    methods: Mapping[str, Endpoint]
    public: bool = False

    @property
    def expression(self) -> re.Pattern[str]:
        text = self.pattern.replace("{}", r"(\d+)").replace("{word}", r"([\w-]+)")
        return re.compile(f"/wp-json/{text}/?")

    @property
    def allow(self) -> str:
        return ", ".join(self.methods)


def editing(endpoint: Endpoint) -> dict[str, Endpoint]:
    """WordPress takes POST, PUT and PATCH alike for an edit."""
    return {"POST": endpoint, "PUT": endpoint, "PATCH": endpoint}


def page_of(call: Call, rows: list[Row]) -> tuple[list[Row], dict[str, str]]:
    """The asked page of rows and its headers; a page past the end is empty and still 200 (FACTS section 2)."""
    size, number = call.values.get("per_page", 10), call.values.get("page", 1)
    start = call.values.get("offset", (number - 1) * size)
    pages = -(-len(rows) // size)
    headers = {"X-WP-Total": str(len(rows)), "X-WP-TotalPages": str(pages)}
    return rows[max(start, 0) : max(start, 0) + size], headers


def listed(rows: list[bytes], headers: dict[str, str], call: Call) -> Answer:
    return Answer(200, json_list(rows), headers, rows=len(rows), light=bool(call.fields))
