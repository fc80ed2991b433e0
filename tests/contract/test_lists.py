"""Lists: how many, which page, which rows, which fields."""

import pytest

from .making import Maker
from .shop import Answer, Shop


def bad_parameter(answer: Answer, name: str) -> bool:
    return (answer.status, answer.code, list(answer.body["data"]["params"])) == (
        400,
        "rest_invalid_param",
        [name],
    )


def test_a_list_says_how_many_rows_and_pages_there_are(shop: Shop) -> None:
    answer = shop.get("orders", per_page=2)
    pages = int(answer.headers["X-WP-TotalPages"])
    assert len(answer.body) == 2
    assert pages == -(-answer.total // 2)


def test_head_gives_the_counts_without_a_body(shop: Shop) -> None:
    answer = shop.head("orders")
    assert answer.status == 200
    assert answer.body is None
    assert answer.total == shop.get("orders").total


def test_the_link_header_leads_to_both_neighbours(shop: Shop) -> None:
    first = shop.get("orders", per_page=1).headers["Link"]
    second = shop.get("orders", per_page=1, page=2).headers["Link"]
    assert 'rel="next"' in first
    assert 'rel="prev"' not in first
    assert 'rel="next"' in second
    assert 'rel="prev"' in second


@pytest.mark.parametrize("size", [0, 101, -1])
def test_a_page_holds_one_to_a_hundred_rows(shop: Shop, size: int) -> None:
    assert bad_parameter(shop.get("orders", per_page=size), "per_page")


def test_a_page_of_a_hundred_is_taken(shop: Shop) -> None:
    assert shop.get("orders", per_page=100).status == 200


def test_ten_rows_come_when_nothing_is_asked(shop: Shop) -> None:
    answer = shop.get("orders")
    assert len(answer.body) == min(10, answer.total)


@pytest.mark.parametrize("page", [0, -1, "x"])
def test_a_page_that_is_no_number_from_one_is_refused(shop: Shop, page: int | str) -> None:
    assert bad_parameter(shop.get("orders", page=page), "page")


def test_a_page_past_the_end_is_an_empty_list(shop: Shop) -> None:
    answer = shop.get("orders", page=9999)
    assert (answer.status, answer.body) == (200, [])


def test_pages_hold_every_row_once(shop: Shop) -> None:
    total = shop.head("orders").total
    found: list[int] = []
    page = 1
    while rows := shop.get("orders", per_page=100, page=page, orderby="id", order="asc", _fields="id").body:
        found += [row["id"] for row in rows]
        page += 1
    assert len(found) == total
    assert found == sorted(set(found))


@pytest.mark.parametrize(
    ("path", "filters"),
    [("customers", {"role": "all"}), ("products", {"status": "any"}), ("refunds", {}), ("webhooks", {})],
)
def test_everything_the_mirror_reads_can_be_paged_by_id(
    shop: Shop, path: str, filters: dict[str, str]
) -> None:
    answer = shop.get(path, orderby="id", order="asc", per_page=100, page=1, _fields="id", **filters)
    ids = [row["id"] for row in answer.body]
    assert answer.status == 200
    assert ids == sorted(set(ids))
    assert len(ids) == min(100, answer.total)
    assert all(set(row) == {"id"} for row in answer.body)


@pytest.mark.parametrize(
    ("path", "filters"), [("customers", {"role": "all"}), ("products", {"status": "any"}), ("refunds", {})]
)
def test_include_names_rows_of_other_resources_too(shop: Shop, path: str, filters: dict[str, str]) -> None:
    wanted = shop.get(path, per_page=1, **filters).body[0]["id"]
    rows = shop.get(path, include=f"{wanted},99999999", per_page=100, **filters).body
    assert [row["id"] for row in rows] == [wanted]


def test_newest_orders_come_first_when_nothing_is_asked(shop: Shop) -> None:
    dates = [row["date_created_gmt"] for row in shop.get("orders", per_page=50).body]
    assert dates == sorted(dates, reverse=True)


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_orders_sort_by_modification(shop: Shop, order: str) -> None:
    rows = shop.get("orders", per_page=100, orderby="modified", order=order, _fields="date_modified_gmt").body
    dates = [row["date_modified_gmt"] for row in rows]
    assert dates == sorted(dates, reverse=order == "desc")


@pytest.mark.parametrize("choice", ["date", "id", "include", "title", "slug", "modified"])
def test_orders_know_six_ways_to_sort(shop: Shop, choice: str) -> None:
    assert shop.get("orders", orderby=choice, per_page=1).status == 200


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("orderby", "total"),
        ("status", "nonsense"),
        ("after", "yesterday"),
        ("dp", "x"),
        ("modified_after", "2026-01-01"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused_by_name(shop: Shop, name: str, value: str) -> None:
    assert bad_parameter(shop.get("orders", **{name: value}), name)


def test_unknown_parameters_are_ignored(shop: Shop) -> None:
    assert shop.get("orders", surely_not_a_parameter="1", per_page=1).status == 200


def test_fields_keep_only_what_was_named_also_inside(shop: Shop) -> None:
    row = shop.get("orders", per_page=1, _fields="id,billing.email,date_modified_gmt").body[0]
    assert set(row) == {"id", "billing", "date_modified_gmt"}
    assert set(row["billing"]) == {"email"}


def test_the_fields_of_the_nightly_sweep_name_each_refund(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="completed")
    refund = maker.refund(order, amount=order["total"])
    row = shop.get("orders", include=order["id"], _fields="id,date_modified_gmt,refunds").body[0]
    assert set(row) == {"id", "date_modified_gmt", "refunds"}
    assert [each["id"] for each in row["refunds"]] == [refund["id"]]


def test_include_names_rows(shop: Shop) -> None:
    wanted = sorted(row["id"] for row in shop.get("orders", per_page=3, _fields="id").body)
    answer = shop.get("orders", include=",".join(str(each) for each in wanted), orderby="id", order="asc")
    assert [row["id"] for row in answer.body] == wanted


def test_include_takes_a_hundred_ids(shop: Shop) -> None:
    wanted = shop.get("orders", per_page=1).body[0]["id"]
    ids = [wanted, *range(9_000_000, 9_000_099)]
    answer = shop.get("orders", include=",".join(str(each) for each in ids), per_page=100)
    assert [row["id"] for row in answer.body] == [wanted]


def test_include_of_an_unknown_id_is_an_empty_list(shop: Shop) -> None:
    answer = shop.get("orders", include=99_999_999)
    assert (answer.status, answer.body) == (200, [])


def test_status_takes_a_comma_list(shop: Shop, maker: Maker) -> None:
    maker.order(status="processing")
    maker.order(status="completed")
    rows = shop.get("orders", status="processing,completed", per_page=100, _fields="status").body
    assert {row["status"] for row in rows} == {"processing", "completed"}


def test_guests_are_found_as_customer_zero(shop: Shop, maker: Maker) -> None:
    order = maker.order()
    rows = shop.get("orders", customer=0, per_page=100, _fields="id,customer_id").body
    assert order["id"] in {row["id"] for row in rows}
    assert {row["customer_id"] for row in rows} == {0}


def test_search_finds_an_order_by_billing_mail(shop: Shop, maker: Maker) -> None:
    order = maker.order(billing={"email": "only.this.one@example.com"})
    rows = shop.get("orders", search="only.this.one@example.com").body
    assert [row["id"] for row in rows] == [order["id"]]


def test_a_batch_tells_failures_inside_a_200(shop: Shop, maker: Maker) -> None:
    order = maker.order()
    body = {"update": [{"id": order["id"], "customer_note": "ok"}, {"id": 99_999_999, "status": "completed"}]}
    answer = shop.post("orders/batch", body)
    assert answer.status == 200
    good, bad = answer.body["update"]
    assert good["customer_note"] == "ok"
    assert bad == {
        "id": 99_999_999,
        "error": {
            "code": "woocommerce_rest_shop_order_invalid_id",
            "message": "ID is invalid.",
            "data": {"status": 400},
        },
    }


def test_a_batch_of_more_than_a_hundred_is_refused(shop: Shop) -> None:
    answer = shop.post("orders/batch", {"update": [{"id": 1}] * 101})
    assert (answer.status, answer.code) == (413, "woocommerce_rest_request_entity_too_large")
