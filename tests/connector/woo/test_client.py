"""Asking shops: every way to sign, every way to fail, each with a sentence and without a secret."""

import re
import time
import traceback
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connector.errors import GoneInStore, StoreRefused, StoreUnavailable
from connector.woo import client as woo_client
from connector.woo.client import WooClient, plain, site_address
from core import logs
from core.errors import BadInput
from demo.conduct import Fault
from demo.control import misbehave
from demo.figures import listed_orders
from demo.serving import running_shop
from demo.storage import Shop, open_shop
from tests.live import tls

from .mirrors import client_for, key_of
from .scripted import Handle, in_turn, reply, scripted

KEY, SECRET = "ck_" + "1f" * 20, "cs_" + "2e" * 20
Asked = Callable[[Handle], Exception]


@pytest.fixture
def shop(serve: Callable[..., Shop]) -> Shop:
    return serve("krw")


@pytest.fixture
def secure_shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Shop, str]]:
    """A shop behind TLS whose certificate this process trusts, and its address."""
    shop = open_shop("krw")
    shop.pretends_https = True
    with running_shop(shop) as inner, tls.front(inner, tmp_path) as front:
        shop.url = front.url.replace("https:", "http:")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(front.certificate))
        yield shop, front.url


@pytest.fixture
def failing() -> Iterator[Asked]:
    """`failing(handle)` asks a server that answers so, and gives the error, in which no secret may stand."""

    def ask(handle: Handle) -> Exception:
        with scripted(handle) as server:
            client = WooClient(server.address, KEY, SECRET, "oauth", timeout_seconds=0.4)
            with pytest.raises((StoreUnavailable, StoreRefused, GoneInStore)) as caught:
                client.get("orders", search="김민지", per_page=1)
            client.close()
        told = "".join(traceback.format_exception(caught.value)) + repr(caught.value)
        for secret in (KEY, SECRET, "oauth_signature", "oauth_nonce"):
            assert secret not in told
        return caught.value

    return ask


# -- signing -----------------------------------------------------------------------------------------------------


def test_a_key_goes_as_basic_authentication_over_https(secure_shop: tuple[Shop, str]) -> None:
    shop, address = secure_shop
    client = client_for(shop, "read", address=address, access="basic")
    assert client.get("orders", per_page=1).total == len(listed_orders(shop))
    client.close()


def test_a_key_goes_in_the_query_where_the_server_drops_the_header(secure_shop: tuple[Shop, str]) -> None:
    """FACTS §1: basic then gives 401 woocommerce_rest_cannot_view, the query works."""
    shop, address = secure_shop
    shop.drops_authorization = True
    with pytest.raises(StoreRefused):
        client_for(shop, address=address, access="basic").get("orders", per_page=1)
    assert client_for(shop, address=address, access="query").get("orders", per_page=1).rows


@pytest.mark.parametrize("access", ["basic", "query"])
def test_over_plain_http_a_bare_key_is_ignored_by_the_shop(shop: Shop, access: str) -> None:
    """FACTS §1: so the client signs there."""
    with pytest.raises(StoreRefused, match="does not accept the key"):
        client_for(shop, access=access).get("orders", per_page=1)


@pytest.mark.parametrize(
    "parameters",
    [
        {"search": "김"},
        {"search": "두 단어 & more=1"},
        {"search": "a/b%25c+d~e'f(g)*"},
        {"modified_after": "2026-11-23T13:00:00+09:00"},
        {"modified_after": "2026-11-23T04:00:00Z", "modified_before": "2026-11-23T05:00:00Z"},
        {"include": [71, 72, 73]},
        {"status": ["processing", "completed"]},
        {"status": "", "customer": None, "include": []},
        {"orderby": "modified", "order": "asc", "page": 2},
        {"search": "😀"},
    ],
)
def test_signed_values_mean_what_they_say(shop: Shop, parameters: dict[str, Any]) -> None:
    """FACTS §1: the official client mis-signs lists, empty values and "/"."""
    client = client_for(shop)
    found = client.get("orders", per_page=100, **parameters)
    told = client_for(shop).get("orders", per_page=100, **plain(parameters))
    assert [row["id"] for row in found.rows] == [row["id"] for row in told.rows]
    if parameters.get("include"):
        assert {row["id"] for row in found.rows} == {71, 72, 73}


