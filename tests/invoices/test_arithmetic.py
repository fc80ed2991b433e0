"""Claims about the sums of documents, over recorded orders and over invented ones."""

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.schemas import Coupon, Line, TaxRate, TaxShare
from invoices import arithmetic
from invoices.document_held import Held
from invoices.document_parts import PrintedLine, TaxRow

VAT = TaxRate(rate_id=1, label="VAT 19%", percent="19", compound=False, tax_minor=0, shipping_tax_minor=0)
REDUCED = replace(VAT, rate_id=2, label="VAT 7%", percent="7")
EXEMPT = replace(VAT, rate_id=3, label="면세", percent="0")
STATE = replace(VAT, rate_id=4, label="State", percent="7.25")
CITY = replace(VAT, rate_id=5, label="City", percent="2.25", compound=True)


def line(net: int, tax: int = 0, shares: dict[int, int] | None = None, **given_: object) -> Line:
    values = {
        "kind": "product",
        "remote_id": 1,
        "name": "Cup",
        "quantity": "1",
        "net_minor": net,
        "tax_minor": tax,
        "net_before_discount_minor": net,
        "tax_before_discount_minor": tax,
        "taxes": tuple(TaxShare(rate, minor) for rate, minor in (shares or {}).items()),
    }
    return Line(**values | given_)


@dataclass(frozen=True)
class Bill:
    """An order as a shop might keep it."""

    lines: tuple[Line, ...]
    rates: tuple[TaxRate, ...]
    coupons: tuple[Coupon, ...]
    total: int
    tax: int

    def printed(self) -> tuple[PrintedLine, ...]:
        rows = arithmetic.printed_lines(self.lines, self.rates, self.coupons)
        return rows + arithmetic.rounding_line(
            rows, self.rates, total_minor=self.total, tax_minor=self.tax, currency="EUR"
        )

    def taxes(self) -> tuple[TaxRow, ...]:
        return arithmetic.tax_rows(self.lines, self.rates, tax_minor=self.tax, currency="EUR")


def whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


@st.composite
def bills(draw: st.DrawFn) -> Bill:
    """Orders computed in exact fractions and stored in whole units, each amount rounded on its own, as shops do."""
    rates = draw(st.lists(st.sampled_from([VAT, REDUCED, EXEMPT, STATE, CITY]), max_size=4, unique=True))
    taxes_exact = {rate.rate_id: Decimal(0) for rate in rates}
    lines, tax_exact, net_exact = [], Decimal(0), Decimal(0)
    for kind in draw(st.lists(st.sampled_from(["product", "product", "shipping", "fee"]), max_size=12)):
        price = draw(st.decimals("-5000" if kind == "fee" else "0", 200_000, places=draw(st.integers(0, 4))))
        quantity = draw(st.integers(1, 40)) if kind == "product" else 1
        listed = price * quantity
        left = (
            Decimal(draw(st.sampled_from([100, 100, 90, 67, 0]))) / 100 if kind == "product" else Decimal(1)
        )
        mine = draw(st.lists(st.sampled_from(rates), unique=True)) if rates else []
        parts = {rate.rate_id: listed * left * Decimal(rate.percent) / 100 for rate in mine}
        tax = sum(parts.values(), Decimal(0))
        tax_listed = sum((listed * Decimal(rate.percent) / 100 for rate in mine), Decimal(0))
        for rate_id, part in parts.items():
            taxes_exact[rate_id] += part
        net_exact, tax_exact = net_exact + listed * left, tax_exact + tax
        lines.append(
            line(
                whole(listed * left),
                whole(tax),
                {rate_id: whole(part) for rate_id, part in parts.items()},
                kind=kind,
                quantity=str(quantity),
                net_before_discount_minor=whole(listed),
                tax_before_discount_minor=whole(tax_listed),
            )
        )
    kept = tuple(replace(rate, tax_minor=whole(taxes_exact[rate.rate_id])) for rate in rates)
    tax = draw(st.sampled_from([whole(tax_exact), sum(rate.tax_minor for rate in kept)]))
    net = draw(st.sampled_from([whole(net_exact), sum(row.net_minor for row in lines)]))
    given_off = sum(row.net_before_discount_minor - row.net_minor for row in lines)
    coupons = draw(
        st.sampled_from([(), (Coupon("ten", given_off, 0),), (Coupon("a", 1, 0), Coupon("b", given_off, 2))])
    )
    return Bill(tuple(lines), kept, coupons, net + tax, tax)


