"""What a text means, as numbers: the model behind it is exchangeable, and search does without one."""

from collections.abc import Sequence
from typing import Protocol


class Meaning(Protocol):
    """A model that puts texts of all its languages into one space."""

    name: str

    def vectors(self, texts: Sequence[str]) -> Sequence[bytes]:
        """Each text's vector, as it is stored."""
        ...
