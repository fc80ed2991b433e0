"""What shoppers and shops call the same thing (faq/shop_words.txt), as tokens that both words share in the index."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from faq.tokens import Word, words

SOURCE = Path(__file__).with_name("shop_words.txt")
LONGEST_PHRASE = 3  # Words of an English phrase.


@dataclass(frozen=True)
class ShopWords:
    """The file, ready to be looked up."""

    phrases: Mapping[tuple[str, ...], frozenset[str]]
    hangul: Mapping[str, frozenset[str]]
    hangul_phrases: Mapping[tuple[str, str], frozenset[str]]
    longest: int


def matters(said: Sequence[Word]) -> list[set[str]]:
    """For each word the tokens ("=12") of the matters that it, or a phrase with it, names."""
    known = shop_words()
    found: list[set[str]] = [set() for _ in said]
    for place, word in enumerate(said):
        for length in range(1, min(LONGEST_PHRASE, len(said) - place) + 1):
            stems = tuple(one.stem for one in said[place : place + length])
            for at in range(place, place + length):
                found[at] |= known.phrases.get(stems, frozenset())
        if "\uac00" <= word.raw[:1] <= "\ud7a3":
            found[place] |= _inside(known, word)
            for (first, second), tokens in known.hangul_phrases.items():
                follows = said[place + 1].raw if place + 1 < len(said) else ""
                if word.raw.endswith(first) and follows.startswith(second):
                    found[place] |= tokens
                    found[place + 1] |= tokens
    return found


def _inside(known: ShopWords, word: Word) -> set[str]:
    """The matters that a Hangul word names anywhere inside; one syllable names something only when it stands alone."""
    found: set[str] = set(known.hangul.get(word.stem, ()))
    for length in range(2, known.longest + 1):
        for start in range(len(word.raw) - length + 1):
            found |= known.hangul.get(word.raw[start : start + length], frozenset())
    return found


@cache
def shop_words() -> ShopWords:
    """The file as it is read once."""
    text = SOURCE.read_text(encoding="utf-8")
    phrases: dict[tuple[str, ...], set[str]] = defaultdict(set)
    hangul: dict[str, set[str]] = defaultdict(set)
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    for number, line in enumerate(lines):
        for said in (part.strip() for part in line.replace("|", ",").split(",")):
            if "\uac00" <= said[:1] <= "\ud7a3":
                hangul[said].add(f"={number}")
            elif said:
                phrases[tuple(word.stem for word in words(said))].add(f"={number}")
    return ShopWords(
        phrases={said: frozenset(tokens) for said, tokens in phrases.items()},
        hangul={said: frozenset(tokens) for said, tokens in hangul.items() if " " not in said},
        hangul_phrases={
            (said.split()[0], said.split()[1]): frozenset(tokens)
            for said, tokens in hangul.items()
            if " " in said
        },
        longest=max((len(said) for said in hangul if " " not in said), default=0),
    )
