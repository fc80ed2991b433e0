"""What a stored order looks like when it is shown."""

from pathlib import Path

import pytest

from demo.storage import Shop

from .caller import Caller

RECORDED = Path(__file__).parent / "recorded"


@pytest.mark.parametrize(
    ("order", "name"),
    [
        (102, "krw_coupon_vip_33"),
        (136, "krw_refund_partial_line_tax"),
        (122, "krw_order_in_eur"),
        (227, "krw_no_product_line"),
        (229, "krw_total_not_matching_lines"),
    ],
)
def test_an_order_is_shown_byte_for_byte_as_recorded(caller: Caller, order: int, name: str) -> None:
    assert caller.ask("GET", f"orders/{order}").body == (RECORDED / f"{name}.json").read_bytes()


@pytest.mark.parametrize(
    ("order", "name"),
    [(102, "krw_coupon_vip_33"), (136, "krw_refund_partial_line_tax"), (122, "krw_order_in_eur")],
)
def test_dp_2_shows_fractions_of_lines_and_rounded_totals(caller: Caller, order: int, name: str) -> None:
    assert caller.ask("GET", f"orders/{order}", dp=2).body == (RECORDED / f"{name}.dp2.json").read_bytes()


def test_refunds_are_shown_byte_for_byte_as_recorded(caller: Caller) -> None:
    assert caller.ask("GET", "orders/140/refunds").body == (RECORDED / "refunds_of_140.json").read_bytes()


def test_a_customer_is_shown_byte_for_byte_as_recorded(caller: Caller) -> None:
    assert caller.ask("GET", "customers/2").body == (RECORDED / "single_kr.json").read_bytes()


def test_a_store_without_decimals_hides_the_cents_that_are_stored(eur: Shop) -> None:
    caller = Caller(eur)
    before = caller.get("orders/175")
    caller.put("settings/general/woocommerce_price_num_decimals", {"value": "0"})
    assert (before["total"], caller.get("orders/175")["total"]) == ("176.12", "176")
    fine = caller.get("orders/175", dp=2)
    assert (fine["total"], fine["line_items"][2]["total"]) == ("176.00", "91.19")


def test_the_dates_of_the_eur_shop_are_those_of_its_own_zone(eur: Shop) -> None:
    order = Caller(eur).get("orders/175")
    assert (order["date_created"], order["date_created_gmt"]) == (
        "2026-11-23T05:24:14",
        "2026-11-23T04:24:14",
    )


def test_fields_do_not_reach_into_lists(caller: Caller) -> None:
    assert caller.get("orders/140", _fields="id,refunds.id,billing.email") == {
        "id": 140,
        "billing": {"email": "kr16@example.com"},
        "refunds": [],
    }


def test_a_changed_order_is_not_shown_from_memory(caller: Caller) -> None:
    caller.get("orders/71")
    caller.put("orders/71", {"customer_note": "later"})
    assert caller.get("orders/71")["customer_note"] == "later"
    assert caller.get("orders", include="71")[0]["customer_note"] == "later"
