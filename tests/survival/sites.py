"""Sites that are no shop: a WordPress without WooCommerce, and something else altogether."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from demo.serving import address_of, listening, running

WORDPRESS = {
    "name": "A blog",
    "home": "https://blog.example",
    "namespaces": ["oembed/1.0", "wp/v2", "wp-site-health/v1"],
}


@contextmanager
def _running(answer: Response) -> Iterator[str]:
    def told(_request: Request) -> Response:
        return answer

    opened = listening()
    with running(Starlette(routes=[Route("/{path:path}", told)]), opened):
        yield address_of(opened)


@contextmanager
def running_wordpress_without_woocommerce() -> Iterator[str]:
    with _running(Response(json.dumps(WORDPRESS), media_type="application/json")) as address:
        yield address


@contextmanager
def running_plain_site() -> Iterator[str]:
    with _running(HTMLResponse("<!doctype html><title>404</title>", 404)) as address:
        yield address
