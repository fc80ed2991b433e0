"""An order from its making to its end: statuses, trash, deletion, and how the API shows each."""

import pytest

from .making import Maker
from .shop import Shop

GONE = "woocommerce_rest_shop_order_invalid_id"


def listed(shop: Shop, order: int, **filters: str) -> bool:
    return bool(shop.get("orders", include=order, **filters).body)


def test_an_unpaid_order_has_no_payment_date(maker: Maker) -> None:
    order = maker.order(status="pending")
    assert order["date_paid"] is None
    assert order["date_paid_gmt"] is None
    assert order["date_completed_gmt"] is None


def test_set_paid_gives_a_payment_date_and_a_status(maker: Maker) -> None:
    order = maker.order(set_paid=True)
    assert order["date_paid_gmt"]
    assert order["status"] in ("processing", "completed")


def test_an_order_on_hold_is_not_paid_yet(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="on-hold")
    assert order["date_paid_gmt"] is None
    paid = shop.put(f"orders/{order['id']}", {"status": "processing"}).body
    assert paid["date_paid_gmt"]


def test_downloads_set_to_processing_by_hand_have_no_payment_date(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="on-hold", line_items=[{"product_id": maker.download["id"], "quantity": 1}])
    after = shop.put(f"orders/{order['id']}", {"status": "processing"}).body
    assert (after["status"], after["date_paid_gmt"]) == ("processing", None)


def test_paid_downloads_are_complete_at_once(maker: Maker) -> None:
    order = maker.order(set_paid=True, line_items=[{"product_id": maker.download["id"], "quantity": 1}])
    assert order["status"] == "completed"
    assert order["date_completed_gmt"]


def test_a_guests_order_names_no_customer(maker: Maker) -> None:
    order = maker.order()
    assert order["customer_id"] == 0
    assert order["billing"]["email"] == "contract@example.com"


def test_empty_address_fields_are_empty_strings(maker: Maker) -> None:
    order = maker.order()
    assert order["billing"]["company"] == ""
    assert set(order["shipping"].values()) == {""}


def test_numbers_are_text_and_ids_are_numbers(maker: Maker) -> None:
    order = maker.order()
    assert isinstance(order["id"], int)
    assert isinstance(order["number"], str)
    assert order["order_key"].startswith("wc_order_")


def test_an_unknown_order_is_404(shop: Shop) -> None:
    answer = shop.get("orders/99999999")
    assert (answer.status, answer.code) == (404, GONE)


@pytest.mark.parametrize("value", ["nonsense", "trash"])
def test_a_status_that_is_none_is_refused(shop: Shop, maker: Maker, value: str) -> None:
    answer = shop.put(f"orders/{maker.order()['id']}", {"status": value})
    assert (answer.status, answer.code) == (400, "rest_invalid_param")


def test_a_line_needs_a_product(shop: Shop) -> None:
    answer = shop.post("orders", {"line_items": [{"name": "x", "quantity": 1, "total": "1"}]})
    assert (answer.status, answer.code) == (400, "woocommerce_rest_required_product_reference")


def test_broken_json_is_told(shop: Shop) -> None:
    address = shop.address("orders")
    answer = shop.send(
        "POST", shop.signed("POST", address), raw='{"status":', headers={"Content-Type": "application/json"}
    )
    assert (answer.status, answer.code) == (400, "rest_invalid_json")


def test_delete_without_force_trashes_and_get_still_answers(shop: Shop, maker: Maker) -> None:
    order = maker.order()["id"]
    assert shop.delete(f"orders/{order}").status == 200
    answer = shop.get(f"orders/{order}")
    assert (answer.status, answer.body["status"]) == (200, "trash")


def test_trash_is_in_no_list_that_does_not_ask_for_it(shop: Shop, maker: Maker) -> None:
    order = maker.order()["id"]
    shop.delete(f"orders/{order}")
    assert not listed(shop, order)
    assert not listed(shop, order, status="any")
    assert not listed(shop, order, status="any,trash")
    assert listed(shop, order, status="trash")


def test_trash_can_be_polled_with_a_cursor(shop: Shop, maker: Maker) -> None:
    order = maker.order()["id"]
    shop.delete(f"orders/{order}")
    rows = shop.get("orders", status="trash", modified_after="2020-01-01T00:00:00Z", per_page=100).body
    assert order in {row["id"] for row in rows}
    assert {row["status"] for row in rows} == {"trash"}


def test_trashing_twice_is_410(shop: Shop, maker: Maker) -> None:
    order = maker.order()["id"]
    shop.delete(f"orders/{order}")
    answer = shop.delete(f"orders/{order}")
    assert (answer.status, answer.code) == (410, "woocommerce_rest_already_trashed")


def test_a_checkout_draft_is_in_no_list_that_does_not_ask_for_it(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="checkout-draft")["id"]
    assert not listed(shop, order)
    assert listed(shop, order, status="checkout-draft")


def test_a_refused_coupon_leaves_an_order_behind(shop: Shop, maker: Maker) -> None:
    body = {
        "line_items": [{"product_id": maker.product["id"], "quantity": 1}],
        "coupon_lines": [{"code": "surely-not-a-coupon"}],
    }
    answer = shop.post("orders", body)
    assert (answer.status, answer.code) == (400, "woocommerce_rest_invalid_coupon")
    left = answer.body["data"]["new_draft_order_id"]
    assert shop.get(f"orders/{left}").status == 200
    assert shop.delete(f"orders/{left}", force="true").status == 200


def test_a_status_brings_a_trashed_order_back(shop: Shop, maker: Maker) -> None:
    order = maker.order()["id"]
    shop.delete(f"orders/{order}")
    answer = shop.put(f"orders/{order}", {"status": "pending"})
    assert (answer.status, answer.body["status"]) == (200, "pending")
    assert listed(shop, order)


def test_force_delete_leaves_a_404_and_no_row_anywhere(shop: Shop, maker: Maker) -> None:
    order = maker.order()["id"]
    assert shop.delete(f"orders/{order}", force="true").status == 200
    answer = shop.get(f"orders/{order}")
    assert (answer.status, answer.code) == (404, GONE)
    assert not listed(shop, order)
    assert not listed(shop, order, status="trash")


def test_own_meta_comes_back_as_text_under_its_key(maker: Maker) -> None:
    order = maker.order(meta_data=[{"key": "_vat_number", "value": "DE1"}, {"key": "gift", "value": True}])
    meta = {each["key"]: each["value"] for each in order["meta_data"]}
    assert meta["_vat_number"] == "DE1"
    assert meta["gift"] in ("1", True)


def test_the_same_meta_key_keeps_its_id_when_written_again(shop: Shop, maker: Maker) -> None:
    order = maker.order(meta_data=[{"key": "_contract", "value": "one"}])
    again = shop.put(f"orders/{order['id']}", {"meta_data": [{"key": "_contract", "value": "two"}]}).body

    def kept(body: dict[str, list[dict[str, object]]]) -> list[tuple[object, object]]:
        return [(each["id"], each["value"]) for each in body["meta_data"] if each["key"] == "_contract"]

    assert kept(again) == [(kept(order)[0][0], "two")]


def test_notes_are_listed_newest_first_or_not_at_all(shop: Shop, maker: Maker) -> None:
    order = maker.order()["id"]
    made = shop.post(f"orders/{order}/notes", {"note": "계약 메모"}).body
    notes = shop.get(f"orders/{order}/notes").body
    found = next(each for each in notes if each["id"] == made["id"])
    assert found["note"] == "계약 메모"
    assert found["customer_note"] is False
