"""A page of a shop on another origin than the service, as strict as a page can be, with the two lines of the widget."""

import html
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

# Nothing inline, no pictures, no fonts; from the service only its scripts and its answers.
POLICY = "default-src 'none'; script-src {service}; connect-src 'self' {service} {socket}; base-uri 'none'; form-action 'none'"
PAGE = """<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>Teehaus</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><h1>Assam</h1><p>{words}</p><button id="buy">Buy</button>{bar}<p>{words}</p>
<script type="module" async src="{service}/widget.js?shop={shop}"></script>
{element}</body></html>"""
WORDS = "A strong tea from the north of India, picked in the second flush. " * 6


class ShopPages:
    """What the shop serves; `identity` says what its own address about the signed-in customer answers."""

    def __init__(self) -> None:
        self.service = ""
        self.shop = ""
        self.identity: Callable[[], dict[str, Any]] = dict
        self.asked_identity = 0
        self.origin = ""

    def page(self, query: dict[str, str]) -> str:
        """The page; `attributes` of the query stand on the element, without `element` the script makes one."""
        attributes = json.loads(query.get("attributes", "{}"))
        written = "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())
        element = "" if query.get("alone") else f"<aftercart-chat{written}></aftercart-chat>"
        return PAGE.format(
            lang=query.get("lang", "en"),
            words=WORDS,
            service=self.service,
            shop=query.get("shop", self.shop),
            element=element,
            bar='<div id="bar">Buy now</div>' if query.get("bar") else "",
        )


@contextmanager
def shop_pages() -> Iterator[ShopPages]:
    """Pages on a free port of this machine."""
    pages = ShopPages()

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            if parts.path == "/identity":
                pages.asked_identity += 1
                body, kind = json.dumps(pages.identity()), "application/json"
            elif parts.path in ("/", "/loose"):
                query = {name: given[0] for name, given in parse_qs(parts.query).items()}
                body, kind = pages.page(query), "text/html; charset=utf-8"
            else:
                body, kind = "", "image/x-icon"  # The browser asks for it by itself.
            self.send_response(200)
            self.send_header("Content-Type", kind)
            if parts.path == "/":
                socket = pages.service.replace("http", "ws")
                self.send_header(
                    "Content-Security-Policy", POLICY.format(service=pages.service, socket=socket)
                )
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *given: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    pages.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield pages
    server.shutdown()
    server.server_close()
    thread.join()
