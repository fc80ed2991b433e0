"""A row of numbers as a small drawing; the page draws it as inline SVG beside a table with the same numbers."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 120, 32
EDGE = 3  # Room for the line's thickness and the last point.


@dataclass(frozen=True)
class Trend:
    """A line in a box of `width` × `height`: its points as SVG writes them, the area below it, and its last point."""

    line: str
    area: str
    last: tuple[float, float]
    width: int = WIDTH
    height: int = HEIGHT


def trend(values: Sequence[int]) -> Trend:
    """The drawing of at least two numbers, the newest last. A row of zeros lies on the floor."""
    highest = max(*values, 1)
    step = (WIDTH - 2 * EDGE) / (len(values) - 1)
    floor = HEIGHT - EDGE
    points = [
        (round(EDGE + step * place, 1), round(floor - (floor - EDGE) * value / highest, 1))
        for place, value in enumerate(values)
    ]
    line = " ".join(f"{x:g},{y:g}" for x, y in points)
    return Trend(line=line, area=f"{EDGE},{floor} {line} {WIDTH - EDGE},{floor}", last=points[-1])
