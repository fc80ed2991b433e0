"""Where people and the service itself are sent: never to another site by a crafted link, header or shop."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from connector.errors import StoreUnavailable
from connector.woo.client import WooClient, site_address
from core.errors import BadInput
from core.headers import own_address
from tests.security.conftest import PASSWORD, Browser

ELSEWHERE = [
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "\t//evil.example",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "@evil.example",
    "",
    " /orders",
    "/orders\r\nSet-Cookie: evil=1",
]


@pytest.mark.parametrize("crafted", ELSEWHERE)
def test_an_address_of_another_site_becomes_today(crafted: str) -> None:
    assert own_address(crafted) == "/"


@pytest.mark.parametrize("inside", ["/", "/orders?page=2&q=a//b", "/orders/3#letters", "/%2f%2fevil.example"])
def test_an_address_of_this_service_stays(inside: str) -> None:
    assert own_address(inside) == inside


@pytest.mark.database
@pytest.mark.parametrize("crafted", ELSEWHERE)
def test_no_form_sends_anybody_to_another_site(browser: Browser, crafted: str) -> None:
    language = browser().post("/language", data={"to": "ko", "next": crafted})
    came_in = browser("owner").get("/sign-in", params={"next": crafted})
    owner = browser("owner")
    released = owner.post("/console/outbox/release", data={"next": crafted})
    for answer in (language, came_in, released):
        assert answer.status_code == 303
        assert answer.headers["location"] == "/"
        assert "evil=1" not in answer.headers.get("set-cookie", "")


@pytest.mark.database
def test_signing_in_with_a_crafted_address_leads_to_today(browser: Browser) -> None:
    browser("owner")
    for crafted in ("//evil.example", "/\\evil.example"):
        given = {"email": "owner1@shop.example", "password": PASSWORD, "next": crafted}
        answer = browser().post("/sign-in", data=given)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")


@pytest.mark.database
def test_links_are_made_from_the_settings_and_never_from_the_host_that_a_request_names(
    browser: Browser,
) -> None:
    owner = browser("owner")
    owner.post("/settings/team", data={"email": "new@shop.example", "role": "agent", "language": "en"})
    for header in ("host", "x-forwarded-host"):
        answer = owner.post("/settings/team/invitations/1/link", headers={header: "evil.example"})
        assert "https://help.shop.example/welcome/" in answer.text
        assert "evil.example/welcome" not in answer.text


# -- the address of a shop ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "crafted",
    [
        "file:///etc/passwd",
        "gopher://shop.example",
        "ftp://shop.example",
        "https://name:secret@shop.example",
        "https://",
        "javascript:alert(1)",
    ],
)
def test_only_web_addresses_without_a_password_are_shops(crafted: str) -> None:
    with pytest.raises(BadInput):
        site_address(crafted)


class Redirecting(BaseHTTPRequestHandler):
    """A shop that sends every caller on to another address of this machine, with a key in it."""

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_response(302)
        self.send_header(
            "Location", f"http://localhost:{self.server.server_port}/metadata?consumer_secret=cs_1"
        )
        self.end_headers()

    def log_message(self, *given: object) -> None: ...


def test_a_shop_cannot_send_the_service_on_to_another_address() -> None:
    """A redirect is told to the owner and not followed: the signed question would go to whoever is named there."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Redirecting) as server:
        server.asked = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        client = WooClient(f"http://127.0.0.1:{server.server_port}", "ck_1", "cs_1", "oauth")
        with pytest.raises(StoreUnavailable) as caught:
            client.get("orders")
        client.close()
        server.shutdown()
    assert [path.partition("?")[0] for path in server.asked] == ["/wp-json/wc/v3/orders"]
    assert caught.value.permanent
    assert "http://localhost" in str(caught.value)
    assert "cs_1" not in str(caught.value)