def test_parameters_go_as_plain_texts() -> None:
    assert plain({"a": [1, 2], "b": "", "c": None, "d": 0, "e": (), "f": ("x",)}) == {
        "a": "1,2",
        "d": "0",
        "f": "x",
    }


def test_every_try_is_signed_anew() -> None:
    """FACTS §1: the same signed address twice is "nonce has already been used"."""
    with scripted(in_turn(reply(500, "{}"), reply(502, "<html>"), reply(200, "[]"))) as server:
        client = WooClient(server.address, KEY, SECRET, "oauth")
        assert client.get("orders").rows == []
        client.close()
        nonces = [parse_qs(urlsplit(path).query)["oauth_nonce"][0] for path in server.paths]
    assert len(set(nonces)) == 3


def test_what_changes_the_shop_is_never_tried_twice() -> None:
    """A create whose answer was lost may have happened."""
    with scripted(reply(500, "{}")) as server:
        client = WooClient(server.address, KEY, SECRET, "oauth")
        with pytest.raises(StoreUnavailable):
            client.post("webhooks", {"topic": "order.created"})
        client.close()
    assert len(server.paths) == 1


def test_no_password_file_of_the_machine_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shop: Shop
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login somebody password else\n")
    (tmp_path / ".netrc").chmod(0o600)
    monkeypatch.setenv("NETRC", str(tmp_path / ".netrc"))
    seen: list[str] = []

    def look(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.headers.get("Authorization", ""))
        reply(200, "[]")(request)

    with scripted(look) as server:
        client = WooClient(server.address, KEY, SECRET, "oauth")
        client.get("orders")
        client.close()
    assert seen == [""]


def test_cookies_of_the_shop_are_not_sent_back() -> None:
    seen: list[str | None] = []

    def look(request: BaseHTTPRequestHandler) -> None:
        seen.append(request.headers.get("Cookie"))
        reply(200, "[]", Set_Cookie="PHPSESSID=1; path=/")(request)

    with scripted(look) as server:
        client = WooClient(server.address, KEY, SECRET, "oauth")
        client.get("orders")
        client.get("orders")
        client.close()
    assert seen == [None, None]


# -- refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"key": "ck_" + "0" * 40}, "does not know this consumer key"),
        ({"secret": "cs_" + "0" * 40}, "signature is wrong"),
    ],
)
def test_a_wrong_key_or_secret_over_http_is_named(shop: Shop, changes: dict[str, str], sentence: str) -> None:
    with pytest.raises(StoreRefused, match=sentence) as caught:
        client_for(shop, **changes).get("orders")
    assert caught.value.permanent


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        # FACTS §1: an unknown key over https looks like no key at all.
        ({"key": "ck_" + "0" * 40}, "does not accept the key"),
        ({"secret": "cs_" + "0" * 40}, "consumer secret is wrong"),
    ],
)
def test_a_wrong_key_or_secret_over_https_is_named(
    secure_shop: tuple[Shop, str], changes: dict[str, str], sentence: str
) -> None:
    shop, address = secure_shop
    for access in ("basic", "query"):
        with pytest.raises(StoreRefused, match=sentence):
            client_for(shop, address=address, access=access, **changes).get("orders")


def test_a_key_without_the_permission_is_named(shop: Shop) -> None:
    with pytest.raises(StoreRefused, match="lacks a permission") as caught:
        client_for(shop, "write").get("orders")
    assert caught.value.permanent
    with pytest.raises(StoreRefused, match="lacks a permission|may not do this"):
        client_for(shop, "read").post("webhooks", {"topic": "order.created"})


def test_clocks_that_are_apart_are_named(shop: Shop) -> None:
    """FACTS §1: a window of 15 minutes on either side."""
    misbehave(shop, {"mode": "clock_skew", "seconds": 16 * 60})
    with pytest.raises(StoreRefused, match="clocks of this machine and of the shop") as caught:
        client_for(shop).get("orders")
    assert caught.value.permanent


def test_what_does_not_exist_is_gone_and_not_tried_again(shop: Shop) -> None:
    with pytest.raises(GoneInStore) as caught:
        client_for(shop).get("orders/999999")
    assert caught.value.permanent
    refund = next(iter(shop.refunds))
    with pytest.raises(GoneInStore):  # FACTS §4: refunds share the numbers of orders, and are none.
        client_for(shop).get(f"orders/{refund}")


