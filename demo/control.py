"""Addresses under `/demo/` for the orchestrator and the tests: true figures, and hands on the shop."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from demo.figures import figures
from demo.storage import Shop


def routes(shop: Shop) -> list[Route]:
    def state(request: Request) -> Response:
        return JSONResponse(figures(shop))

    return [Route("/demo/state", state)]
