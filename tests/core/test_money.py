"""Claims about money: whole smallest units, never a float."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as any_of

from core import money
from core.errors import BadInput


@pytest.mark.parametrize(
    ("currency", "decimals"),
    [("KRW", 0), ("JPY", 0), ("EUR", 2), ("USD", 2), ("KWD", 3), ("CLP", 0), ("TND", 3)],
)
def test_a_currency_has_its_own_decimals(currency: str, decimals: int):
    assert money.decimals_of(currency) == decimals


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("39000", "KRW", 39000),
        ("39000.00", "KRW", 39000),
        ("98.63", "EUR", 9863),
        ("-98.63", "EUR", -9863),
        ("0.1", "EUR", 10),
        ("1.234", "KWD", 1234),
        ("", "EUR", 0),
        (None, "EUR", 0),
        (12, "EUR", 1200),
        ("1e3", "KRW", 1000),
    ],
)
def test_a_decimal_text_becomes_smallest_units(text: str | int | None, currency: str, minor: int):
    assert money.parse(text, currency) == minor


@pytest.mark.parametrize(("text", "minor"), [("0.005", 1), ("0.004", 0), ("-0.005", -1), ("1.115", 112)])
def test_a_finer_fraction_is_rounded_half_up(text: str, minor: int):
    assert money.parse(text, "EUR") == minor


@pytest.mark.parametrize(
    "text", ["abc", "12,50", "NaN", "Infinity", "-Infinity", "1e999999999", "1 000", "€5", "--5", "1e30"]
)
def test_what_is_no_number_is_refused_with_a_sentence(text: str):
    with pytest.raises(BadInput, match="no amount of money"):
        money.parse(text, "EUR")


@given(any_of.integers(-(10**15), 10**15), any_of.sampled_from(["KRW", "EUR", "KWD"]))
def test_an_amount_survives_being_written_and_read(minor: int, currency: str):
    assert money.parse(str(money.amount(minor, currency)), currency) == minor


def test_an_amount_is_exact():
    assert money.amount(1999, "EUR") == Decimal("19.99")
    assert money.amount(39000, "KRW") == Decimal(39000)


@pytest.mark.parametrize(
    ("minor", "currency", "language", "shown"),
    [
        (39000, "KRW", "ko", "₩39,000"),
        (39000, "KRW", "en", "₩39,000"),
        (123450, "EUR", "en", "€1,234.50"),
        (0, "EUR", "en", "€0.00"),
        (-500, "EUR", "en", "-€5.00"),
        (1234, "KWD", "en", "KWD1.234"),
    ],
)
def test_money_is_shown_as_the_language_writes_it(minor: int, currency: str, language: str, shown: str):
    assert money.shown(minor, currency, language) == shown


def test_a_currency_is_known_by_its_code():
    assert money.known_currency("KRW")
    assert not money.known_currency("KRX")
