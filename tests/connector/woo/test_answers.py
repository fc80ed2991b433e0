"""Every refusal recorded from a real WooCommerce, and what we make of it."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from connector.errors import GoneInStore, StoreRefused, StoreUnavailable
from connector.woo.answers import read
from core.languages import Text, recalled, speaking

from . import recorded

GONE = {
    "customer_missing", "order_force_deleted_get", "order_missing", "refund_id_as_order", "refund_missing",
    "refund_other_order", "trash_twice",
}  # fmt: skip
REFUSED = {
    "basic_over_http": "does not accept the key",
    "no_auth": "does not accept the key",
    "query_string_over_http": "does not accept the key",
    "nonce_replay": "a request came twice",
    "timestamp_16min_future": "clocks of this machine and of the shop",
    "timestamp_16min_old": "clocks of this machine and of the shop",
    "unknown_consumer_key": "does not know this consumer key",
    "wrong_secret_signature": "signature is wrong",
}
MISSING = {"route_missing", "settings_missing"}
MAY_PASS = {"refund_too_much"}  # It says 500 in both places; only asking again could tell.


def answered(status: int, body: Any, **headers: str) -> Exception:
    response = requests.Response()
    response.status_code = status
    response.headers.update(headers)
    with pytest.raises((GoneInStore, StoreRefused, StoreUnavailable)) as caught:
        read("https://shop.example", response, json.dumps(body).encode())
    return caught.value


@pytest.mark.parametrize("name", sorted(recorded.bodies("errors")))
def test_a_recorded_refusal_is_of_the_right_kind(name: str) -> None:
    told = recorded.body("errors", name)
    problem: Any = answered(told["status"], told["body"])
    kind = GoneInStore if name in GONE else StoreRefused if name in REFUSED else StoreUnavailable
    assert type(problem) is kind
    assert problem.permanent is (name not in MAY_PASS)
    sentence = REFUSED.get(name) or ("no WooCommerce REST" if name in MISSING else "")
    assert sentence in str(problem)


def test_a_refund_error_that_says_500_but_means_400_is_not_tried_again() -> None:
    """FACTS §4: the intended status is inside `data`."""
    told = recorded.body("errors", "refund_negative")
    assert (told["status"], told["body"]["data"]) == (500, 400)
    problem: Any = answered(told["status"], told["body"])
    assert problem.permanent


def test_a_404_that_is_not_woocommerces_own_never_means_that_an_order_was_deleted() -> None:
    for code in ("", "not_found", "rest_no_route", "woocommerce_rest_cannot_view"):
        problem = answered(404, {"code": code, "message": "x", "data": {"status": 404}})
        assert not isinstance(problem, GoneInStore)


def test_the_minutes_between_the_clocks_are_said() -> None:
    told = recorded.body("errors", "timestamp_16min_old")
    there = datetime.now(UTC) - timedelta(minutes=17)
    problem = answered(told["status"], told["body"], Date=f"{there:%a, %d %b %Y %H:%M:%S} GMT")
    assert "17 minutes apart" in str(problem)


def test_every_sentence_can_be_kept_and_shown_in_another_language() -> None:
    for name in recorded.bodies("errors"):
        told = recorded.body("errors", name)
        problem: Any = answered(told["status"], told["body"])
        if isinstance(problem, GoneInStore):
            continue  # Never shown: what is gone is noted in the mirror.
        assert isinstance(problem.sentence, Text)
        with speaking("ko"):
            assert recalled(problem.sentence.kept())


def test_counts_that_are_no_numbers_count_as_untold() -> None:
    response = requests.Response()
    response.status_code = 200
    response.headers.update({"X-WP-Total": "12, 12", "X-WP-TotalPages": "-1", "Date": "yesterday"})
    answer = read("https://shop.example", response, b"[]")
    assert (answer.total, answer.pages) == (0, 0)
    assert abs(answer.shop_time - datetime.now(UTC)) < timedelta(minutes=1)
