"""WooCommerce's recorded bodies in our words: exact to the smallest unit, and none of its traps taken over."""

import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from connector.mirroring import is_paid
from connector.schemas import Order, TaxShare
from connector.woo import payloads, values
from core.errors import BadInput

from . import recorded

DECIMALS = {"KRW": 0, "JPY": 0, "EUR": 2, "USD": 2}
FILES = ("orders_without_decimals", "orders_without_decimals_dp2", "orders_with_decimals")
EVERY_ORDER = [(file, name) for file in FILES for name in recorded.bodies(file)]


def order(name: str, file: str = "orders_without_decimals") -> Order:
    return payloads.order(recorded.body(file, name))


def units(text: str, currency: str) -> int:
    """Smallest units by decimal arithmetic, half away from zero; "" is nothing."""
    scaled = Decimal(text or "0").scaleb(DECIMALS[currency])
    return int((scaled.copy_abs() + Decimal("0.5")) // 1) * (-1 if scaled < 0 else 1)


def fine(text: str, currency: str) -> bool:
    return Decimal(text or "0").scaleb(DECIMALS[currency]) % 1 != 0


@pytest.mark.parametrize(("file", "name"), EVERY_ORDER)
def test_every_recorded_order_is_read_to_the_smallest_unit(file: str, name: str) -> None:
    body = recorded.body(file, name)
    read, currency = payloads.order(body), body["currency"]
    told = ("total", "total_tax", "shipping_total", "shipping_tax", "discount_total", "discount_tax")
    assert [units(body[field], currency) for field in told] == [
        read.total_minor,
        read.tax_minor,
        read.shipping_minor,
        read.shipping_tax_minor,
        read.discount_minor,
        read.discount_tax_minor,
    ]
    lines = [*body["line_items"], *body["shipping_lines"], *body["fee_lines"]]
    assert [(units(line["total"], currency), units(line["total_tax"], currency)) for line in lines] == [
        (line.net_minor, line.tax_minor) for line in read.lines
    ]
    assert [
        (units(line["tax_total"], currency), units(line["shipping_tax_total"], currency))
        for line in body["tax_lines"]
    ] == [(rate.tax_minor, rate.shipping_tax_minor) for rate in read.tax_rates]
    assert [units(line["discount"], currency) for line in body["coupon_lines"]] == [
        coupon.discount_minor for coupon in read.coupons
    ]


@pytest.mark.parametrize(("file", "name"), EVERY_ORDER)
def test_an_order_is_exact_only_when_no_amount_is_finer_than_its_currency(file: str, name: str) -> None:
    body = recorded.body(file, name)
    amounts = [body[name] for name in ("total", "total_tax", "shipping_total", "discount_total")]
    for line in [*body["line_items"], *body["shipping_lines"], *body["fee_lines"]]:
        amounts += [line["total"], line["total_tax"], line.get("subtotal", ""), line.get("subtotal_tax", "")]
        amounts += [share["total"] for share in line["taxes"]]
    amounts += [line["tax_total"] for line in body["tax_lines"]]
    amounts += [coupon["discount"] for coupon in body["coupon_lines"]]
    assert payloads.order(body).exact == (not any(fine(amount, body["currency"]) for amount in amounts))


def test_won_asked_for_with_two_decimals_shows_fractions_and_is_not_exact() -> None:
    """FACTS §4: dp=2 on KRW shows 14454.55 in lines; we never ask so, and would say so."""
    assert not order("krw_refund_partial_line_tax", "orders_without_decimals_dp2").exact
    assert order("krw_refund_partial_line_tax").exact


def test_sums_of_won_agree_but_for_the_one_total_that_was_set_by_hand() -> None:
    """FACTS §4: 68 of 69 orders; the engine above must explain or hold the other, never recompute."""
    differing = set()
    for name, body in recorded.bodies("orders_without_decimals").items():
        read = payloads.order(body)
        if (
            read.currency == "KRW"
            and sum(line.net_minor for line in read.lines) + read.tax_minor != read.total_minor
        ):
            differing.add(name)
    assert differing == {"krw_total_not_matching_lines"}


def test_the_decimals_a_shop_serves_are_read_off_its_amounts() -> None:
    """FACTS §4: they come from the store's setting, not from the order's currency."""
    served = {
        name: payloads.order(body).served_decimals
        for name, body in recorded.bodies("orders_without_decimals").items()
    }
    assert set(served.values()) == {0}
    assert order("krw_order_in_eur").currency == "EUR"
    assert {
        payloads.order(body).served_decimals for body in recorded.bodies("orders_with_decimals").values()
    } == {2}


def test_the_float_price_of_a_line_is_never_used() -> None:
    """FACTS §4: `price` is 14454.545455."""
    body = recorded.body("orders_without_decimals", "krw_refund_partial_line_tax")
    before = payloads.order(body)
    for line in body["line_items"]:
        assert isinstance(line["price"], float)
        line["price"] = 0.1
    after = payloads.order(body)
    assert after.lines == before.lines
    del body["line_items"][0]["price"]
    assert payloads.order(body).lines == before.lines


def test_a_negative_fee_carries_negative_tax_whatever_its_amount_says() -> None:
    """FACTS §4: fee `amount` was "" for fees made through REST; `total` is the signed net."""
    (fee,) = (line for line in order("krw_negative_fee").lines if line.kind == "fee")
    assert (fee.name, fee.net_minor, fee.tax_minor) == ("회원 등급 할인", -3000, -300)
    assert fee.net_before_discount_minor == -3000


def test_prices_with_tax_do_not_make_line_totals_gross() -> None:
    """FACTS §4: totals of lines, shipping and fees are net whatever prices_include_tax says."""
    read = order("krw_guest")
    assert read.prices_include_tax
    assert sum(line.net_minor for line in read.lines) + read.tax_minor == read.total_minor


def test_each_rate_has_its_total_and_each_line_its_share_of_it() -> None:
    read = order("eur_two_rates", "orders_with_decimals")
    assert [rate.percent for rate in read.tax_rates] == ["7", "19"]
    for rate in read.tax_rates:
        shares = [share.minor for line in read.lines for share in line.taxes if share.rate_id == rate.rate_id]
        assert sum(shares) == rate.tax_minor + rate.shipping_tax_minor


def test_compound_rates_say_so() -> None:
    read = order("usd_la_compound", "orders_with_decimals")
    assert [rate.compound for rate in read.tax_rates].count(True) == 1
    assert all(Decimal(rate.percent) > 0 for rate in read.tax_rates)


@pytest.mark.parametrize(
    ("told", "percent"),
    [(10, "10"), (8.875, "8.875"), ("19.0000", "19"), (0, "0"), ("", "0"), (None, "0"), (100, "100")],
)
def test_a_percentage_is_one_text_whatever_shape_it_came_in(told: object, percent: str) -> None:
    """FACTS §4: shapes of rate_percent vary."""
    body = recorded.body("orders_without_decimals", "krw_guest")
    body["tax_lines"][0]["rate_percent"] = told
    assert payloads.order(body).tax_rates[0].percent == percent


def test_an_untaxed_line_has_no_shares() -> None:
    """FACTS §4: an untaxed product has `taxes: []`; a 0 % rate still makes a tax line."""
    (fee,) = (line for line in order("krw_fee_untaxed").lines if line.kind == "fee")
    assert (fee.tax_minor, fee.taxes) == (0, ())


def test_a_full_refund_leaves_the_total_and_tells_of_the_refund() -> None:
    """FACTS §4: `total` is not reduced; in the parent's summary the refund's `total` is negative."""
    read = order("krw_refund_full")
    assert read.status == "refunded"
    (summary,) = read.refunds
    assert summary.amount_minor == read.total_minor > 0
    assert len(order("krw_refund_two_partials").refunds) == 2


# -- what things are called --------------------------------------------------------------------------------------


def test_escaped_names_are_decoded_once() -> None:
    """FACTS §5: `Tea &amp; Biscuits`, `&#8220;`; a variation line has a raw `&`."""
    names = {
        line.name
        for body in recorded.bodies("orders_without_decimals").values()
        for line in payloads.order(body).lines
    }
    assert {"Tea & Biscuits", "USB-C 케이블  & 어댑터", "“행운” 부적"} <= names
    assert not any("&amp;" in name or "&#" in name for name in names)
    assert values.plain("&amp;lt;b&amp;gt;") == "&lt;b&gt;"


@pytest.mark.parametrize("raw", ["L & XL", "Q&notes", "R&D", "AT&T;", "100 &percnt", "A&B;C"])
def test_an_ampersand_that_was_never_escaped_stays(raw: str) -> None:
    assert values.plain(raw) == raw


def test_a_deleted_product_leaves_a_line_with_its_name() -> None:
    """FACTS §5: product_id 0, sku null, image.id 0 or ""."""
    for scenario, name in (
        ("krw_deleted_product", "곧 삭제될 상품 (to be deleted)"),
        ("krw_no_product_line", "수기 입력 품목 (상품 연결 없음)"),
    ):
        line = next(line for line in order(scenario).lines if line.name == name)
        assert (line.product_remote_id, line.sku) == (0, "")


def test_a_trashed_product_keeps_its_number_and_sku() -> None:
    line = order("krw_trashed_product").lines[0]
    assert line.product_remote_id > 0
    assert line.sku


def test_what_the_shopper_chose_is_shown_and_what_the_shop_hides_is_not() -> None:
    shown = dict(order("krw_item_meta").lines[0].attributes)
    assert shown
    assert not any(key.startswith("_") for key in shown)
    assert all(isinstance(value, str) and "<" not in value for value in shown.values())


def test_custom_fields_keep_their_shapes_also_with_an_underscore() -> None:
    """FACTS §5: values may be string, object, array; true becomes "1", 123 becomes "123"."""
    meta = order("krw_meta_and_note").meta
    assert meta["_business_no"] == "123-45-67890"
    assert meta["obj"] == {"a": [1, 2, {"b": "한글"}], "c": None, "d": 1.5}
    assert (meta["bool"], meta["number"], meta["dup"]) == ("1", "123", "2")


def test_an_order_without_any_address_has_empty_texts() -> None:
    """FACTS §5: empty address fields are "", never null."""
    read = order("krw_no_address")
    assert set(vars_of(read.billing).values()) == {""}
    assert read.customer_remote_id == 0


def vars_of(address: Any) -> dict[str, str]:
    return {name: getattr(address, name) for name in address.__dataclass_fields__}


def test_a_guest_is_customer_0() -> None:
    assert order("krw_guest").customer_remote_id == 0
    assert order("krw_guest").billing.email


def test_the_number_is_a_text_that_plugins_may_change() -> None:
    body = recorded.body("orders_without_decimals", "krw_guest")
    body["number"] = "WEB-2026/0098"
    assert payloads.order(body).number == "WEB-2026/0098"


def test_a_custom_status_is_kept_as_it_is() -> None:
    """FACTS §5: `shipped` appears without `wc-`."""
    body = recorded.body("orders_without_decimals", "krw_guest") | {"status": "shipped"}
    assert payloads.order(body).status == "shipped"


@pytest.mark.parametrize(
    ("key", "value"),
    [("_aftercart_locale", "ko_KR"), ("wpml_language", "de"), ("trp_language", "en_GB"), ("lang", "fr")],
)
def test_the_shoppers_language_is_read_from_the_plugins_that_know_it(key: str, value: str) -> None:
    body = recorded.body("orders_without_decimals", "krw_guest")
    assert payloads.order(body).language == ""
    body["meta_data"] = [{"id": 1, "key": key, "value": value}]
    assert payloads.order(body).language == value


def test_our_own_locale_meta_goes_before_other_plugins_and_odd_values_are_passed_over() -> None:
    body = recorded.body("orders_without_decimals", "krw_guest")
    body["meta_data"] = [
        {"id": 1, "key": "wpml_language", "value": "de"},
        {"id": 2, "key": "_aftercart_locale", "value": "ko_KR"},
    ]
    assert payloads.order(body).language == "ko_KR"
    body["meta_data"][1]["value"] = {"not": "a text"}
    assert payloads.order(body).language == "de"


def test_bearer_secrets_are_not_kept() -> None:
    """FACTS §5: the order key opens the pay page; payment_url holds it too."""
    text = json.dumps(order("krw_guest").raw)
    assert "wc_order_" not in text
    assert "customer_ip_address" not in text


# -- time --------------------------------------------------------------------------------------------------------


def test_moments_come_from_the_gmt_fields() -> None:
    """FACTS §3: `date_*` are site-local with no offset; only `*_gmt` is safe to store."""
    body = recorded.body("orders_without_decimals", "krw_status_completed")
    read = payloads.order(body)
    assert body["date_paid"] != body["date_paid_gmt"]
    assert read.paid_at == datetime.fromisoformat(body["date_paid_gmt"]).replace(tzinfo=UTC)
    assert read.created_at.tzinfo is UTC


def test_a_moment_with_an_offset_means_that_offset() -> None:
    assert values.moment("2026-11-23T13:00:00+09:00") == datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert values.moment("2026-11-23T04:00:00") == datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert values.moment(None) is None


def test_a_draft_without_dates_is_read_too() -> None:
    read = order("auto_draft")
    assert (read.status, read.paid_at, read.lines) == ("auto-draft", None, ())
    body = recorded.body("orders_without_decimals", "auto_draft") | {"date_created_gmt": None}
    assert payloads.order(body).created_at == read.modified_at


# -- paid --------------------------------------------------------------------------------------------------------


def test_paid_is_a_payment_date_or_a_status_after_payment() -> None:
    """Measured: virtual goods moved to processing by PUT keep date_paid null; they are paid by their status."""
    body = recorded.body("orders_without_decimals", "krw_status_processing")
    virtual = {**body, "date_paid_gmt": None, "status": "processing", "payment_method": "card"}
    assert is_paid(payloads.order(virtual), ["cod"])
    assert not is_paid(payloads.order({**virtual, "payment_method": "cod"}), ["cod"])
    assert is_paid(payloads.order({**body, "payment_method": "cod"}), ["cod"]) == bool(body["date_paid_gmt"])


@pytest.mark.parametrize("status", ["cancelled", "failed", "trash", "auto-draft", "checkout-draft"])
def test_an_order_that_ended_badly_is_never_paid(status: str) -> None:
    body = recorded.body("orders_without_decimals", "krw_status_completed")
    assert is_paid(payloads.order(body), [])
    assert not is_paid(payloads.order(body | {"status": status}), [])


@pytest.mark.parametrize("status", ["pending", "on-hold", "shipped"])
def test_other_statuses_are_paid_only_with_a_date(status: str) -> None:
    body = recorded.body("orders_without_decimals", "krw_status_completed") | {"status": status}
    assert is_paid(payloads.order(body), [])
    assert not is_paid(payloads.order(body | {"date_paid_gmt": None}), [])


# -- refunds -----------------------------------------------------------------------------------------------------


def refunds(name: str, file: str = "refunds_without_decimals", currency: str = "KRW") -> list[Any]:
    return [payloads.refund(body, order_remote_id=1, currency=currency) for body in recorded.body(file, name)]


def test_the_amount_of_a_refund_is_positive_and_its_lines_are_negative() -> None:
    (refund,) = refunds("krw_refund_full")
    assert refund.amount_minor > 0
    assert all(line.net_minor <= 0 and line.tax_minor <= 0 for line in refund.lines)
    assert any(line.kind == "shipping" and line.net_minor < 0 for line in refund.lines)
    assert refund.amount_minor == -sum(line.net_minor + line.tax_minor for line in refund.lines)


def test_a_refunded_line_points_to_the_line_it_takes_back() -> None:
    (refund,) = refunds("krw_refund_partial_line_tax")
    assert refund.lines[0].refunds_remote_id in {
        line.remote_id for line in order("krw_refund_partial_line_tax").lines
    }


def test_the_rounding_trap_keeps_both_figures_as_told() -> None:
    """FACTS §4: line total_tax is -1445 while its taxes[].total is -1446, halves of 14454.5."""
    (refund,) = refunds("krw_refund_partial_line_tax")
    (line,) = refund.lines
    assert (line.tax_minor, line.taxes) == (-1445, (TaxShare(1, -1446),))
    assert refund.amount_minor == 15900 == -(line.net_minor + line.tax_minor)


@pytest.mark.parametrize("name", ["krw_refund_amount_only", "krw_refund_by_status_only"])
def test_a_refund_by_amount_or_by_status_has_no_lines(name: str) -> None:
    (refund,) = refunds(name)
    assert refund.amount_minor > 0
    assert refund.lines == ()
    assert refund.tax_rates == ()


def test_a_refund_of_nothing_is_one_of_nothing() -> None:
    """FACTS §4: amount 0 is accepted."""
    body = recorded.body("refunds_without_decimals", "krw_refund_amount_only")[0] | {"amount": "0"}
    assert payloads.refund(body, order_remote_id=1, currency="KRW").amount_minor == 0


def test_two_partial_refunds_are_two() -> None:
    first, second = refunds("eur_refund_two_partials", "refunds_with_decimals", "EUR")
    assert first.remote_id != second.remote_id
    assert first.created_at.tzinfo is UTC


# -- people and goods --------------------------------------------------------------------------------------------


def test_every_recorded_customer_is_read() -> None:
    people = [payloads.customer(body) for body in recorded.bodies("customers")]
    assert {person.role for person in people} & payloads.STAFF_ROLES, "the list holds staff, to be left out"
    assert all(person.remote_id and person.created_at.tzinfo is UTC for person in people)
    assert any(person.billing.country == "KR" for person in people)


def test_every_recorded_product_and_variation_is_read() -> None:
    products = {product.remote_id: product for product in map(payloads.product, recorded.bodies("products"))}
    assert products[30].name == "Tea & Biscuits"
    assert products[21].name == "“행운” 부적"
    assert products[52].kind == "variable"
    parent = next(body for body in recorded.bodies("products") if body["type"] == "variable")
    variations = [payloads.product(body, parent=parent) for body in recorded.bodies("variations")]
    assert {one.parent_remote_id for one in variations} == {parent["id"]}
    assert all(one.kind == "variation" and one.price for one in variations)


def test_a_product_tells_its_options_and_categories_and_a_variation_its_own() -> None:
    bodies = recorded.bodies("products")
    parent = next(body for body in bodies if body["id"] == 45 and body["attributes"])
    assert payloads.product(parent).attributes == {"색상": ("빨강", "파랑"), "사이즈": ("S", "M", "L & XL")}
    book = next(body for body in bodies if body["id"] == 34 and body["categories"])
    assert payloads.product(book).categories == ((20, "Bücher & Medien"),)
    variations = {
        one.remote_id: one
        for one in (payloads.product(body, parent=parent) for body in recorded.bodies("variations"))
    }
    assert variations[51].attributes == {"색상": ("파랑",), "사이즈": ("L & XL",)}
    assert variations[51].categories == ()


@pytest.mark.parametrize(
    "told",
    [
        [{"name": "Weight", "options": ["5 kg"], "visible": False, "variation": False}],
        [{"name": "Size", "options": [], "visible": True}],
        [{"name": "Size", "option": ""}],
        None,
    ],
)
def test_options_that_visitors_do_not_see_are_left_out(told: object) -> None:
    body = recorded.bodies("products")[0] | {"attributes": told, "categories": told and []}
    assert payloads.product(body).attributes == {}


@pytest.mark.parametrize("images", [[], None, [{"id": 0, "src": ""}], [{"id": "", "src": False}], [None]])
def test_a_product_without_a_picture_has_none(images: object) -> None:
    """FACTS §5: image.id may be "" or 0."""
    body = recorded.bodies("products")[0] | {"images": images}
    assert payloads.product(body).image == ""


# -- what is none ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(recorded.bodies("errors")))
def test_an_error_object_is_no_order(name: str) -> None:
    """FACTS §7: a webhook about an order deleted meanwhile brings one, correctly signed."""
    with pytest.raises(BadInput):
        payloads.order(recorded.body("errors", name)["body"])


@pytest.mark.parametrize(
    "damage",
    [
        {"total": "abc"},
        {"total": "NaN"},
        {"total": None},
        {"total": ""},
        {"currency": None},
        {"currency": ""},
        {"total": {"a": 1}},
        {"id": "x"},
        {"line_items": None},
        {"line_items": ["text"]},
        {"billing": "text"},
        {"date_modified_gmt": "yesterday"},
        {"tax_lines": [{}]},
        {"refunds": [{"total": "1"}]},
        {"meta_data": "text"},
    ],
)
def test_a_body_that_a_plugin_broke_is_one_clear_refusal(damage: dict[str, Any]) -> None:
    body = recorded.body("orders_without_decimals", "krw_guest") | damage
    with pytest.raises(BadInput, match="no order|no amount"):
        payloads.order(body)


def test_missing_lists_and_blocks_are_empty_ones() -> None:
    body = recorded.body("orders_without_decimals", "krw_guest")
    for name in ("fee_lines", "coupon_lines", "refunds", "shipping", "meta_data"):
        body[name] = None
    read = payloads.order(body)
    assert (read.coupons, read.refunds, read.meta) == ((), (), {})
