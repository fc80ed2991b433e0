"""Claims about the shop as its customers see it: who is signed in, what its own page says of them, which chat it carries."""

import jwt
import pytest
from starlette.testclient import TestClient

from core.security import derived
from demo.api import make_app

ROOT = bytes(range(32))
TOLD = {"service": "http://127.0.0.1:8080/", "shop": "a-shop", "kid": "demo", "root": ROOT.hex()}


@pytest.fixture
def client(krw):
    return TestClient(make_app(krw), base_url=krw.url, follow_redirects=False)


def test_the_page_carries_the_chat_that_it_was_told_under_a_strict_policy(client):
    assert "aftercart-chat" not in client.get("/shop").text
    client.post("/demo/chat", json=TOLD)
    page = client.get("/shop")
    assert (
        '<script type="module" async src="http://127.0.0.1:8080/widget.js?shop=a-shop"></script>' in page.text
    )
    assert '<aftercart-chat identity="/shop/identity"' in page.text
    policy = dict(rule.strip().split(" ", 1) for rule in page.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "http://127.0.0.1:8080"
    assert "ws://127.0.0.1:8080" in policy["connect-src"]


@pytest.mark.parametrize("changes", [{"service": "javascript:alert(1)"}, {"root": "xyz"}])
def test_what_is_no_chat_is_not_taken(client, krw, changes):
    assert client.post("/demo/chat", json=TOLD | changes).status_code == 422
    assert krw.chat is None


def test_its_own_page_gets_a_word_of_five_minutes_about_whoever_is_signed_in(client, krw):
    client.post("/demo/chat", json=TOLD)
    assert client.get("/shop/identity").json() == {}
    assert client.post("/shop/sign-in", data={"customer": "27"}).status_code == 303
    said = client.get("/shop/identity")
    assert said.headers["cache-control"] == "no-store"
    claims = jwt.decode(
        said.json()["token"], derived(ROOT, "shopper"), algorithms=["HS256"], audience="aftercart"
    )
    assert (claims["iss"], claims["sub"]) == (krw.url, "wc:27")
    client.post("/shop/sign-in", data={"customer": ""})
    assert client.get("/shop/identity").json() == {}


@pytest.mark.parametrize("customer", ["999999", "x", "²", "-1", "9" * 40])
def test_nobody_signs_in_as_somebody_who_is_not_there(client, customer):
    client.post("/demo/chat", json=TOLD)
    client.post("/shop/sign-in", data={"customer": customer})
    assert client.get("/shop/identity").json() == {}


def test_another_site_signs_nobody_in(client):
    answer = client.post("/shop/sign-in", data={"customer": "27"}, headers={"origin": "https://evil.example"})
    assert answer.status_code == 403
