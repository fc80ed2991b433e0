"""A row of days as bars; the page draws them as inline SVG beside a table with the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 600, 132
EDGE = 20  # Room for half of the first and the last date.
FLOOR = HEIGHT - 26  # Below it stand the dates.
TOP = 24  # Above the highest bar stands its number.
WIDEST = 40


@dataclass(frozen=True)
class Bar:
    """One bar: its place and size, and where its number and date stand (their middle)."""

    x: float
    y: float
    width: float
    height: float
    middle: float
    value: float
    labelled: bool


def bars(values: Sequence[float]) -> tuple[Bar, ...]:
    """The bars of those numbers; the highest one and the last one carry their number."""
    if not values:
        return ()
    highest = max([*values, 1])
    step = (WIDTH - 2 * EDGE) / len(values)
    width = min(step * 0.7, WIDEST)
    top = max(range(len(values)), key=lambda place: (values[place], place))
    found = []
    for place, value in enumerate(values):
        height = (FLOOR - TOP) * value / highest
        middle = EDGE + step * (place + 0.5)
        found.append(
            Bar(
                x=round(middle - width / 2, 1),
                y=round(FLOOR - height, 1),
                width=round(width, 1),
                height=round(height, 1),
                middle=round(middle, 1),
                value=value,
                labelled=value > 0 and place in (top, len(values) - 1),
            )
        )
    return tuple(found)
