"""What of a text is searchable: its title, sample questions, headings and passages, and the tokens of each."""

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from faq import little_words, markdown, shop_words
from faq.shop_words import matters
from faq.tables import ArticleVersion
from faq.tokens import FRAME_WEIGHT, sounds, words

# Grows when tokens or units are made differently; texts indexed by an older one are then taken up anew.
INDEX_FORM = 2
LONGEST_PASSAGE = (
    1_200  # Characters; some eight sentences. A longer one says too many things to be one answer.
)

# How often a word is said counts less and less, and less in longer units (BM25; 1.2 and 0.75 are its usual numbers).
SATURATION, LENGTH_MATTERS = 1.2, 0.75
USUAL_LENGTH = {"title": 5.0, "sample": 5.0, "heading": 5.0, "passage": 40.0}  # Words that count.
KIND_WEIGHT = {"title": 1.0, "sample": 1.0, "heading": 0.9, "passage": 0.6}

_VARIABLE = re.compile(r"\{\{[^{}]{0,200}\}\}")


@dataclass(frozen=True)
class Unit:
    """A searchable piece, not yet in the index. `length` is the number of its words that count, in tenths."""

    kind: str
    content: str
    anchor: str
    length: int
    weights: dict[str, float]

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()


def index_version() -> str:
    """What the index is made by: this form, and the lists of words as they stand."""
    return f"{INDEX_FORM}-{_lists_mark()}"


@cache
def _lists_mark() -> str:
    return f"{zlib.crc32(shop_words.SOURCE.read_bytes() + little_words.SOURCE.read_bytes()):08x}"


def units_of(published: ArticleVersion, locale: str) -> list[Unit]:
    """The pieces of a published version in their order."""
    return [unit(kind, said, locale, anchor) for kind, said, anchor in _pieces(published)]


def unit(kind: str, content: str, locale: str, anchor: str = "") -> Unit:
    """One piece with the weights of its tokens."""
    said = words(_VARIABLE.sub(" ", content), locale)
    length = sum(word.weight for word in said)
    counts: Counter[str] = Counter()
    for word, named in zip(said, matters(said), strict=True):
        counts.update(dict.fromkeys((*word.tokens, *sounds(word.tokens)), 1) if word.weight else {})
        counts.update(named)
    usual = 1 - LENGTH_MATTERS + LENGTH_MATTERS * length / USUAL_LENGTH[kind]
    weights = {
        token: KIND_WEIGHT[kind] * often * (SATURATION + 1) / (often + SATURATION * usual)
        for token, often in counts.items()
    }
    return Unit(kind, content, anchor, round(10 * max(length, FRAME_WEIGHT)), weights)


def _pieces(published: ArticleVersion) -> Iterator[tuple[str, str, str]]:
    yield "title", published.title, ""
    for sample in published.samples:
        yield "sample", sample, ""
    for passage in markdown.passages(published.body):
        if passage.heading:
            yield "heading", passage.heading, passage.anchor
        for part in _parts(passage.text):
            yield "passage", part, passage.anchor


def _parts(text: str) -> Iterator[str]:
    """The passage's lines, as many together as make no more than the longest passage."""
    part = ""
    for line in text.split("\n"):
        while len(line) > LONGEST_PASSAGE:
            cut = line.rfind(" ", 1, LONGEST_PASSAGE)
            cut = cut if cut > 0 else LONGEST_PASSAGE
            yield from ([part] if part else [])
            part, line = line[:cut], line[cut:].lstrip()  # noqa: PLW2901
        if part and len(part) + len(line) >= LONGEST_PASSAGE:
            yield part
            part = ""
        part = f"{part}\n{line}" if part else line
    if part.strip():
        yield part
