"""Routes, refusals and headers as WordPress gives them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from demo.dispatching import Incoming
from demo.storage import Shop, open_shop

from .caller import Caller

REFUSALS: dict[str, Any] = json.loads((Path(__file__).parent / "recorded" / "refusals.json").read_text())


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_worded_as_recorded(krw: Shop, name: str) -> None:
    asked = REFUSALS[name]
    caller = Caller(krw, None if name == "no_auth" else "read_write")
    body = {"update": [{"id": 1}] * 101} if asked["body"] == "BATCH" else asked["body"]
    answer = caller.ask(asked["method"], asked["path"], body, **asked["params"])
    told = json.loads(answer.body)
    if name.startswith("coupon_"):  # The draft left behind has another number here.
        assert told["data"]["new_draft_order_id"] in krw.orders
        told["data"]["new_draft_order_id"] = asked["answer"]["data"]["new_draft_order_id"]
    assert (answer.status, told) == (asked["status"], asked["answer"])


def test_a_refused_coupon_leaves_a_draft_behind(caller: Caller) -> None:
    told = caller.post("orders", {"coupon_lines": [{"code": "expired"}]})
    left = told["data"]["new_draft_order_id"]
    assert caller.get(f"orders/{left}")["status"] == "checkout-draft"
    assert left not in caller.ids("orders", per_page=100)


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "orders", "woocommerce_rest_cannot_view"),
        ("GET", "orders/71", "woocommerce_rest_cannot_view"),
        ("POST", "orders", "woocommerce_rest_cannot_create"),
        ("PUT", "orders/71", "woocommerce_rest_cannot_edit"),
        ("DELETE", "orders/71", "woocommerce_rest_cannot_delete"),
    ],
)
def test_nobody_is_told_what_nobody_may(krw: Shop, method: str, path: str, code: str) -> None:
    answer = Caller(krw, None).ask(method, path)
    assert (answer.status, json.loads(answer.body)["code"]) == (401, code)


def test_a_write_key_may_not_read(krw: Shop) -> None:
    answer = Caller(krw, "write").ask("GET", "orders")
    assert answer.status == 401
    assert json.loads(answer.body)["message"] == "The API key provided does not have read permissions."


def test_a_long_include_over_several_pages_breaks_the_server_in_front(caller: Caller) -> None:
    ids = [*caller.ids("orders", per_page=100), *range(1_000_000, 1_000_399)]
    asked = ",".join(str(each) for each in ids)
    answer = caller.ask("GET", "orders", include=asked, per_page=10)
    assert (answer.status, answer.headers["Content-Type"]) == (502, "text/html")
    assert (
        caller.ask("GET", "orders", include=asked, per_page=100).status == 200
    )  # One page has no neighbours.


def test_the_link_header_keeps_the_query_and_names_the_neighbours(caller: Caller) -> None:
    link = caller.ask("GET", "orders", per_page=10, page=2, status="processing,on-hold").headers["Link"]
    previous, following = link.split(", ")
    assert previous.endswith('page=1>; rel="prev"')
    assert following.endswith('page=3>; rel="next"')
    assert "status%5B0%5D=processing&status%5B1%5D=on-hold" in following


def test_a_crash_inside_is_told_as_wordpress_tells_it(
    caller: Caller, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(caller.shop, "orders", None)
    answer = caller.ask("GET", "orders")
    assert (answer.status, json.loads(answer.body)["code"]) == (500, "internal_server_error")
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("krw", ("서울상점", "Asia/Seoul", 9, "KRW", "0", "KR")),
        ("eur", ("Kontor Berlin", "Europe/Berlin", 1, "EUR", "2", "DE:DE-BE")),
    ],
)
def test_a_shop_says_who_it_is(
    name: str, expected: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_shop(name)
    monkeypatch.setattr(shop, "now", lambda: datetime(2026, 11, 23, tzinfo=UTC))
    caller = Caller(shop)
    answer = caller.api.answer(Incoming("GET", "/wp-json/", "", {}, b""))
    index = json.loads(answer.body)
    settings = {row["id"]: row["value"] for row in caller.get("settings/general")}
    assert settings["woocommerce_store_address"]
    assert settings["woocommerce_store_postcode"]
    told = (index["name"], index["timezone_string"], index["gmt_offset"])
    names = ("woocommerce_currency", "woocommerce_price_num_decimals", "woocommerce_default_country")
    assert (*told, *(settings[name] for name in names)) == expected
