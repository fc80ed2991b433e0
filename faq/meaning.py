"""What a text means, as numbers: the model behind it is exchangeable, and search does without one."""

from collections.abc import Mapping, Sequence
from operator import mul
from typing import Any, Protocol


class Meaning(Protocol):
    """A model that puts texts of all its languages into one space.

    `name` goes with every stored vector, so that another model's are never compared with them. `shelves` is where
    faq/semantic.py keeps a shop's vectors beside the model.
    """

    name: str
    shelves: dict[tuple[int, str], Any]

    def vectors(self, texts: Sequence[str]) -> Sequence[bytes]:
        """Each text's vector, as it is stored: one signed byte for each direction."""
        ...


class Near(Protocol):
    """What is near a question in meaning."""

    @property
    def best(self) -> Sequence[int]:
        """The nearest units."""
        ...

    def closeness(self, unit_ids: Sequence[int]) -> Mapping[int, float]:
        """How near those units are, 0 to 1; units without a vector yet are left out."""
        ...


def likeness(one: bytes, other: bytes) -> float:
    """The cosine of two stored vectors: 1 for the same meaning, about 0 for unrelated ones."""
    left, right = memoryview(one).cast("b"), memoryview(other).cast("b")
    lengths = sum(map(mul, left, left)) * sum(map(mul, right, right))
    return float(sum(map(mul, left, right)) / lengths**0.5) if lengths else 0.0
