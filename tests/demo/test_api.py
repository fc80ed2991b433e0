"""The shop behind a real socket: its faults, its speed, its control addresses and its click pages."""

import time
from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from demo.serving import running_shop
from demo.storage import Shop


class Visitor:
    """Reads the shop over http with a key in the query."""

    def __init__(self, url: str, shop: Shop) -> None:
        self.url = url
        self.shop = shop
        self.session = requests.Session()
        self.key = {"consumer_key": shop.keys[0].key, "consumer_secret": shop.keys[0].secret}

    def get(self, path: str = "orders", **params: Any) -> requests.Response:
        params |= self.key
        return self.session.get(f"{self.url}/wp-json/wc/v3/{path}", params=params, timeout=10)

    def control(self, name: str, **body: Any) -> Any:
        answer = self.session.post(f"{self.url}/demo/{name}", json=body, timeout=10)
        return answer.json() | ({"refused": answer.status_code} if answer.status_code >= 400 else {})

    def state(self) -> Any:
        return self.session.get(f"{self.url}/demo/state", timeout=10).json()

    def click(self, action: str, **form: str) -> requests.Response:
        return self.session.post(f"{self.url}/click/{action}?lang=en", data=form, timeout=10)


@pytest.fixture
def visitor(krw: Shop) -> Iterator[Visitor]:
    krw.pretends_https = True
    with running_shop(krw) as url:
        visitor = Visitor(url, krw)
        yield visitor
        visitor.session.close()


