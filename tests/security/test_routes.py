"""Every route of the whole service: who may ask it, what proves a form, what each answer carries.

Routes are read from the running application, so a new one cannot be forgotten here.
"""

import asyncio
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from core import database as core_database
from core import web
from core.headers import CONTENT_POLICY, SECURITY_HEADERS
from tests.security.conftest import Browser

pytestmark = pytest.mark.database

# Open to everybody, each for its reason. Everything else asks who is there.
CHAT = "one's own conversations, by the token in a header that no other site can send along"
PUBLIC = {
    "GET /api/openapi.json": "describes the addresses, holds nothing",
    "GET /health/live": "for machines that watch",
    "GET /health/ready": "for machines that watch",
    "POST /webhooks/woo/{public_id}": "proves itself by its signature",
    "GET /i/{token}": "proves itself by its token",
    "GET /i/{token}/renew": "leads back to the link's own page",
    "POST /i/{token}/renew": "mails to the order's own address only, and is limited",
    "GET /sign-in": "the way in",
    "POST /sign-in": "the way in, limited",
    "GET /reset": "the way in",
    "POST /reset": "the way in, limited",
    "GET /reset/{token}": "proves itself by its token",
    "POST /reset/{token}": "proves itself by its token",
    "GET /welcome/{token}": "proves itself by its token",
    "POST /welcome/{token}": "proves itself by its token",
    "POST /language": "a cookie about oneself",
    "GET /help/images/{digest}.{ending}": "pictures, under addresses that only readers of their articles know",
    "GET /help/{centre}": "leads to the visitor's language",
    "GET /help/{centre}/": "leads to the visitor's language",
    "GET /help/{centre}/{locale}": "leads to the home page",
    "GET /help/{centre}/{locale}/": "what is public; more for who proves to be staff or a customer",
    "GET /help/{centre}/{locale}/search": "what is public, limited",
    "GET /help/{centre}/{locale}/category/{slug}": "what is public; more for a proven reader",
    "GET /help/{centre}/{locale}/{slug}": "what is public; more for a proven reader",
    "GET /help/{centre}/{locale}/{rest:path}": "nothing, with a search",
    "GET /help/{centre}/sitemap.xml": "what is public",
    "GET /help/{centre}/theme.css": "a colour",
    "POST /help/{centre}/{locale}/{slug}/vote": "one's own word on an article, limited",
    "GET /widget.js": "the widget's script and the shop's look, which every visitor of the shop sees",
    "GET /widget/{name}/{part}": "the widget's files, the same for everybody",
    "GET /api/help/{centre}/search": "what is public, limited",
    "GET /api/help/{centre}/suggest": "what is public, limited",
    "GET /api/help/{centre}/answer": "what is public, limited",
    "GET /api/help/{centre}/articles/{locale}/{slug}": "what is public; more for a proven reader",
    "GET /api/help/{centre}/articles/{article_id:int}/related": "what is public; more for a proven reader",
    "POST /api/help/{centre}/votes": "one's own word on an article, limited",
    "OPTIONS /api/help/{centre}/{rest:path}": "lets the shop's own pages ask, and refuses every other site",
    "OPTIONS /api/chat/{shop}/{rest:path}": "lets the shop's own pages ask, and refuses every other site",
    "POST /api/chat/{shop}/conversations": CHAT,
    "GET /api/chat/{shop}/conversations": CHAT,
    "GET /api/chat/{shop}/conversations/{public_id}": CHAT,
    "POST /api/chat/{shop}/conversations/{public_id}/messages": CHAT,
    "POST /api/chat/{shop}/conversations/{public_id}/read": CHAT,
    "POST /api/chat/{shop}/conversations/{public_id}/person": CHAT,
    "POST /api/chat/{shop}/conversations/{public_id}/rating": CHAT,
    "POST /api/chat/{shop}/conversations/{public_id}/end": CHAT,
    "POST /api/chat/{shop}/conversations/{public_id}/typing": CHAT,
    "GET /api/chat/{shop}/conversations/{public_id}/events": CHAT,
    "GET /api/chat/{shop}/stream": CHAT,
    "POST /api/chat/{shop}/session": CHAT,
    "DELETE /api/chat/{shop}/session": CHAT,
    "GET /api/chat/{shop}/unread": CHAT,
    "POST /api/customers/{shop}/codes": CHAT,
    "POST /api/customers/{shop}/codes/{code_id}": CHAT,
    "GET /api/customers/{shop}/orders": CHAT,
    "OPTIONS /api/customers/{shop}/{rest:path}": "lets the shop's own pages ask, and refuses every other site",
    "POST /api/chat/{shop}/conversations/{public_id}/attachments": CHAT,
    "GET /api/chat/attachments/{token}": "proves itself by its token",
}
# These carry their own proof and no session, so a foreign site gains nothing by sending them.
WITHOUT_ORIGIN = {"POST /webhooks/woo/{public_id}", "POST /i/{token}/renew"} | {
    name for name, why in PUBLIC.items() if why == CHAT
}
# What a reader may change: their own things.
ONES_OWN = {
    "POST /sign-out",
    "POST /settings/profile",
    "POST /settings/profile/password",
    "POST /settings/profile/sessions/others/end",
    "POST /settings/profile/sessions/{session_id}/end",
}
SOMETHING = {"token": "a.b.c", "public_id": "nowhere"}


