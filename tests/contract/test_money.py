"""Amounts: text with the store's decimals, net lines, and a total that refunds do not lower."""

from decimal import Decimal

import pytest

from .making import Maker
from .shop import Json, Shop

AMOUNTS = (
    "discount_total",
    "discount_tax",
    "shipping_total",
    "shipping_tax",
    "cart_tax",
    "total",
    "total_tax",
)


@pytest.fixture(scope="session")
def decimals(shop: Shop) -> int:
    """Decimals of the store's prices."""
    return int(shop.get("settings/general/woocommerce_price_num_decimals").body["value"])


def places(amount: str) -> int:
    return len(amount.partition(".")[2])


def test_amounts_are_text_with_the_stores_decimals(maker: Maker, decimals: int) -> None:
    order = maker.order()
    line = order["line_items"][0]
    for amount in [*(order[name] for name in AMOUNTS), line["total"], line["total_tax"], line["subtotal"]]:
        assert isinstance(amount, str)
        assert places(amount) == decimals


def test_another_currency_is_still_rounded_to_the_stores_decimals(maker: Maker, decimals: int) -> None:
    order = maker.order(currency="USD" if decimals == 0 else "KRW")
    assert places(order["total"]) == decimals


def test_dp_changes_the_digits_shown(shop: Shop, maker: Maker, decimals: int) -> None:
    order = maker.order()
    seen = shop.get(f"orders/{order['id']}", dp=decimals + 2).body
    assert places(seen["total"]) == decimals + 2
    assert Decimal(seen["total"]) == Decimal(order["total"])


def test_dp_does_not_bring_back_what_loading_rounded(shop: Shop, maker: Maker, decimals: int) -> None:
    fine = "10." + "0" * decimals + "69"
    order = maker.order(
        currency="EUR", line_items=[{"product_id": maker.product["id"], "quantity": 1, "total": fine}]
    )
    seen = shop.get(f"orders/{order['id']}", dp=decimals + 2).body
    assert seen["total"].endswith("00")
    assert seen["line_items"][0]["total"] == fine


def test_a_line_price_is_a_float_and_not_to_be_used(maker: Maker) -> None:
    assert isinstance(maker.order()["line_items"][0]["price"], int | float)


def test_lines_are_net_and_add_up_with_the_tax_to_the_total(maker: Maker, decimals: int) -> None:
    order = maker.order(shipping_lines=[{"method_id": "flat_rate", "method_title": "택배", "total": "10"}])
    items = [*order["line_items"], *order["shipping_lines"]]
    net = sum(Decimal(each["total"]) for each in items)
    unit = Decimal(1).scaleb(-decimals)
    assert abs(net + Decimal(order["total_tax"]) - Decimal(order["total"])) <= unit
    assert order["shipping_total"] == order["shipping_lines"][0]["total"]


def test_tax_is_told_by_rate_and_by_line(maker: Maker) -> None:
    order = maker.order()
    if not order["tax_lines"]:
        pytest.skip("the shop puts no tax on this product for a Korean address")
    rate = order["tax_lines"][0]
    assert {"rate_id", "label", "compound", "tax_total", "shipping_tax_total", "rate_percent"} <= set(rate)
    assert rate["rate_id"] in {each["id"] for each in order["line_items"][0]["taxes"]}
    assert Decimal(rate["tax_total"]) + Decimal(rate["shipping_tax_total"]) == Decimal(order["total_tax"])


def test_a_negative_fee_carries_negative_tax_and_lowers_the_total_by_both(maker: Maker) -> None:
    plain = maker.order()
    order = maker.order(fee_lines=[{"name": "할인", "total": "-10"}])
    (fee,) = order["fee_lines"]
    net, tax = Decimal(fee["total"]), Decimal(fee["total_tax"])
    assert net == -10
    assert (tax < 0) is bool(plain["tax_lines"])
    assert Decimal(order["total"]) - Decimal(plain["total"]) == net + tax


def test_a_products_entities_are_kept_in_the_line_name(shop: Shop, maker: Maker) -> None:
    found = [
        each for each in shop.get("products", per_page=100, type="simple").body if "&amp;" in each["name"]
    ]
    if not found:
        pytest.skip("the shop has no product with & in its name")
    order = maker.order(line_items=[{"product_id": found[0]["id"], "quantity": 1}])
    assert order["line_items"][0]["name"] == found[0]["name"]


def test_a_variations_line_name_has_a_bare_ampersand(shop: Shop, maker: Maker) -> None:
    variable = shop.get("products", type="variable", per_page=100).body
    found = [each for each in variable if any("L & XL" in option["options"] for option in each["attributes"])]
    if not found:
        pytest.skip("the shop has no variation `L & XL`")
    rows = shop.get(f"products/{found[0]['id']}/variations", per_page=100).body
    variation = next(row["id"] for row in rows if "L & XL" in {each["option"] for each in row["attributes"]})
    line = {"product_id": found[0]["id"], "variation_id": variation, "quantity": 1}
    order = maker.order(line_items=[line])
    assert order["line_items"][0]["name"].endswith("L & XL")


def test_the_line_of_a_deleted_product_keeps_its_name_alone(shop: Shop, maker: Maker) -> None:
    goods = maker.goods("곧 없는 것")
    order = maker.order(line_items=[{"product_id": goods["id"], "quantity": 1}])
    assert order["line_items"][0]["product_id"] == goods["id"]
    assert shop.delete(f"products/{goods['id']}", force="true").status == 200
    line = shop.get(f"orders/{order['id']}").body["line_items"][0]
    assert (line["name"], line["product_id"], line["sku"]) == ("곧 없는 것", 0, None)


