"""What happens to orders: creation, statuses, edits, trash; what moves dates and what stays silent."""

from datetime import timedelta

import pytest

from demo import clicks
from demo.storage import Shop

from .caller import Caller, Json

ONE = {"line_items": [{"product_id": 13, "quantity": 1}]}


def later(shop: Shop) -> None:
    shop.clock_ahead += timedelta(seconds=5)


def modified(caller: Caller, order_id: int) -> str:
    return str(caller.get(f"orders/{order_id}")["date_modified_gmt"])


def test_a_made_order_has_the_fields_of_a_recorded_one_in_their_order(caller: Caller) -> None:
    assert list(caller.post("orders", ONE)) == list(caller.get("orders/130"))


def test_numbers_go_on_behind_the_recorded_ones(caller: Caller) -> None:
    known = {*caller.shop.orders, *caller.shop.refunds, *caller.shop.products, *caller.shop.variations}
    order = caller.post("orders", ONE)
    assert order["id"] > max(known)
    assert order["number"] == str(order["id"])


def test_payment_of_pending_goods_leads_to_processing_and_of_files_to_completed(caller: Caller) -> None:
    goods = caller.post("orders", {**ONE, "set_paid": True, "transaction_id": "t-1"})
    files = caller.post("orders", {"line_items": [{"product_id": 38}], "set_paid": True})
    assert (goods["status"], goods["transaction_id"], files["status"]) == ("processing", "t-1", "completed")
    assert all(order["date_paid_gmt"] for order in (goods, files))


def test_set_paid_does_nothing_for_an_order_on_hold(caller: Caller) -> None:
    order = caller.post("orders", {**ONE, "status": "on-hold"})
    assert caller.put(f"orders/{order['id']}", {"set_paid": True})["date_paid_gmt"] is None


def test_cash_on_delivery_gets_a_payment_date_with_its_status(caller: Caller) -> None:
    order = caller.post("orders", {**ONE, "payment_method": "cod", "status": "processing"})
    assert order["date_paid_gmt"]


def test_a_sale_takes_pieces_off_the_shelf_once(caller: Caller) -> None:
    before = caller.get("products/13")["stock_quantity"]
    order = caller.post("orders", {"line_items": [{"product_id": 13, "quantity": 3}], "status": "on-hold"})
    caller.put(f"orders/{order['id']}", {"status": "processing"})
    assert caller.get("products/13")["stock_quantity"] == before - 3


def quiet_note(caller: Caller, order_id: int) -> None:
    caller.post(f"orders/{order_id}/notes", {"note": "quiet"})


def nothing_written(caller: Caller, order_id: int) -> None:
    caller.put(f"orders/{order_id}", {})


def product_edited(caller: Caller, order_id: int) -> None:
    caller.put("products/13", {"name": "다른 이름"})


def customer_edited(caller: Caller, order_id: int) -> None:
    caller.put("customers/5", {"first_name": "다른"})


@pytest.mark.parametrize(
    ("change", "moves"),
    [(quiet_note, False), (nothing_written, True), (product_edited, False), (customer_edited, False)],
)
def test_what_moves_the_modified_date(caller: Caller, change: object, moves: bool) -> None:
    before = modified(caller, 71)
    later(caller.shop)
    change(caller, 71)  # type: ignore[operator]
    assert (modified(caller, 71) != before) is moves


def test_trash_and_restoring_move_the_date_and_the_status_comes_back(caller: Caller) -> None:
    seen = [modified(caller, 71)]
    for wish in ({"id": 71}, {"id": 71, "restore": True}):
        later(caller.shop)
        clicks.delete_order(caller.shop, wish)
        seen.append(modified(caller, 71))
    assert len(set(seen)) == 3
    assert caller.get("orders/71")["status"] == "completed"


