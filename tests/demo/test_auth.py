"""Keys and signatures beyond what the contract asks: odd headers, odd methods, odd names."""

import json
import time

import pytest
from oauthlib.oauth1 import Client

from demo.dispatching import Api, Incoming
from demo.storage import Shop

from .caller import Caller

ADDRESS = "http://127.0.0.1:8080/wp-json/wc/v3/orders"
SIGNATURE = "Invalid signature - provided signature does not match."


def client(shop: Shop, **how: str) -> Client:
    key = shop.keys[0]
    return Client(
        key.key,
        client_secret=key.secret,
        **{"signature_method": "HMAC-SHA256", "signature_type": "QUERY", **how},
    )


def asked(shop: Shop, address: str, headers: dict[str, str] | None = None) -> tuple[int, object]:
    """Status and, for a refusal, its message."""
    path, _, query = address.removeprefix("http://127.0.0.1:8080").partition("?")
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    answer = Api(shop).answer(Incoming("GET", path, query, lower, b""))
    body = json.loads(answer.body)
    return answer.status, body.get("message") if isinstance(body, dict) else len(body)


@pytest.mark.parametrize("method", ["HMAC-SHA1", "HMAC-SHA256"])
def test_both_hashes_are_taken(krw: Shop, method: str) -> None:
    address, _, _ = client(krw, signature_method=method).sign(ADDRESS)
    assert asked(krw, address) == (200, 10)


def test_another_hash_is_refused(krw: Shop) -> None:
    address, _, _ = client(krw, signature_method="HMAC-SHA512").sign(ADDRESS)
    assert asked(krw, address) == (401, "Invalid signature - signature method is invalid.")


def test_a_signature_in_the_header_is_taken_unless_the_server_drops_it(krw: Shop) -> None:
    address, headers, _ = client(krw, signature_type="AUTH_HEADER").sign(ADDRESS)
    assert asked(krw, address, headers) == (200, 10)
    krw.drops_authorization = True
    assert asked(krw, address, headers) == (401, "Sorry, you cannot list resources.")


def test_a_name_with_empty_brackets_cannot_be_signed(krw: Shop) -> None:
    signed, _, _ = client(krw).sign(f"{ADDRESS}?include%5B%5D=71")
    assert asked(krw, signed) == (401, SIGNATURE)
    numbered, _, _ = client(krw).sign(f"{ADDRESS}?include%5B0%5D=71")
    assert asked(krw, numbered) == (200, 1)


def test_half_a_signature_names_what_is_missing(krw: Shop) -> None:
    assert asked(
        krw, f"{ADDRESS}?oauth_consumer_key=ck&oauth_nonce=1&oauth_timestamp={int(time.time())}"
    ) == (
        401,
        "Missing OAuth parameters oauth_signature, oauth_signature_method",
    )


def test_keys_in_the_query_still_work_where_the_header_is_dropped(krw: Shop) -> None:
    krw.drops_authorization = True
    assert Caller(krw).ask("GET", "orders").status == 200


def test_an_http_signature_is_refused_when_the_shop_sees_https(krw: Shop) -> None:
    krw.pretends_https = True
    address, _, _ = client(krw).sign(ADDRESS)
    assert asked(krw, address) == (401, SIGNATURE)


def test_a_shop_with_a_wrong_clock_refuses_good_signatures(krw: Shop) -> None:
    address, _, _ = client(krw, timestamp=str(int(time.time()) - 3600)).sign(ADDRESS)
    assert asked(krw, address) == (401, "Invalid timestamp.")


def test_two_shops_have_different_keys_that_survive_a_restart(krw: Shop, eur: Shop) -> None:
    assert {key.key for key in krw.keys}.isdisjoint(key.key for key in eur.keys)
    assert all(len(key.key) == len("ck_") + 40 for key in krw.keys)
