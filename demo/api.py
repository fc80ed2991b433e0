"""The stand-in's front: every request passes the gate, meets a route and leaves as WordPress would answer."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, quote

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as WebRoute

from demo import control, customers, orders, products, settings
from demo.answers import RECORDED_HEADERS, Answer, RestError
from demo.auth import Gate, may, nobody
from demo.parameters import checked, query_pairs, query_values
from demo.routing import Call, Endpoint, Route
from demo.storage import Key, Shop

ROUTES = [*settings.ROUTES, *orders.ROUTES, *customers.ROUTES, *products.ROUTES]
TABLE = [(route.expression, route) for route in ROUTES]
LONGEST_LINK = 4096
"""nginx' default FastCGI header buffer: a `Link` header that overflows it makes a 502 page (FACTS section 2)."""

BAD_GATEWAY = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n"
    b"<center><h1>502 Bad Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)


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
    return given if isinstance(given, dict) else {}


def with_link(shop: Shop, call: Call, answer: Answer) -> Answer:
    """Add `Link` with the pages before and after; it repeats the whole query, a signature included (FACTS 1)."""
    pages = int(answer.headers.get("X-WP-TotalPages", 0))
    page = call.values.get("page", 1)
    kept = [pair for pair in call.pairs if pair[0] != "page"]
    shown = []
    for number, relation in ((page - 1, "prev"), (page + 1, "next")):
        if 1 <= number <= pages:
            query = "&".join(
                f"{quote(n, safe='')}={quote(v, safe='')}" for n, v in [*kept, ("page", str(number))]
            )
            shown.append(f'<{shop.url}{call.path}?{query}>; rel="{relation}"')
    if shown:
        answer.headers["Link"] = ", ".join(shown)
        if len(answer.headers["Link"]) > LONGEST_LINK:
            return Answer(502, BAD_GATEWAY, {"Content-Type": "text/html"})
    return answer


def make_app(shop: Shop) -> Starlette:
    """The web application of one shop: the REST API, the control addresses and the click pages."""
    api = Api(shop)

    async def rest(request: Request) -> Response:
        """The one async edge: the body is read here, all work happens in a thread."""
        incoming = Incoming(
            method=request.method,
            path=request.scope["path"],
            query=request.scope["query_string"].decode("latin-1"),
            headers=request.headers,
            body=await request.body(),
        )
        answer = await run_in_threadpool(api.answer, incoming)
        return Response(answer.body, answer.status, answer.headers)

    methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
    return Starlette(
        routes=[
            WebRoute("/wp-json", rest, methods=methods),
            WebRoute("/wp-json/{path:path}", rest, methods=methods),
            *control.routes(shop),
        ]
    )
