"""From request to answer: the gate, the route, the checked parameters, and what WordPress adds to every answer."""

import json
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

from demo import batches, customers, notes, orders, products, refunds, settings, webhooks
from demo.answers import RECORDED_HEADERS, Answer, RestError
from demo.auth import Gate, may, nobody
from demo.conduct import CRITICAL, GATEWAY_PAGE
from demo.parameters import checked, query_pairs, query_values
from demo.routing import Call, Endpoint, Route
from demo.storage import Key, Shop

ROUTES = [
    *settings.ROUTES,
    *batches.ROUTES,
    *orders.ROUTES,
    *refunds.ROUTES,
    *notes.ROUTES,
    *customers.ROUTES,
    *products.ROUTES,
    *webhooks.ROUTES,
]
TABLE = [(route.expression, route) for route in ROUTES]
LONGEST_LINK = 4096
"""nginx' default FastCGI header buffer: a `Link` header that overflows it makes a 502 page (FACTS section 2)."""


@dataclass(frozen=True)
class Incoming:
    """A request with its body read, before anybody has looked at it."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes


class Api:
    """Answers the requests below `/wp-json/` for one shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.gate = Gate(shop)

    def answer(self, incoming: Incoming) -> Answer:
        pairs = query_pairs(incoming.query)
        allow = ""
        try:
            route, parts = find(incoming.path)
            key = self.key(route, incoming, pairs)
            allow = route.allow if route else ""
            answer = self.dispatched(route, parts, incoming, pairs, key)
        except RestError as error:
            answer = error.answer()
        except Exception:
            traceback.print_exc()
            answer = Answer(500, CRITICAL)
        answer.headers = {**RECORDED_HEADERS, **({"Allow": allow} if allow else {}), **answer.headers}
        return answer

    def key(self, route: Route | None, incoming: Incoming, pairs: list[tuple[str, str]]) -> Key | None:
        if route is not None and route.public:
            return None
        key = self.gate.key_of(incoming.method, incoming.path, pairs, incoming.headers)
        if key is not None:
            may(key, incoming.method)
        return key

    def dispatched(
        self,
        route: Route | None,
        parts: list[str],
        incoming: Incoming,
        pairs: list[tuple[str, str]],
        key: Key | None,
    ) -> Answer:
        endpoint = (
            route.methods.get("GET" if incoming.method == "HEAD" else incoming.method) if route else None
        )
        if route is None or endpoint is None:
            raise RestError("rest_no_route", "No route was found matching the URL and request method.", 404)
        call = call_of(endpoint, parts, incoming, pairs)
        if key is None and not route.public:
            raise nobody(endpoint.action)
        with self.shop.lock:
            answer = endpoint.handler(self.shop, call)
        if answer.before_sending:
            answer.before_sending()
        return with_link(self.shop, call, answer)


def find(path: str) -> tuple[Route | None, list[str]]:
    for expression, route in TABLE:
        if found := expression.fullmatch(path):
            return route, list(found.groups())
    return None, []


def call_of(endpoint: Endpoint, parts: list[str], incoming: Incoming, pairs: list[tuple[str, str]]) -> Call:
    given = {**query_values(pairs), **body_values(incoming)}
    return Call(
        method=incoming.method,
        path=incoming.path,
        pairs=pairs,
        ids=[int(part) for part in parts if part.isdigit()],
        words=[part for part in parts if not part.isdigit()],
        values=checked(given, endpoint.parameters),
        body=given,
    )


def body_values(incoming: Incoming) -> dict[str, Any]:
    """What the body says: JSON, or a form."""
    if not incoming.body:
        return {}
    kind = incoming.headers.get("content-type", "")
    if "json" not in kind:
        return query_values(parse_qsl(incoming.body.decode(errors="replace"), keep_blank_values=True))
    try:
        given = json.loads(incoming.body)
    except ValueError:
        details = {"json_error_code": 4, "json_error_message": "Syntax error"}
        raise RestError("rest_invalid_json", "Invalid JSON body passed.", 400, details) from None
    if not isinstance(given, dict):
        raise RestError("rest_invalid_json", "Invalid JSON body passed.", 400)
    return given


def linked_pairs(call: Call) -> list[tuple[str, str]]:
    """The query as `Link` repeats it, a signature included: every list is spelt out, `include[0]`, `include[1]`, …"""
    pairs: list[tuple[str, str]] = []
    for name, value in call.pairs:
        stem = name.partition("[")[0]
        items = call.values.get(stem)
        if not isinstance(items, list):
            pairs.append((name, value))
        elif f"{stem}[0]" not in dict(pairs):
            pairs += [(f"{stem}[{place}]", str(item)) for place, item in enumerate(items)]
    return [pair for pair in pairs if pair[0] != "page"]


def with_link(shop: Shop, call: Call, answer: Answer) -> Answer:
    """Add `Link` with the pages before and after; too long a one is more than the server in front can take."""
    pages = int(answer.headers.get("X-WP-TotalPages", 0))
    page = call.values.get("page", 1)
    shown = []
    for number, relation in ((min(page - 1, pages), "prev"), (page + 1, "next")):
        if 1 <= number <= pages:
            pairs = [*linked_pairs(call), ("page", str(number))]
            query = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs)
            shown.append(f'<{shop.url}{call.path}?{query}>; rel="{relation}"')
    if shown:
        answer.headers["Link"] = ", ".join(shown)
        if len(answer.headers["Link"]) > LONGEST_LINK:
            return Answer(502, GATEWAY_PAGE, {"Content-Type": "text/html"})
    return answer