# -- failures ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["errors_500", "html_errors", "cut", "broken_json"])
def test_two_failures_in_a_row_are_survived(shop: Shop, mode: str) -> None:
    shop.conduct.fault = Fault(mode, count=2)
    assert client_for(shop).get("orders", per_page=1).rows


@pytest.mark.parametrize(
    ("mode", "sentence"),
    [
        ("errors_500", r"answered with an error \(500 internal_server_error\)"),
        ("html_errors", r"error page \(502\)"),
        ("cut", "broke the connection off"),
        ("broken_json", "something on the site prints text into it"),
        ("down", "could not be reached"),
    ],
)
def test_a_failing_shop_is_told_by_its_fault(shop: Shop, mode: str, sentence: str) -> None:
    shop.conduct.fault = Fault(mode)
    with pytest.raises(StoreUnavailable, match=sentence) as caught:
        client_for(shop).get("orders", per_page=100)
    assert not caught.value.permanent
    assert shop.url in str(caught.value)


def test_a_slow_shop_is_waited_for_so_long_and_no_longer(shop: Shop) -> None:
    shop.conduct.fault = Fault("slow", seconds=0.3)
    assert client_for(shop, timeout_seconds=5).get("orders", per_page=1).rows
    shop.conduct.fault = Fault("slow", seconds=5)
    with pytest.raises(StoreUnavailable, match="did not answer in time") as caught:
        client_for(shop, timeout_seconds=0.2).get("orders", per_page=1)
    assert not caught.value.permanent


def test_a_shop_that_drips_bytes_for_ever_is_cut_off(failing: Asked) -> None:
    def drip(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.05)

    began = time.monotonic()
    problem = failing(drip)
    assert "did not answer in time" in str(problem)
    assert time.monotonic() - began < 10


