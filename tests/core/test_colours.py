"""Claims about colours: any colour of a shop can be read on any ground of ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.colours import DEFAULT_ACCENT, WHITE, contrast, filled, mixed, readable_on

COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: "#" + bytes(parts).hex())
GROUNDS = [WHITE, "#f7f8fa", "#14171a", "#1b1f24", "#777777"]


@pytest.mark.parametrize("ground", GROUNDS)
@given(colour=COLOURS)
def test_any_colour_can_be_read_on_any_ground(ground: str, colour: str) -> None:
    assert contrast(readable_on(ground, colour), ground) >= min(4.5, contrast(ground, WHITE))


@given(colour=COLOURS)
def test_what_stands_on_a_button_of_any_colour_can_be_read(colour: str) -> None:
    ground, ink = filled(colour)
    assert contrast(ground, ink) >= 4.5


def test_a_readable_colour_stays_and_no_colour_gives_the_usual_one() -> None:
    assert readable_on(WHITE, "#1d4f91") == "#1d4f91"
    assert readable_on(WHITE, "red; } body { display: none") == DEFAULT_ACCENT
    assert filled("#fff") == (DEFAULT_ACCENT, WHITE)


def test_black_on_white_is_21_to_1() -> None:
    assert contrast("#000000", WHITE) == pytest.approx(21)


def test_a_tint_lies_between_colour_and_ground() -> None:
    assert mixed("#000000", WHITE, 0.5) == "#808080"
    assert mixed("#123456", WHITE, 0) == WHITE
