"""What a shop tells about itself to anybody: the first thing `connect` and `doctor` look at."""

from .shop import Shop


def test_the_index_is_open_and_names_the_site(shop: Shop) -> None:
    answer = shop.send("GET", shop.address("/"))
    assert answer.status == 200
    assert {"name", "url", "home", "gmt_offset", "timezone_string", "namespaces", "routes"} <= set(
        answer.body
    )
    assert answer.body["home"] == shop.url
    assert isinstance(answer.body["gmt_offset"], int | float)


def test_the_index_shows_that_woocommerce_is_there(shop: Shop) -> None:
    assert "wc/v3" in shop.send("GET", shop.address("/")).body["namespaces"]


def test_a_route_that_is_not_there_is_rest_no_route(shop: Shop) -> None:
    answer = shop.get("nope")
    assert (answer.status, answer.code) == (404, "rest_no_route")


def test_answers_carry_nothing_for_conditional_requests(shop: Shop) -> None:
    headers = shop.get("orders", per_page=1).headers
    assert "ETag" not in headers
    assert "Last-Modified" not in headers
    assert "no-store" in headers["Cache-Control"]
