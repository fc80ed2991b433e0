"""Claims about the drawing of a row of numbers."""

import pytest

from faq.trend import HEIGHT, WIDTH, trend


@pytest.mark.parametrize("values", [[0] * 12, [1, 0], [5] * 12, [0, 1_000_000], list(range(12))])
def test_the_drawing_lies_within_its_box_from_edge_to_edge(values: list[int]) -> None:
    points = [tuple(map(float, point.split(","))) for point in trend(values).line.split()]
    assert len(points) == len(values)
    assert points[0][0] < points[-1][0]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in points)
    assert trend(values).last == points[-1]


def test_more_is_higher_and_none_lies_on_the_floor() -> None:
    heights = [float(point.split(",")[1]) for point in trend([0, 2, 4, 0]).line.split()]
    assert heights[0] == heights[3] > heights[1] > heights[2]
