"""`modified_after` and what moves `date_modified`: the clockwork of polling."""

from collections.abc import Callable
from typing import Any

import pytest

from .making import Maker
from .shop import Json, Shop, shifted


def since(shop: Shop, order: Json, value: str, **more: str) -> bool:
    """Whether a `modified_after` of this value returns the order."""
    rows = shop.get("orders", include=order["id"], modified_after=value, **more).body
    return [row["id"] for row in rows] == [order["id"]]


def test_modified_after_leaves_out_its_own_second(shop: Shop, maker: Maker) -> None:
    order = maker.order()
    stamp = order["date_modified_gmt"]
    assert not since(shop, order, shifted(stamp, 0))
    assert since(shop, order, shifted(stamp, -1))


def test_modified_before_leaves_out_its_own_second(shop: Shop, maker: Maker) -> None:
    order = maker.order()
    for seconds, expected in ((0, []), (1, [order["id"]])):
        stamp = shifted(order["date_modified_gmt"], seconds)
        rows = shop.get("orders", include=order["id"], modified_before=stamp).body
        assert [row["id"] for row in rows] == expected


def test_after_leaves_out_its_own_second(shop: Shop, maker: Maker) -> None:
    order = maker.order()
    for seconds, expected in ((0, []), (-1, [order["id"]])):
        stamp = shifted(order["date_created_gmt"], seconds)
        rows = shop.get("orders", include=order["id"], after=stamp).body
        assert [row["id"] for row in rows] == expected


def test_a_bare_time_is_the_shops_local_time(shop: Shop, maker: Maker) -> None:
    order = maker.order()
    local = order["date_modified"]
    assert not since(shop, order, local)
    assert since(shop, order, shifted(local, -1, mark=""))


def test_a_bare_time_is_utc_when_the_flag_says_so(shop: Shop, maker: Maker) -> None:
    order = maker.order()
    stamp = order["date_modified_gmt"]
    assert not since(shop, order, stamp, dates_are_gmt="true")
    assert since(shop, order, shifted(stamp, -1, mark=""), dates_are_gmt="true")


def test_an_offset_is_honoured_without_the_flag(shop: Shop, maker: Maker) -> None:
    order = maker.order()
    nine_hours = 9 * 3600
    assert not since(shop, order, shifted(order["date_modified_gmt"], nine_hours, mark="+09:00"))
    assert since(shop, order, shifted(order["date_modified_gmt"], nine_hours - 1, mark="+09:00"))


def test_local_dates_carry_no_offset_and_gmt_dates_differ_by_the_zone(shop: Shop, maker: Maker) -> None:
    order = maker.order()
    assert len(order["date_modified"]) == len("2026-11-23T13:23:48")
    offset = shop.send("GET", shop.address("/")).body["gmt_offset"]
    assert order["date_modified"] == shifted(order["date_modified_gmt"], int(offset * 3600), mark="")


def test_refunds_have_modified_after_too(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="completed")
    refund = maker.refund(order, amount=order["total"])
    stamp = refund["date_created_gmt"]
    rows = shop.get("refunds", modified_after=shifted(stamp, -2), per_page=100).body
    assert refund["id"] in {row["id"] for row in rows}
    later = shop.get("refunds", modified_after=shifted(stamp, 2), per_page=100).body
    assert refund["id"] not in {row["id"] for row in later}


def test_products_have_modified_after_too(shop: Shop, maker: Maker) -> None:
    stamp = maker.product["date_modified_gmt"]
    for seconds, expected in ((0, []), (-1, [maker.product["id"]])):
        rows = shop.get("products", include=maker.product["id"], modified_after=shifted(stamp, seconds)).body
        assert [row["id"] for row in rows] == expected


def note(shop: Shop, order: Json) -> None:
    assert shop.post(f"orders/{order['id']}/notes", {"note": "quiet"}).status == 201


def meta(shop: Shop, order: Json) -> None:
    shop.put(f"orders/{order['id']}", {"meta_data": [{"key": "_contract", "value": "1"}]})


def same_meta(shop: Shop, order: Json) -> None:
    shop.put(f"orders/{order['id']}", {"meta_data": [{"key": "_kept", "value": "same"}]})


def nothing(shop: Shop, order: Json) -> None:
    shop.put(f"orders/{order['id']}", {})


def status(shop: Shop, order: Json) -> None:
    shop.put(f"orders/{order['id']}", {"status": "on-hold"})


def refunded(shop: Shop, order: Json) -> None:
    body = {"amount": order["total"], "api_refund": False}
    assert shop.post(f"orders/{order['id']}/refunds", body).status == 201


def trash(shop: Shop, order: Json) -> None:
    assert shop.delete(f"orders/{order['id']}").status == 200


@pytest.fixture
def hpos(shop: Shop) -> bool:
    answer = shop.get("system_status", _fields="settings")
    return bool(answer.body["settings"]["HPOS_enabled"])


@pytest.mark.parametrize(
    ("change", "moves"),
    [(note, False), (status, True), (refunded, True), (trash, True)],
)
def test_what_moves_the_modification_date(
    shop: Shop, maker: Maker, change: Callable[[Shop, Json], None], moves: bool
) -> None:
    assert _moved(shop, maker.order(), change) is moves


@pytest.mark.parametrize("change", [meta, same_meta, nothing])
def test_a_write_without_a_change_moves_the_date_only_in_order_tables(
    shop: Shop, maker: Maker, hpos: bool, change: Callable[[Shop, Json], None]
) -> None:
    order = maker.order(meta_data=[{"key": "_kept", "value": "same"}])
    assert _moved(shop, order, change) is hpos


def test_a_deleted_refund_leaves_the_date_and_no_trace_but_its_absence(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="completed")
    refund = maker.refund(order, amount=order["total"])

    def undo(shop: Shop, order: Json) -> None:
        assert shop.delete(f"orders/{order['id']}/refunds/{refund['id']}", force="true").status == 200

    before = shop.get(f"orders/{order['id']}").body
    assert [each["id"] for each in before["refunds"]] == [refund["id"]]
    assert not _moved(shop, before, undo)
    assert shop.get(f"orders/{order['id']}").body["refunds"] == []


def _moved(shop: Shop, order: Json, change: Callable[[Shop, Json], None]) -> bool:
    """Whether a change a second later moves `date_modified_gmt`."""
    before = shop.get(f"orders/{order['id']}").body["date_modified_gmt"]
    shop.pass_time()
    change(shop, order)
    after: Any = shop.get(f"orders/{order['id']}").body["date_modified_gmt"]
    return bool(after != before)