def routes(app: FastAPI) -> Iterator[tuple[str, Any]]:
    for found in iter_route_contexts(app.routes):
        for method in sorted(getattr(found, "methods", None) or ()):
            if method != "HEAD":
                yield f"{method} {found.path}", found


def calls_of(dependant: Any) -> set[Callable[..., Any]]:
    """Everything that a route asks for before it runs."""
    below = [calls_of(one) for one in dependant.dependencies]
    return {dependant.call, *(call for calls in below for call in calls)}


def asks(found: Any, call: Callable[..., Any]) -> bool:
    dependant = getattr(found, "dependant", None)
    return dependant is not None and call in calls_of(dependant)


def guarded(app: FastAPI) -> list[str]:
    return [name for name, found in routes(app) if asks(found, web.signed_in)]


def ask(client: TestClient, route: str) -> Any:
    method, _, path = route.partition(" ")
    return client.request(method, re.sub(r"{(\w+)}", lambda found: SOMETHING.get(found[1], "1"), path))


# -- who may ask -------------------------------------------------------------------------------------------------


def test_every_route_asks_who_is_there_or_stands_among_the_public_ones(app: FastAPI) -> None:
    open_ones = {name for name, found in routes(app) if not asks(found, web.signed_in)}
    assert open_ones == set(PUBLIC)
    assert len(guarded(app)) > 30


def test_no_page_of_staff_answers_a_stranger(app: FastAPI, browser: Browser) -> None:
    client = browser()
    answers = {name: ask(client, name) for name in guarded(app)}
    for name, answer in answers.items():
        pages = name.startswith("GET") and not name.startswith("GET /api/")
        assert answer.status_code == (303 if pages else 401), name
        if pages:
            assert answer.headers["location"].startswith("/sign-in?next="), name
            assert answer.text == "", name


def test_a_reader_changes_nothing_but_their_own_things(app: FastAPI, browser: Browser) -> None:
    client = browser("reader")
    changing = [name for name in guarded(app) if not name.startswith("GET") and name not in ONES_OWN]
    assert len(changing) > 15
    assert {name: ask(client, name).status_code for name in changing} == dict.fromkeys(changing, 403)


def test_an_unknown_address_tells_nothing(browser: Browser) -> None:
    for path in (
        "/admin",
        "/.env",
        "/static/../core/settings.py",
        "/static/%2e%2e/settings.py",
        "/i/",
        "/docs",
    ):
        answer = browser().get(path)
        assert answer.status_code == 404, path
        assert "Traceback" not in answer.text


# -- forms -------------------------------------------------------------------------------------------------------


def test_every_form_of_staff_asks_for_its_proof(app: FastAPI) -> None:
    forms = {name: found for name, found in routes(app) if not name.startswith("GET") and name not in PUBLIC}
    assert [name for name, found in forms.items() if not asks(found, web.proven_form)] == []


def test_no_form_of_staff_is_taken_without_its_proof(app: FastAPI, browser: Browser) -> None:
    client = browser("owner")
    del client.headers["x-csrf"]
    forms = [name for name in guarded(app) if not name.startswith("GET")]
    assert {name: ask(client, name).status_code for name in forms} == dict.fromkeys(forms, 403)


