"""Address words of articles, in the letters of their own language."""

import re
import unicodedata


def slug_of(title: str) -> str:
    """An address word from a title, in its own letters: "Where is my order?" → "where-is-my-order"."""
    folded = unicodedata.normalize("NFKC", title).lower()
    return re.sub(r"[\W_]+", "-", folded).strip("-")[:80].strip("-")
