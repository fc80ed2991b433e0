"""How much two questions ask the same: what their words say, and which of many questions is the most typical.

Vectors of a model were measured too and left out: they put "wash wool" and "wash silk" (0.80) closer together than
"cancel order" and "How can I cancel my order?" (0.63).
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from faq.blotting import BLOT
from faq.tokens import words

Weights = Mapping[str, float]

# The pairs in tests/faq/test_likeness.py: from here on no pair meets that asks different things ("delivery date",
# "delivery address": 0.67), and nine of ten that ask the same do.
ALIKE = 0.7
# Kinds of wording that are compared with each other; rarer ones are hardly the typical one.
MOST_COMPARED = 12


def alike(one: Weights, other: Weights) -> float:
    """How much of what two questions say is the same, 0 to 1."""
    if not one or not other:
        return float(one == other)
    shared = sum(min(weight, other[word]) for word, weight in one.items() if word in other)
    return 2 * shared / (sum(one.values()) + sum(other.values()))


def most_typical(questions: Sequence[str], locale: str) -> str:
    """The question that is most like all the others; of equally typical ones the one asked most, then the shortest."""
    times = Counter(questions)
    kinds = [(one, weights(one, locale)) for one, _ in times.most_common(MOST_COMPARED)]

    def typical(kind: tuple[str, Weights]) -> tuple[float, int, int, str]:
        near = sum(alike(kind[1], other) * times[text] for text, other in kinds)
        return (-near, -times[kind[0]], len(kind[0]), kind[0])

    return min(kinds, key=typical)[0]


def weights(question: str, locale: str) -> Weights:
    """What the question's words count, by the tokens in which search meets two spellings of them."""
    found: dict[str, float] = {}
    for word in words(question.replace(BLOT, " "), locale):
        for token in word.tokens:
            found[token] = max(found.get(token, 0.0), word.weight)
    return {token: weight for token, weight in found.items() if weight} or dict.fromkeys(found, 1.0)
