"""The web application of one shop: the REST API with its faults and its speed, control addresses, click pages."""

import asyncio
import time
from email.utils import format_datetime

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from demo import control, pages, storefront
from demo.answers import Answer
from demo.conduct import spoiled
from demo.deliveries import Courier
from demo.dispatching import Api, Incoming
from demo.storage import Shop

UNTOUCHED = frozenset({"errors_500", "html_errors", "down"})
"""Faults that keep a request from reaching the shop; the others answer after the work is done."""


class Edge:
    """The one async piece: reads the body, hands the work to a thread, waits as long as the real store would."""

    def __init__(self, shop: Shop) -> None:
        self.conduct = shop.conduct
        self.api = Api(shop)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        came_at = time.monotonic()
        request = Request(scope, receive)
        incoming = Incoming(
            method=request.method,
            path=scope["path"],
            query=scope["query_string"].decode("latin-1"),
            headers=request.headers,
            body=await request.body(),
        )
        fault = self.conduct.fault_now()
        if fault and fault.mode == "slow":
            await asyncio.sleep(fault.seconds)
        if fault and fault.mode in UNTOUCHED:
            answer = spoiled(fault, Answer())
        else:
            answer = await run_in_threadpool(self.api.answer, incoming)
            answer = spoiled(fault, answer) if fault else answer
        await asyncio.sleep(self.conduct.wait_seconds(answer, came_at))
        headers = {**answer.headers, "Date": format_datetime(self.api.shop.now(), usegmt=True)}
        response = Response(answer.body, answer.status, headers)
        if fault and fault.mode == "cut":
            await send_half(response, send)
        else:
            await response(scope, receive, send)


async def send_half(response: Response, send: Send) -> None:
    """Promise the whole body, send half, and stop: the server then closes the connection."""
    await send(
        {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}
    )
    half = bytes(response.body)[: len(response.body) // 2]
    await send({"type": "http.response.body", "body": half, "more_body": True})


def make_app(shop: Shop) -> Starlette:
    """The whole shop as one application; `app.state.courier` delivers its webhooks."""
    courier = Courier(shop)
    edge = Edge(shop)

    def cron(request: Request) -> Response:
        """A visit to wp-cron runs the job queue (FACTS section 7)."""
        courier.deliver_waiting()
        return PlainTextResponse("")

    app = Starlette(
        routes=[
            Route("/wp-json", edge),
            Route("/wp-json/{path:path}", edge),
            Route("/wp-cron.php", cron, methods=["GET", "POST"]),
            *control.routes(shop, courier),
            *pages.routes(shop),
            *storefront.routes(shop),
        ]
    )
    app.state.courier = courier
    return app