def test_every_public_form_refuses_other_sites(app: FastAPI, browser: Browser) -> None:
    forms = [name for name in PUBLIC if not name.startswith("GET") and name not in WITHOUT_ORIGIN]
    foreign = browser()
    foreign.headers["sec-fetch-site"] = "cross-site"
    older = browser()
    older.headers["origin"] = "https://evil.example"
    for client in (foreign, older):
        assert {name: ask(client, name).status_code for name in forms} == dict.fromkeys(forms, 403)


def test_no_address_that_a_link_can_open_writes(app: FastAPI) -> None:
    read = [(name, found) for name, found in routes(app) if name.startswith("GET")]
    assert [name for name, found in read if asks(found, core_database._writing)] == []


# -- what each answer carries ------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["", "owner"])
def test_every_answer_carries_the_security_headers(app: FastAPI, browser: Browser, role: str) -> None:
    # A client for each: ending sessions is among the forms.
    answers = {name: ask(browser(role), name) for name, _found in routes(app)}
    answers["missing"] = browser(role).get("/nowhere")
    answers["static"] = browser(role).get("/static/console.js")
    for name, answer in answers.items():
        assert answer.status_code < 500 or name == "GET /health/ready", name
        for header, value in SECURITY_HEADERS.items():
            assert answer.headers[header] == value or header == "Referrer-Policy", (name, header)
        assert answer.headers["strict-transport-security"] == "max-age=31536000", name
        assert answer.headers["referrer-policy"] in ("same-origin", "no-referrer"), name


def test_an_answer_to_a_crash_carries_them_too_and_tells_nothing(app: FastAPI, browser: Browser) -> None:
    def crash() -> None:
        raise ValueError("cs_0123456789abcdef is the secret")

    app.add_api_route("/crash", crash)
    answer = browser().get("/crash")
    assert answer.status_code == 500
    assert "cs_" not in answer.text
    assert "ValueError" not in answer.text
    assert answer.headers["content-security-policy"] == CONTENT_POLICY


def test_scripts_and_styles_come_from_the_service_alone() -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in CONTENT_POLICY.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["base-uri"] == "'none'"
    assert rules["form-action"] == "'self'"


def test_pages_of_staff_are_kept_by_no_cache(app: FastAPI, browser: Browser) -> None:
    for name in guarded(app):
        if name.startswith("GET") and not name.startswith("GET /api/"):
            answer = ask(browser("owner"), name)
            if answer.status_code == 200:
                assert answer.headers["cache-control"] == "private, no-store", name


# -- how much a request may bring --------------------------------------------------------------------------------


FILE_HEAD = b'--x\r\nContent-Disposition: form-data; name="email"; filename="f"\r\n\r\n'


class Flood:
    """A request whose body does not end before 64 MB."""

    def __init__(self, path: str, kind: str) -> None:
        self.scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "POST",
            "scheme": "https",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": [(b"host", b"help.shop.example"), (b"content-type", kind.encode())],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 8080),
        }
        self.read_megabytes = 0
        self.status = 0

    async def receive(self) -> dict[str, Any]:
        head = b"" if self.read_megabytes else FILE_HEAD
        self.read_megabytes += 1
        more = self.read_megabytes < 64
        return {"type": "http.request", "body": head + b"x" * 1024 * 1024, "more_body": more}

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)


@pytest.mark.parametrize(
    "path", ["/sign-in", "/reset", "/language", "/settings/team", "/webhooks/woo/nowhere"]
)
@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_a_body_beyond_all_reason_is_not_read_to_its_end(app: FastAPI, path: str, kind: str) -> None:
    flood = Flood(path, kind)
    asyncio.run(app(flood.scope, flood.receive, flood.send))
    assert flood.read_megabytes <= 5
    assert flood.status in (400, 401, 404, 413)


def test_a_file_sent_to_a_public_form_is_refused_before_it_fills_the_disk(browser: Browser) -> None:
    answer = browser().post("/sign-in", files={"password": ("p", b"x" * 5 * 1024 * 1024)})
    assert answer.status_code == 413