@given(bills())
def test_printed_rows_add_up_to_the_shops_own_total_and_tax(bill: Bill) -> None:
    rows = bill.printed()
    assert sum(row.net_minor for row in rows) == bill.total - bill.tax
    assert sum(row.tax_minor for row in rows) == bill.tax
    assert sum(row.gross_minor for row in rows) == bill.total
    assert sum(row.kind == "rounding" for row in rows) <= 1


@given(bills())
def test_tax_by_rate_adds_up_to_the_shops_own_tax(bill: Bill) -> None:
    rows = bill.taxes()
    assert sum(row.tax_minor for row in rows) == bill.tax
    assert sum(row.kind == "rounding" for row in rows) <= 1


@given(bills())
def test_a_printed_unit_price_times_the_quantity_is_the_printed_net_amount(bill: Bill) -> None:
    for row in bill.printed():
        if row.unit_minor is not None:
            assert row.unit_minor * Decimal(row.quantity) == row.net_minor


@given(bills(), st.sampled_from([-1, 1]), st.integers(1, 10**7))
def test_a_total_beyond_rounding_is_held(bill: Bill, sign: int, more: int) -> None:
    most = len(bill.lines) + len(bill.rates)
    net = sum(row.net_minor for row in bill.lines)
    off = replace(bill, total=net + bill.tax + sign * (most + more))
    with pytest.raises(Held) as held:
        off.printed()
    assert held.value.reason == "unexplained_total"


@given(bills(), st.sampled_from([-1, 1]), st.integers(1, 10**7))
def test_a_tax_beyond_rounding_is_held(bill: Bill, sign: int, more: int) -> None:
    rates_make = sum(rate.tax_minor for rate in bill.rates)
    off = replace(bill, tax=rates_make + sign * (len(bill.rates) + more))
    with pytest.raises(Held) as held:
        off.taxes()
    assert held.value.reason == "unexplained_tax"


def test_one_unit_for_each_line_passes_as_rounding_and_one_more_does_not() -> None:
    lines = (line(100), line(100), line(100))
    assert Bill(lines, (), (), 303, 0).printed()[-1].net_minor == 3
    with pytest.raises(Held):
        Bill(lines, (), (), 304, 0).printed()
    with pytest.raises(Held):
        Bill(lines, (EXEMPT,), (), 304, 0).printed()


def test_an_order_without_lines_explains_no_amount() -> None:
    assert Bill((), (), (), 0, 0).printed() == ()
    with pytest.raises(Held):
        Bill((), (), (), 1, 0).printed()


def test_each_coupon_gets_its_row_when_the_coupons_explain_the_discount() -> None:
    goods = line(700, net_before_discount_minor=1000)
    rows = Bill((goods,), (), (Coupon("ten", 100, 0), Coupon("more", 200, 0)), 700, 0).printed()
    assert [(row.kind, row.name, row.net_minor) for row in rows[1:]] == [
        ("discount", "ten", -100),
        ("discount", "more", -200),
    ]


def test_coupons_that_were_rounded_apart_share_one_row_with_the_exact_discount() -> None:
    goods = line(700, net_before_discount_minor=1000)
    rows = Bill((goods,), (), (Coupon("ten", 100, 0), Coupon("more", 201, 0)), 700, 0).printed()
    assert [(row.name, row.net_minor) for row in rows[1:]] == [("ten, more", -300)]


def test_a_price_lowered_by_staff_is_a_discount_without_a_name() -> None:
    rows = Bill((line(700, net_before_discount_minor=1000),), (), (), 700, 0).printed()
    assert [(row.kind, row.name, row.net_minor) for row in rows[1:]] == [("discount", "", -300)]


def test_a_price_raised_by_staff_is_printed_as_it_is() -> None:
    rows = Bill((line(1300, net_before_discount_minor=1000),), (), (), 1300, 0).printed()
    assert [row.net_minor for row in rows] == [1300]


