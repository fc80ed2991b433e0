"""The click pages of the demo shop."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from demo.storage import Shop


def routes(shop: Shop) -> list[Route]:
    def home(request: Request) -> Response:
        return PlainTextResponse(shop.blueprint.title)

    return [Route("/", home)]