def test_a_draft_is_found_by_number_and_in_no_list(caller: Caller) -> None:
    assert caller.get("orders/228")["status"] == "auto-draft"
    assert caller.get("orders", status="auto-draft") == []
    assert {228, 76}.isdisjoint(caller.ids("orders", per_page=100))
    assert caller.ids("orders", status="checkout-draft") == [76]


def test_any_wins_over_trash_beside_it(caller: Caller) -> None:
    assert caller.ids("orders", status="any,trash", per_page=100) == caller.ids("orders", per_page=100)
    assert caller.ids("orders", status="trash") == [133, 132]


def test_ties_are_broken_by_number_in_the_direction_asked(caller: Caller) -> None:
    rows = caller.get("orders", orderby="modified", order="asc", per_page=100, _fields="id,date_modified_gmt")
    keys = [(row["date_modified_gmt"], row["id"]) for row in rows]
    assert keys == sorted(keys)
    assert len({stamp for stamp, _ in keys}) < len(keys)


def test_lines_are_added_changed_and_removed(caller: Caller) -> None:
    order = caller.post("orders", {**ONE, "fee_lines": [{"name": "포장", "total": "1000"}]})
    path, line = f"orders/{order['id']}", order["line_items"][0]["id"]
    more = caller.put(
        path, {"line_items": [{"product_id": 16, "quantity": 2}, {"id": line, "total": "10000"}]}
    )
    assert [row["total"] for row in more["line_items"]] == ["10000", "22727"]
    less = caller.put(path, {"line_items": [{"id": line, "quantity": 0}]})
    assert [row["product_id"] for row in less["line_items"]] == [16]
    assert less["total"] == "26100"


def test_a_new_line_of_no_pieces_crashes_the_shop(caller: Caller) -> None:
    answer = caller.ask("POST", "orders", {"line_items": [{"product_id": 13, "quantity": 0}]})
    assert answer.status == 500


def test_a_billing_mail_can_be_changed_through_an_internal_key(caller: Caller) -> None:
    caller.put("orders/71", {"meta_data": [{"key": "_billing_email", "value": "other@example.com"}]})
    assert caller.get("orders/71")["billing"]["email"] == "other@example.com"


def test_meta_values_become_text_and_a_null_removes(caller: Caller) -> None:
    given: Json = [{"key": "b", "value": True}, {"key": "a", "value": 123}, {"key": "c", "value": {"x": [1]}}]
    order = caller.put("orders/71", {"meta_data": given})
    meta = [(row["key"], row["value"]) for row in order["meta_data"]]
    assert meta == [("a", "123"), ("b", "1"), ("c", {"x": [1]})]
    gone = caller.put("orders/71", {"meta_data": [{"id": order["meta_data"][1]["id"], "value": None}]})
    assert [row["key"] for row in gone["meta_data"]] == ["a", "c"]


def test_a_failed_write_changes_nothing(caller: Caller) -> None:
    before = caller.get("orders/71")
    later(caller.shop)
    refused = caller.ask("PUT", "orders/71", {"customer_note": "x", "line_items": [{"id": 1, "total": "1"}]})
    assert refused.status == 400
    assert caller.get("orders/71") == before


def test_a_person_with_another_role_leaves_the_default_list(caller: Caller) -> None:
    clicks.change_role(caller.shop, {"id": 5, "role": "subscriber"})
    assert 5 not in caller.ids("customers", per_page=100)
    assert 5 in caller.ids("customers", role="all", per_page=100)


def test_the_line_with_120_products_the_longest_name_and_the_trashed_one_are_there(caller: Caller) -> None:
    assert len(caller.get("orders/112")["line_items"]) == 120
    trashed, deleted = caller.get("orders/128")["line_items"][0], caller.get("orders/126")["line_items"]
    assert (trashed["product_id"], trashed["sku"]) == (127, "DEL-2")
    assert (0, None) in {(line["product_id"], line["sku"]) for line in deleted}
    assert caller.get("products/127")["status"] == "trash"
    assert 127 not in caller.ids("products", per_page=100)
