"""Addresses under `/demo/` for the orchestrator and the tests: true figures, and hands on the shop."""

import json
from collections.abc import Callable
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo import clicks
from demo.answers import RestError
from demo.conduct import MODES, Fault
from demo.deliveries import Courier
from demo.figures import figures
from demo.recording import Body
from demo.refunding import delete_refund
from demo.storage import Shop
from demo.storefront import carry

Hand = Callable[[Shop, Body], Body]

HANDS: dict[str, Hand] = {
    "place": clicks.place,
    "pay": clicks.pay_order,
    "refund": clicks.refund_order,
    "edit": clicks.edit_order,
    "delete": clicks.delete_order,
    "role": clicks.change_role,
}


def told(shop: Shop, hand: Hand, given: Body) -> Response:
    """The outcome of a hand's work as JSON, refusals with their reason."""
    try:
        return JSONResponse(hand(shop, given))
    except RestError as error:
        return JSONResponse(error.body(), error.status)
    except (LookupError, ValueError, TypeError) as error:
        return JSONResponse({"message": str(error)}, 422)


def misbehave(shop: Shop, given: Body) -> Body:
    """Set one fault until it is used up or cleared; an empty mode clears it and sets the clock right."""
    mode = given.get("mode") or ""
    if mode and mode not in MODES:
        raise ValueError(f"mode is one of {', '.join(MODES)}, or empty to clear")
    shop.clock_ahead = timedelta()
    shop.conduct.fault = None
    if mode:
        count = given.get("count")
        fault = Fault(
            mode,
            count=None if count is None else int(count),
            probability=float(given.get("probability", 1)),
            seconds=float(given.get("seconds", 3600 if mode == "clock_skew" else 5)),
        )
        shop.conduct.fault = fault
        if mode == "clock_skew":
            shop.clock_ahead = timedelta(seconds=fault.seconds)
    return {"mode": mode, "modes": list(MODES)}


def turn(shop: Shop, given: Body) -> Body:
    """Speed and webhooks: `throttled`, `webhook_delay_seconds`, `webhook_copies`, `webhook_shuffle`."""
    conduct = shop.conduct
    conduct.throttled = bool(given.get("throttled", conduct.throttled))
    conduct.webhook_delay_seconds = float(given.get("webhook_delay_seconds", conduct.webhook_delay_seconds))
    conduct.webhook_copies = int(given.get("webhook_copies", conduct.webhook_copies))
    conduct.webhook_shuffle = bool(given.get("webhook_shuffle", conduct.webhook_shuffle))
    shop.pretends_https = bool(given.get("pretends_https", shop.pretends_https))
    shop.drops_authorization = bool(given.get("drops_authorization", shop.drops_authorization))
    return {
        "throttled": conduct.throttled,
        "webhook_delay_seconds": conduct.webhook_delay_seconds,
        "webhook_copies": conduct.webhook_copies,
        "webhook_shuffle": conduct.webhook_shuffle,
        "pretends_https": shop.pretends_https,
        "drops_authorization": shop.drops_authorization,
    }


def drop_refund(shop: Shop, given: Body) -> Body:
    refund = shop.refunds[int(given["id"])]
    delete_refund(shop, refund["id"])
    return refund


def routes(shop: Shop, courier: Courier) -> list[Route]:
    def state(request: Request) -> Response:
        return JSONResponse(figures(shop))

    def deliver(request: Request) -> Response:
        courier.deliver_waiting()
        return JSONResponse({"waiting": len(courier.waiting)})

    def posting(hand: Hand) -> Callable[[Request], object]:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            return await run_in_threadpool(told, shop, hand, json.loads(body or b"{}"))

        return endpoint

    hands = {**HANDS, "refund-delete": drop_refund, "misbehave": misbehave, "settings": turn, "chat": carry}
    return [
        Route("/demo/state", state),
        Route("/demo/deliver", deliver, methods=["POST"]),
        *(Route(f"/demo/{name}", posting(hand), methods=["POST"]) for name, hand in hands.items()),
    ]