def test_the_line_of_a_trashed_product_keeps_its_id(shop: Shop, maker: Maker) -> None:
    goods = maker.goods("버릴 것")
    order = maker.order(line_items=[{"product_id": goods["id"], "quantity": 1}])
    assert shop.delete(f"products/{goods['id']}").status == 200
    assert shop.get(f"orders/{order['id']}").body["line_items"][0]["product_id"] == goods["id"]


def line_refund(order: Json, quantity: int) -> Json:
    """The body that gives back `quantity` of two pieces of the first line, with their tax."""
    line = order["line_items"][0]
    share = Decimal(quantity) / 2
    taxes = [{"id": tax["id"], "refund_total": float(Decimal(tax["total"]) * share)} for tax in line["taxes"]]
    net = Decimal(line["total"]) * share
    gross = net + sum((Decimal(tax["total"]) * share for tax in line["taxes"]), Decimal(0))
    lines = [{"id": line["id"], "quantity": quantity, "refund_total": float(net), "refund_tax": taxes}]
    return {"amount": str(gross), "line_items": lines}


def test_a_refunds_amount_is_positive_and_its_lines_are_negative(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="completed")
    refund = maker.refund(order, **line_refund(order, 1))
    assert Decimal(refund["amount"]) > 0
    line = refund["line_items"][0]
    assert line["quantity"] == -1
    assert Decimal(line["total"]) < 0
    assert Decimal(line["total_tax"]) <= 0
    summary = shop.get(f"orders/{order['id']}").body["refunds"]
    assert [(each["id"], Decimal(each["total"])) for each in summary] == [
        (refund["id"], -Decimal(refund["amount"]))
    ]


def test_a_refund_line_points_to_the_line_it_gives_back(maker: Maker) -> None:
    order = maker.order(status="completed")
    refund = maker.refund(order, **line_refund(order, 1))
    meta = {each["key"]: each["value"] for each in refund["line_items"][0]["meta_data"]}
    assert str(meta["_refunded_item_id"]) == str(order["line_items"][0]["id"])


def test_a_refund_by_amount_has_no_lines_and_no_tax(maker: Maker) -> None:
    order = maker.order(status="completed")
    refund = maker.refund(order, amount="1")
    assert refund["line_items"] == []
    assert refund["tax_lines"] == []


def test_a_partial_refund_leaves_status_and_total(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="completed")
    maker.refund(order, **line_refund(order, 1))
    after = shop.get(f"orders/{order['id']}").body
    assert (after["status"], after["total"]) == ("completed", order["total"])


def test_a_full_refund_makes_the_status_and_leaves_the_total(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="completed")
    maker.refund(order, **line_refund(order, 2))
    after = shop.get(f"orders/{order['id']}").body
    assert (after["status"], after["total"]) == ("refunded", order["total"])


def test_the_status_refunded_makes_a_refund_without_lines(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="completed")
    after = shop.put(f"orders/{order['id']}", {"status": "refunded"}).body
    (summary,) = after["refunds"]
    assert summary["reason"] == "Order fully refunded."
    assert Decimal(summary["total"]) == -Decimal(order["total"])
    assert Decimal(summary["total_tax"]) == 0
    (refund,) = shop.get(f"orders/{order['id']}/refunds").body
    assert refund["line_items"] == []


def test_a_refund_is_no_order(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="completed")
    refund = maker.refund(order, amount="1")
    answer = shop.get(f"orders/{refund['id']}")
    assert (answer.status, answer.code) == (404, "woocommerce_rest_shop_order_invalid_id")


def test_the_list_of_all_refunds_names_the_order(shop: Shop, maker: Maker) -> None:
    order = maker.order(status="completed")
    refund = maker.refund(order, amount="1")
    rows = shop.get("refunds", per_page=100).body
    assert [row["parent_id"] for row in rows if row["id"] == refund["id"]] == [order["id"]]


@pytest.mark.parametrize(
    ("amount", "code", "meant"),
    [
        ("-5", "woocommerce_rest_invalid_order_refund", 400),
        ("99999999", "woocommerce_rest_cannot_create_order_refund", 500),
    ],
)
def test_a_refused_refund_is_a_500_with_the_meant_status_inside(
    shop: Shop, maker: Maker, amount: str, code: str, meant: int
) -> None:
    order = maker.order(status="completed")
    answer = shop.post(f"orders/{order['id']}/refunds", {"amount": amount, "api_refund": False})
    assert (answer.status, answer.code, answer.body["data"]) == (500, code, meant)


def test_a_refund_of_nothing_is_taken(maker: Maker) -> None:
    order = maker.order(status="completed")
    assert Decimal(maker.refund(order, amount="0")["amount"]) == 0


def test_another_orders_refund_is_a_500_and_a_missing_one_a_404(shop: Shop, maker: Maker) -> None:
    order, other = maker.order(status="completed"), maker.order(status="completed")
    refund = maker.refund(other, amount="1")
    wrong = shop.get(f"orders/{order['id']}/refunds/{refund['id']}")
    assert (wrong.status, wrong.code, wrong.body["data"]) == (
        500,
        "woocommerce_rest_invalid_order_refund_id",
        404,
    )
    missing = shop.get(f"orders/{order['id']}/refunds/99999999")
    assert (missing.status, missing.code) == (404, "woocommerce_rest_shop_order_refund_invalid_id")
