"""Refunds: by lines, by amount, by status, taken back."""

from datetime import timedelta
from decimal import Decimal

import pytest

from demo import clicks
from demo.storage import Shop

from .caller import Caller, Json


def paid(caller: Caller, **more: Json) -> Json:
    body = {"line_items": [{"product_id": 13, "quantity": 3}], "set_paid": True, "payment_method": "bacs"}
    return caller.post("orders", {**body, **more})


def test_a_tax_of_exactly_a_half_is_shown_both_ways(caller: Caller) -> None:
    order = paid(caller)
    tax = [{"id": 1, "refund_total": 1445.5}]
    line = {"id": order["line_items"][0]["id"], "quantity": 1, "refund_total": 14454.5, "refund_tax": tax}
    refund = caller.post(f"orders/{order['id']}/refunds", {"line_items": [line], "api_refund": False})
    (row,) = refund["line_items"]
    assert (row["total_tax"], row["taxes"][0]["total"]) == ("-1445", "-1446")
    assert refund["amount"] == "15900"


@pytest.mark.parametrize("kind", ["full", "line", "amount"])
def test_each_kind_of_click_refunds_what_it_says(caller: Caller, kind: str) -> None:
    order = paid(caller, shipping_lines=[{"method_id": "flat_rate", "total": "2727"}])
    refund = clicks.refund_order(caller.shop, {"id": order["id"], "kind": kind})
    lines = [*refund["line_items"], *refund["shipping_lines"]]
    expected = {"full": ("50700", 2), "line": ("15900", 1), "amount": ("5070", 0)}
    assert (refund["amount"], len(lines)) == expected[kind]
    net = sum((Decimal(line["total"]) + Decimal(line["total_tax"]) for line in lines), Decimal(0))
    assert not lines or -net == Decimal(refund["amount"])


def test_two_pieces_and_then_the_rest_make_a_full_refund(caller: Caller) -> None:
    order = paid(caller)
    for _ in range(2):
        clicks.refund_order(caller.shop, {"id": order["id"], "kind": "line"})
    assert caller.get(f"orders/{order['id']}")["status"] == "processing"
    last = clicks.refund_order(caller.shop, {"id": order["id"], "kind": "full"})
    after = caller.get(f"orders/{order['id']}")
    assert (after["status"], after["total"], len(after["refunds"])) == ("refunded", order["total"], 3)
    assert sum(int(row["total"]) for row in after["refunds"]) == -int(order["total"])
    assert [line["quantity"] for line in last["line_items"]] == [-1]


def test_the_status_refunds_only_what_is_left(caller: Caller) -> None:
    order = paid(caller)
    clicks.refund_order(caller.shop, {"id": order["id"], "kind": "line"})
    after = caller.put(f"orders/{order['id']}", {"status": "refunded"})
    assert [row["total"] for row in after["refunds"]] == ["-15900", "-31800"]
    assert after["refunds"][1]["reason"] == "Order fully refunded."


def test_a_gateway_that_cannot_pay_back_refuses_by_default(caller: Caller) -> None:
    for gateway, status in (("bacs", 500), ("card", 201), ("nobody", 500)):
        order = paid(caller, payment_method=gateway)
        assert caller.ask("POST", f"orders/{order['id']}/refunds", {"amount": "10"}).status == status


def test_a_deleted_refund_moves_nothing_and_leaves_no_trace(krw: Shop, caller: Caller) -> None:
    order = paid(caller)
    refund = clicks.refund_order(krw, {"id": order["id"], "kind": "amount"})
    before = caller.get(f"orders/{order['id']}")
    krw.clock_ahead += timedelta(seconds=5)
    assert caller.ask("DELETE", f"orders/{order['id']}/refunds/{refund['id']}", force="true").status == 200
    after = caller.get(f"orders/{order['id']}")
    assert after == {**before, "refunds": []}
    assert refund["id"] not in caller.ids("refunds", per_page=100)


def test_restocked_pieces_are_marked_on_the_orders_line(caller: Caller) -> None:
    order = paid(caller)
    stock = caller.get("products/13")["stock_quantity"]
    clicks.refund_order(caller.shop, {"id": order["id"], "kind": "line"})
    meta = caller.get(f"orders/{order['id']}")["line_items"][0]["meta_data"]
    assert {row["key"]: row["value"] for row in meta} == {
        "_reduced_stock": "3",
        "_restock_refunded_items": "1",
    }
    assert caller.get("products/13")["stock_quantity"] == stock + 1


def test_all_refunds_name_their_orders_and_those_of_one_order_do_not(caller: Caller) -> None:
    assert all(row["parent_id"] for row in caller.get("refunds", per_page=100))
    assert "parent_id" not in caller.get("orders/140/refunds")[0]
    assert caller.ids("refunds", parent=140) == caller.ids("orders/140/refunds") == [142, 141]