def test_a_count_of_faults_is_used_up(visitor: Visitor) -> None:
    visitor.control("misbehave", mode="errors_500", count=2)
    answers = [visitor.get() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [500, 500, 200]
    assert answers[0].json()["code"] == "internal_server_error"


def test_a_fault_lasts_until_it_is_cleared(visitor: Visitor) -> None:
    visitor.control("misbehave", mode="html_errors")
    assert {visitor.get().status_code for _ in range(3)} == {502}
    assert visitor.get().headers["content-type"] == "text/html"
    visitor.control("misbehave", mode="")
    assert visitor.get().status_code == 200


def test_a_fault_can_strike_now_and_then(visitor: Visitor) -> None:
    visitor.control("misbehave", mode="errors_500", probability=0.5)
    assert {visitor.get(per_page=1).status_code for _ in range(60)} == {200, 500}


def test_a_plugins_warning_stands_before_the_json(visitor: Visitor) -> None:
    visitor.control("misbehave", mode="broken_json", count=1)
    answer = visitor.get()
    assert answer.status_code == 200
    assert answer.text.startswith("<br />\n<b>Warning</b>")
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()


def test_a_cut_connection_ends_in_the_middle_of_the_body(visitor: Visitor) -> None:
    visitor.control("misbehave", mode="cut", count=1)
    with pytest.raises((requests.exceptions.ChunkedEncodingError, requests.exceptions.ConnectionError)):
        visitor.get(per_page=50)
    assert visitor.get().status_code == 200


def test_a_shop_that_is_down_answers_nobody_but_the_control(visitor: Visitor) -> None:
    visitor.control("misbehave", mode="down")
    for address in ("/wp-json/wc/v3/orders", "/"):
        with pytest.raises(requests.exceptions.ConnectionError):
            requests.get(visitor.url + address, timeout=10)
    visitor.control("misbehave", mode="")
    assert visitor.get().status_code == 200


def test_a_slow_shop_answers_late(visitor: Visitor) -> None:
    visitor.control("misbehave", mode="slow", seconds=0.3, count=1)
    began = time.monotonic()
    assert visitor.get().status_code == 200
    assert time.monotonic() - began >= 0.3


def test_a_skewed_clock_shows_in_new_dates_until_it_is_set_right(visitor: Visitor) -> None:
    right = visitor.control("place")["date_created_gmt"]
    visitor.control("misbehave", mode="clock_skew", seconds=7200)
    wrong = visitor.control("place")["date_created_gmt"]
    visitor.control("misbehave", mode="")
    assert (right < wrong, visitor.control("place")["date_created_gmt"] < wrong) == (True, True)


def test_a_skewed_clock_shows_in_the_answers_own_date(visitor: Visitor) -> None:
    right = parsedate_to_datetime(visitor.get(per_page=1).headers["Date"])
    visitor.control("misbehave", mode="clock_skew", seconds=7200)
    wrong = parsedate_to_datetime(visitor.get(per_page=1).headers["Date"])
    assert wrong - right >= timedelta(hours=2)


def test_an_unknown_fault_is_refused_with_the_known_ones(visitor: Visitor) -> None:
    told = visitor.control("misbehave", mode="rain")
    assert told["refused"] == 422
    assert "broken_json" in told["message"]


def test_a_throttled_page_takes_as_long_as_the_real_one_and_requests_queue(visitor: Visitor) -> None:
    visitor.control("settings", throttled=True)
    began = time.monotonic()
    visitor.get(per_page=20)
    first = time.monotonic() - began
    visitor.get(per_page=20, _fields="id")
    second = time.monotonic() - began - first
    assert 0.062 + 20 * 0.0027 <= first < 0.3
    assert 0.062 + 20 * 0.0009 <= second < first + 0.1


def test_state_counts_what_lists_and_sums_show(visitor: Visitor) -> None:
    state = visitor.state()
    orders = visitor.get(per_page=100).json()
    assert state["orders"] == len(orders) == int(visitor.get().headers["X-WP-Total"])
    won = sum(int(order["total"]) for order in orders if order["currency"] == "KRW")
    euros = sum(int(order["total"]) * 100 for order in orders if order["currency"] == "EUR")
    assert (state["totals"]["KRW"], state["totals"]["EUR"]) == (won, euros)
    assert state["refunds"] == len(visitor.get("refunds", per_page=100).json())
    people = visitor.get("customers", role="all", per_page=100).json()
    assert state["customers"] == sum(person["role"] == "customer" for person in people)
    guests = {order["billing"]["email"].lower() for order in orders if not order["customer_id"]} - {""}
    assert state["guests"] == len(guests)
    assert state["products"] == len(visitor.get("products", per_page=100).json())
    paid = {row["id"] for row in state["paid"]}
    assert {order["id"] for order in orders if order["date_paid_gmt"]} <= paid
    assert not paid & {order["id"] for order in orders if order["status"] == "pending"}


def test_a_day_in_the_shop_by_control(visitor: Visitor) -> None:
    before = visitor.state()
    order = visitor.control("place", product_id=13, quantity=2, email="neu@example.com")
    assert order["status"] == "pending"
    assert visitor.control("pay", id=order["id"])["status"] == "processing"
    refund = visitor.control("refund", id=order["id"], kind="line")
    assert visitor.control("edit", id=order["id"], customer_note="hm")["customer_note"] == "hm"
    after = visitor.state()
    assert after["orders"] == before["orders"] + 1
    assert after["guests"] == before["guests"] + 1
    assert after["totals"]["KRW"] - before["totals"]["KRW"] == int(order["total"])
    assert after["refund_totals"]["KRW"] - before["refund_totals"]["KRW"] == int(refund["amount"])
    visitor.control("delete", id=order["id"])
    assert visitor.state()["totals"] == before["totals"]
    visitor.control("delete", id=order["id"], force=True)
    assert visitor.get(f"orders/{order['id']}").status_code == 404


def test_a_quiet_edit_moves_no_date(visitor: Visitor) -> None:
    stamp = visitor.get("orders/71").json()["date_modified_gmt"]
    visitor.control("edit", id=71, customer_note="quiet", quiet=True)
    after = visitor.get("orders/71").json()
    assert (after["customer_note"], after["date_modified_gmt"]) == ("quiet", stamp)


def test_wrong_wishes_are_told_and_change_nothing(visitor: Visitor) -> None:
    before = visitor.state()
    assert (
        visitor.control("refund", id=71, kind="amount", amount="99999999")["message"]
        == "Invalid refund amount."
    )
    assert visitor.control("pay", id=999_999)["refused"] == 422
    assert visitor.state() == before


def test_the_page_places_and_pays_an_order_by_plain_forms(visitor: Visitor) -> None:
    placed = visitor.click(
        "place", product_id="13", quantity="1", email="form@example.com", payment_method="card"
    )
    number = max(visitor.shop.orders)
    assert f"Order {number} was placed." in placed.text
    assert "form@example.com" in placed.text
    assert f"Order {number} was paid." in visitor.click("pay", id=str(number)).text
    assert visitor.shop.orders[number]["status"] == "processing"


@pytest.mark.parametrize(
    ("form", "status"),
    [({"kind": "full"}, "refunded"), ({"kind": "line"}, "processing"), ({"kind": "amount"}, "processing")],
)
def test_the_page_refunds(visitor: Visitor, form: dict[str, str], status: str) -> None:
    number = visitor.control("place", product_id=13, quantity=2, set_paid=True)["id"]
    assert f"Order {number} was refunded." in visitor.click("refund", id=str(number), **form).text
    assert visitor.shop.orders[number]["status"] == status


def test_the_page_trashes_restores_and_deletes(visitor: Visitor) -> None:
    visitor.click("delete", id="71")
    assert visitor.shop.orders[71]["status"] == "trash"
    visitor.click("delete", id="71", restore="1")
    assert visitor.shop.orders[71]["status"] == "completed"
    visitor.click("delete", id="71", force="1")
    assert 71 not in visitor.shop.orders


def test_the_page_tells_what_did_not_work(visitor: Visitor) -> None:
    number = str(visitor.control("place", product_id=24, shipping_lines=[], set_paid=True)["id"])
    assert "That did not work" in visitor.click("refund", id=number, kind="line").text


def test_the_page_speaks_both_languages_and_shows_names_as_they_are(visitor: Visitor) -> None:
    korean = requests.get(visitor.url, timeout=10).text
    english = requests.get(f"{visitor.url}?lang=en", timeout=10).text
    assert '<html lang="ko">' in korean
    assert "주문하기" in korean
    assert "Place an order" in english
    assert "USB-C 케이블  &amp; 어댑터" in english
    assert "&amp;amp;" not in english


def test_a_form_of_another_site_is_refused(visitor: Visitor) -> None:
    elsewhere = {"Origin": "https://elsewhere.example"}
    answer = requests.post(f"{visitor.url}/click/delete", {"id": "71"}, headers=elsewhere, timeout=10)
    assert answer.status_code == 403
    assert visitor.shop.orders[71]["status"] == "completed"