def test_a_coupon_for_free_shipping_is_named_though_it_takes_nothing_off() -> None:
    rows = Bill((line(1000),), (), (Coupon("freeship", 0, 0),), 1000, 0).printed()
    assert [(row.kind, row.name, row.net_minor) for row in rows[1:]] == [("discount", "freeship", 0)]


@pytest.mark.parametrize(
    ("net", "quantity", "price"),
    [
        (300, "3", 100),
        (100, "3", None),
        (300, "1.5", 200),
        (300, "0", None),
        (0, "2", 0),
        (300, "many", None),
        (300, "3.00", 100),
    ],
)
def test_a_unit_price_is_printed_only_where_it_is_exact(net: int, quantity: str, price: int | None) -> None:
    (row,) = Bill((line(net, quantity=quantity),), (), (), net, 0).printed()
    assert row.unit_minor == price


def test_a_compound_rate_is_laid_on_net_and_the_taxes_before_it() -> None:
    goods = line(10000, 966, {4: 725, 5: 241})
    rates = (replace(CITY, tax_minor=241), replace(STATE, tax_minor=725))
    rows = Bill((goods,), rates, (), 10966, 966).taxes()
    assert [(row.rate.label, row.base_minor) for row in rows if row.rate] == [
        ("City", 10725),
        ("State", 10000),
    ]


def test_a_zero_rate_has_its_row_and_untaxed_lines_have_another() -> None:
    lines = (line(9000, 0, {3: 0}), line(1000, 190, {1: 190}), line(500))
    rows = Bill(lines, (EXEMPT, replace(VAT, tax_minor=190)), (), 10690, 190).taxes()
    assert [(row.kind, row.base_minor, row.tax_minor) for row in rows] == [
        ("rate", 9000, 0),
        ("rate", 1000, 190),
        ("untaxed", 500, 0),
    ]


def test_an_order_that_knows_no_tax_has_no_tax_rows() -> None:
    assert Bill((line(500),), (), (), 500, 0).taxes() == ()


def test_a_negative_fee_lowers_the_tax_base_of_each_rate_by_its_own_part() -> None:
    lines = (
        line(8000, 1520, {1: 1520}),
        line(2000, 140, {2: 140}),
        line(-500, -83, {1: -76, 2: -7}, kind="fee"),
    )
    rates = (replace(VAT, tax_minor=1444), replace(REDUCED, tax_minor=133))
    rows = Bill(lines, rates, (), 9500 + 1577, 1577).taxes()
    assert [row.base_minor for row in rows] == [7600, 1900]


def test_the_part_of_a_negative_fee_that_bears_no_tax_goes_to_the_rate_of_zero() -> None:
    lines = (line(5000, 950, {1: 950}), line(5000, 0, {3: 0}), line(-1000, -95, {1: -95, 3: 0}, kind="fee"))
    rows = Bill(lines, (replace(VAT, tax_minor=855), EXEMPT), (), 9000 + 855, 855).taxes()
    assert [row.base_minor for row in rows] == [4500, 4500]


def test_the_part_of_a_negative_fee_that_no_rate_explains_is_untaxed() -> None:
    lines = (line(5000, 950, {1: 950}), line(5000), line(-1000, -95, {1: -95}, kind="fee"))
    rows = Bill(lines, (replace(VAT, tax_minor=855),), (), 9000 + 855, 855).taxes()
    assert [(row.kind, row.base_minor) for row in rows] == [("rate", 4500), ("untaxed", 4500)]


def test_a_negative_fee_under_a_state_and_a_city_tax_is_laid_under_both_whole() -> None:
    lines = (line(-1000, -96, {4: -72, 5: -24}, kind="fee"),)
    rates = (replace(STATE, tax_minor=-72), replace(CITY, tax_minor=-24))
    assert [row.base_minor for row in Bill(lines, rates, (), -1096, -96).taxes()] == [-1000, -1072]


def test_rates_rounded_apart_from_the_whole_tax_get_a_rounding_row() -> None:
    goods = line(1000, 263, {1: 190, 2: 70})
    rows = Bill(
        (goods,), (replace(VAT, tax_minor=190), replace(REDUCED, tax_minor=70)), (), 1261, 261
    ).taxes()
    assert [(row.kind, row.tax_minor) for row in rows] == [("rate", 190), ("rate", 70), ("rounding", 1)]
