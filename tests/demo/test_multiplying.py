"""Big shops made of the few recorded orders."""

from collections import Counter

from demo.figures import figures, listed_orders
from demo.multiplying import multiply
from demo.storage import Shop, lines_of, open_shop

from .caller import Caller


def test_so_many_orders_are_listed_as_were_wished(eur: Shop) -> None:
    multiply(eur, 500)
    assert figures(eur)["orders"] == 500
    assert len({order["order_key"] for order in eur.orders.values()}) == len(eur.orders)


def test_no_number_is_used_twice(krw: Shop) -> None:
    multiply(krw, 400)
    assert not {*krw.orders} & {*krw.refunds, *krw.products, *krw.variations}
    rows = [*listed_orders(krw), *krw.refunds.values()]
    counts = Counter(line["id"] for row in rows for line in lines_of(row))
    assert max(counts.values()) == 1


def test_many_orders_share_a_modified_second_and_many_do_not(krw: Shop) -> None:
    multiply(krw, 1000)
    ties = Counter(order["date_modified_gmt"] for order in listed_orders(krw))
    assert max(ties.values()) >= 20
    assert len(ties) >= 30
    now = krw.now().isoformat()[:19]
    assert all(order["date_created_gmt"] <= order["date_modified_gmt"] <= now for order in listed_orders(krw))


def test_copied_refunds_belong_to_copied_orders_and_point_to_their_lines(eur: Shop) -> None:
    multiply(eur, 300)
    for refund in eur.refunds.values():
        order = eur.orders[refund["parent_id"]]
        assert refund["id"] in {summary["id"] for summary in order["refunds"]}
        lines = {str(line["id"]) for line in lines_of(order)}
        pointers = [
            str(meta["value"])
            for line in lines_of(refund)
            for meta in line["meta_data"]
            if meta["key"] == "_refunded_item_id"
        ]
        assert set(pointers) <= lines


def test_changing_a_copy_leaves_its_model_alone(krw: Shop) -> None:
    multiply(krw, 200)
    caller = Caller(krw)
    copy = next(order for order in listed_orders(krw) if order["order_key"].startswith("wc_order_copy"))
    model = next(order for order in open_shop("krw").orders.values() if order["billing"] == copy["billing"])
    caller.put(f"orders/{copy['id']}", {"billing": {"company": "another"}, "status": "cancelled"})
    assert caller.shop.orders[model["id"]]["billing"] == model["billing"]