def test_an_answer_without_end_is_not_read_to_its_end(
    failing: Asked, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(woo_client, "LARGEST_ANSWER_BYTES", 200_000)
    problem = failing(reply(200, b"[" + b" " * 300_000 + b"]"))
    assert isinstance(problem, StoreUnavailable)
    assert "too large" in str(problem)
    assert problem.permanent


def test_a_certificate_that_nobody_trusts_is_named(tmp_path: Path) -> None:
    shop = open_shop("krw")
    with running_shop(shop) as inner, tls.front(inner, tmp_path) as front:
        client = WooClient(front.url, KEY, SECRET, "basic")
        with pytest.raises(StoreUnavailable, match="certificate of .* is not valid"):
            client.get("orders")
        client.close()


@pytest.mark.parametrize(
    ("handle", "kind", "permanent", "sentence"),
    [
        (reply(301, "", Location="https://www.shop.example/wp-json/?oauth_consumer_key=ck_1"), StoreUnavailable, True, "sends visitors on to https://www.shop.example. Connect"),
        (reply(302, "", Location="/ko/wp-json/"), StoreUnavailable, True, "sends visitors on to http://127.0.0.1"),
        (reply(404, "<html>Not Found"), StoreUnavailable, True, "permalinks"),
        (reply(200, "<!DOCTYPE html><html>welcome"), StoreUnavailable, False, "a web page in place of data"),
        (reply(404, '{"code":"rest_no_route","data":{"status":404}}'), StoreUnavailable, True, "no WooCommerce REST interface"),
        (reply(404, '{"message":"Not found"}'), StoreUnavailable, True, "no WooCommerce REST interface"),
        (reply(401, "<html>Authorization Required"), StoreRefused, True, "a password for the whole site, or a firewall"),
        (reply(403, "<html>Access denied"), StoreRefused, True, "a password for the whole site, or a firewall"),
        (reply(429, "slow down"), StoreUnavailable, False, r"error page \(429\)"),
        (reply(429, '{"code":"too_many"}'), StoreUnavailable, False, "429 too_many"),
        (reply(503, "<h1>Briefly unavailable"), StoreUnavailable, False, r"error page \(503\)"),
        (reply(200, ""), StoreUnavailable, False, "unreadable"),
        (reply(200, "\xef\xbb\xbf<br />Warning: x in y.php"), StoreUnavailable, False, "unreadable"),
        (reply(500, '{"code":"x","message":"no","data":404}'), StoreUnavailable, True, "no WooCommerce REST interface"),
        (reply(500, '{"code":"woocommerce_rest_invalid_order_refund","message":"no","data":400}'), StoreUnavailable, True, "did not understand a question: no"),
        (reply(400, '{"code":"rest_invalid_param","message":"Invalid parameter(s): page"}'), StoreUnavailable, True, "did not understand a question: Invalid parameter"),
        (reply(400, '["odd"]'), StoreUnavailable, True, r"did not understand a question:  \(400\)"),
    ],
)  # fmt: skip
def test_an_odd_answer_is_a_sentence_of_the_right_kind(
    failing: Asked, handle: Handle, kind: type[Exception], permanent: bool, sentence: str
) -> None:
    problem: Any = failing(handle)
    assert type(problem) is kind
    assert problem.permanent is permanent
    assert re.search(sentence, str(problem)), str(problem)


@pytest.mark.parametrize("text", ["null", '"text"', "[1, 2]", '{"a": 1}'])
def test_an_answer_of_another_shape_is_named_where_it_is_used(text: str) -> None:
    with scripted(reply(200, text)) as server:
        client = WooClient(server.address, KEY, SECRET, "oauth")
        answer = client.get("orders")
        client.close()
    with pytest.raises(StoreUnavailable, match="something else than WooCommerce"):
        _ = answer.rows
    if not text.startswith("{"):
        with pytest.raises(StoreUnavailable, match="something else than WooCommerce"):
            _ = answer.body


def test_a_byte_order_mark_of_a_badly_saved_plugin_is_read_over() -> None:
    with scripted(reply(200, b"\xef\xbb\xbf[]")) as server:
        client = WooClient(server.address, KEY, SECRET, "oauth")
        assert client.get("orders").rows == []
        client.close()


# -- the site ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("handle", "sentence"),
    [
        (reply(200, '{"name":"Blog","namespaces":["wp/v2"]}'), "WordPress without WooCommerce"),
        (reply(200, '{"status":"ok"}'), "no WordPress site"),
        (reply(200, "[]"), "something else than WooCommerce"),
        (reply(404, "<html>"), "permalinks"),
        (reply(404, '{"error":"nope"}'), "no WooCommerce REST interface"),
        (reply(401, '{"code":"rest_cannot_access","message":"DRA"}'), "hides its REST interface from visitors"),
    ],
)  # fmt: skip
def test_a_site_that_is_no_woocommerce_shop_is_named(handle: Handle, sentence: str) -> None:
    with scripted(handle) as server:
        client = WooClient(server.address, KEY, SECRET, "oauth")
        with pytest.raises(StoreUnavailable, match=sentence) as caught:
            client.index()
        client.close()
    assert caught.value.permanent
    assert "oauth" not in "".join(server.paths), "the question to anybody is not signed"


@pytest.mark.parametrize(
    ("pasted", "address"),
    [
        ("shop.example", "https://shop.example"),
        (" https://Shop.Example/ ", "https://shop.example"),
        ("https://shop.example/wp-json/wc/v3/", "https://shop.example"),
        ("https://shop.example/wp-admin/admin.php?page=wc-settings", "https://shop.example"),
        ("http://127.0.0.1:8080/shop/", "http://127.0.0.1:8080/shop"),
        ("https://shop.example/ko/index.php?a=1#top", "https://shop.example/ko"),
    ],
)
def test_a_pasted_address_is_brought_to_the_shops_own(pasted: str, address: str) -> None:
    assert site_address(pasted) == address


@pytest.mark.parametrize(
    "pasted",
    ["", "ftp://shop.example", "https://", "https://me:secret@shop.example", "https://[::1", "https://shop:99999", "https://a b", "javascript:alert(1)"],
)  # fmt: skip
def test_what_is_no_address_is_refused(pasted: str) -> None:
    with pytest.raises(BadInput, match="no address of a shop"):
        site_address(pasted)


def test_no_secret_reaches_the_logs(shop: Shop, logged: Callable[[], str]) -> None:
    shop.conduct.fault = Fault("errors_500", count=1)
    client = client_for(shop)
    client.get("orders", per_page=1)
    logs.log("connector").warning(
        "shop_not_synchronised", problem=f"{key_of(shop).key} {key_of(shop).secret}"
    )
    told = logged()
    assert "shop_not_synchronised" in told
    for secret in (key_of(shop).key, key_of(shop).secret, "oauth_signature="):
        assert secret not in told
