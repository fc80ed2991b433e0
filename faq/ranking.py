"""How well units answer a question: which of its words each one says, the rarer the more, in which place.

Pure arithmetic on whole numbers of bits, so that both databases and every run give the same order. A question's
tokens each have a bit; what a unit says of them is one number (its mask).
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import mul

from faq.shop_words import matters
from faq.tokens import FRAME_WEIGHT, sounds, words

MOST_WORDS = 24  # Of a question; the rest of a longer one would only repeat it.
MOST_BITS = 62  # What a whole number of both databases holds.

# What a match is worth beside the word itself.
MATTER = 0.6  # Another word for the same matter.
SOUND = 0.6  # Syllables that sound alike, for a pair that no article has.
MISTYPED = 0.8  # The nearest word of the index, for a word that no article has.

BODY = 0.6  # Said in a passage rather than in the title, a sample question or a heading.
BOTH = 0.2  # What the weaker of the two places adds.
HEADING = 0.9  # A heading beside the title.
NAMED = 0.3  # The share of the score that asks how much of the title the question says.


Naming = Callable[[str, str], float]  # How much of a title the question says.


@dataclass(frozen=True)
class Known:
    """A token as the index has it: its number and in how many units it stands."""

    term_id: int
    units: int


@dataclass(frozen=True)
class AskedWord:
    """A word of the question: what it counts, and for each of its tokens what matches it: bits and their worth."""

    weight: float
    parts: tuple[tuple[float, tuple[tuple[int, float], ...]], ...]
    matters: int  # The bits of the matters it names.
    rarity: float


@dataclass
class Asked:
    """A question made ready for the index of one language."""

    words: list[AskedWord]
    locale: str = ""
    terms: dict[int, tuple[float, int, int]] = field(default_factory=dict)  # number: rarity, bit, units
    unknown: float = 0.0  # The share of the question's weight that the index has no word for.
    worth: dict[str, float] = field(default_factory=dict)  # Of each token as a match in a title.
    _said: dict[int, tuple[float, ...]] = field(default_factory=dict)

    @cached_property
    def weights(self) -> list[float]:
        return [word.weight * word.rarity for word in self.words]

    @cached_property
    def total(self) -> float:
        return sum(self.weights) or 1.0

    def said(self, mask: int) -> tuple[float, ...]:
        """How much of each word a unit with that mask says (0 to 1)."""
        if mask not in self._said:
            self._said[mask] = tuple(_share(word, mask) for word in self.words)
        return self._said[mask]

    def named(self, head: str, locale: str) -> float:
        """How much of a title the question says (0 to 1)."""
        said = whole = 0.0
        for weight, tokens, named in _head(head, locale):
            shares = [max(self.worth.get(one, 0.0) for one in alike) for alike in tokens]
            best = max(
                sum(shares) / len(shares), max((self.worth.get(one, 0.0) for one in named), default=0.0)
            )
            said, whole = said + weight * best, whole + weight
        return said / whole if whole else 0.0


@lru_cache(maxsize=4096)
def _head(head: str, locale: str) -> tuple[tuple[float, tuple[tuple[str, ...], ...], frozenset[str]], ...]:
    """A title's words: what each counts, its tokens with those that sound alike, and its matters."""
    said = words(head, locale)
    return tuple(
        (word.weight, tuple((token, *sounds((token,))) for token in word.tokens), frozenset(named))
        for word, named in zip(said, matters(said), strict=True)
        if word.weight
    )


def _share(word: AskedWord, mask: int) -> float:
    whole = sum(rarity for rarity, _ in word.parts) or 1.0
    said = sum(
        rarity * max((worth for bit, worth in matches if mask & bit), default=0.0)
        for rarity, matches in word.parts
    )
    return max(said / whole, MATTER if mask & word.matters else 0.0)


def tokens_of(question: str, locale: str) -> list[str]:
    """Every token that may find something for the question."""
    said = words(question, locale)[:MOST_WORDS]
    found = [token for word in said if word.weight for token in (*word.tokens, *sounds(word.tokens))]
    return list(dict.fromkeys([*found, *(token for named in matters(said) for token in sorted(named))]))


def unknown_words(question: str, locale: str, known: Mapping[str, Known]) -> list[str]:
    """Latin words of the question that the index does not have in any form: perhaps mistyped."""
    said = words(question, locale)[:MOST_WORDS]
    return [
        word.stem
        for word, named in zip(said, matters(said), strict=True)
        if word.weight and word.stem.isascii() and len(word.stem) > 3 and word.stem not in known and not named
    ]


def ask(
    question: str, locale: str, known: Mapping[str, Known], units: int, mended: Mapping[str, str]
) -> Asked:
    """The question with its words weighed; `mended` names the nearest known word of mistyped ones."""
    said = words(question, locale)[:MOST_WORDS]
    asked = Asked([], locale)
    for word, named in zip(said, matters(said), strict=True):
        if not word.weight and not named & known.keys():
            continue
        parts = []
        for token in word.tokens if word.weight else ():
            matches, rarity = _matches(asked, token, known, units, mended)
            parts.append((rarity, matches))
        bits, rarest = 0, 0.0
        for token in sorted(named & known.keys()):
            asked.worth[token] = MATTER
            rarity = rarity_of(known[token].units, units)
            bits |= _bit(asked, known[token], rarity)
            rarest = max(rarest, rarity)
        found = any(matches for _, matches in parts)
        rarity = sum(one for one, _ in parts) / len(parts) if parts else rarest
        asked.words.append(
            AskedWord(
                max(word.weight, FRAME_WEIGHT), tuple(parts), bits, rarity if found or not bits else rarest
            )
        )
    lost = sum(
        one.weight * one.rarity for one in asked.words if not one.matters and not any(m for _, m in one.parts)
    )
    asked.unknown = lost / asked.total if asked.words else 1.0
    return asked


def rarity_of(held: int, units: int) -> float:
    """How much a token tells, from 0 (in every unit) to about 1 (in none): BM25's measure, over its greatest."""
    units = max(units, held, 1)
    return math.log(1 + (units - held + 0.5) / (held + 0.5)) / math.log(2 + 2 * units)


def _matches(
    asked: Asked, token: str, known: Mapping[str, Known], units: int, mended: Mapping[str, str]
) -> tuple[tuple[tuple[int, float], ...], float]:
    if token in known:
        alike, worth = [token], 1.0
    elif token in mended:
        alike, worth = [mended[token]], MISTYPED
    else:
        alike, worth = list(sounds((token,))), SOUND
    found = [(one, known[one], rarity_of(known[one].units, units)) for one in alike if one in known]
    asked.worth.update({one: worth for one, _, _ in found})
    rarity = 1.0 if worth == SOUND or not found else found[0][2]
    return tuple((_bit(asked, one, rare), worth) for _, one, rare in found), rarity


def _bit(asked: Asked, token: Known, rarity: float) -> int:
    """The token's bit; 0, which matches nothing, when there are none left."""
    if token.term_id not in asked.terms:
        if len(asked.terms) >= MOST_BITS:
            return 0
        asked.terms[token.term_id] = (rarity, 1 << len(asked.terms), token.units)
    return asked.terms[token.term_id][1]


# -- units and texts ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Piece:
    """A unit that may answer: what it is, and what it says of the question."""

    unit_id: int
    text_id: int
    kind: str
    position: int
    anchor: str
    content: str  # Of a head; a passage's is read when it is shown.
    mask: int = 0
    close: float = 0.0  # How near its meaning is to the question's, 0 to 1.


@dataclass(frozen=True)
class Ranked:
    """A text, how well it answers (0 to about 1), and the pieces that say so."""

    text_id: int
    score: float
    head: Piece | None
    passage: Piece | None


def rank(
    asked: Asked, pieces: Iterable[Piece], *, meaning_share: float = 0.0, most: int = 10
) -> list[Ranked]:
    """The best texts of those pieces, best first. `meaning_share` is what closeness counts beside the words.

    Reading a title takes the longest, so texts that could not get among the best with any title are left out.
    """
    texts: dict[int, list[Piece]] = {}
    for piece in pieces:
        texts.setdefault(piece.text_id, []).append(piece)
    at_best = {
        text_id: _text(asked, text_id, found, meaning_share, _as_if_named).score
        for text_id, found in texts.items()
    }
    ranked: list[Ranked] = []
    least = 0.0
    for text_id in sorted(at_best, key=lambda one: (-at_best[one], one)):
        if len(ranked) >= most and round(at_best[text_id], 6) < round(least, 6):
            break
        ranked.append(_text(asked, text_id, texts[text_id], meaning_share, asked.named))
        if len(ranked) >= most:
            least = sorted(one.score for one in ranked)[-most]
    return sorted(
        (one for one in ranked if one.score > 0), key=lambda one: (-round(one.score, 6), one.text_id)
    )[:most]


def _as_if_named(_head: str, _locale: str) -> float:
    return 1.0


def _text(asked: Asked, text_id: int, pieces: Sequence[Piece], share: float, named: Naming) -> Ranked:
    passages = [
        (_alone(asked, piece, share), -piece.unit_id, piece) for piece in pieces if piece.kind == "passage"
    ]
    passage = max(passages)[2] if passages else None
    heads: list[Piece | None] = [
        piece
        for piece in pieces
        if piece.kind != "passage" and (piece.mask or piece.close or piece.kind == "title")
    ]
    best = Ranked(text_id, 0.0, None, passage)
    for head in heads or [None]:
        beside = passage
        if head and head.kind == "heading":
            below = [one for one in passages if one[2].anchor == head.anchor]
            beside = max(below)[2] if below else None
        score = _score(asked, head, beside, share, named)
        if score > best.score:
            best = Ranked(text_id, score, head, beside or passage)
    return best


def _alone(asked: Asked, piece: Piece, share: float) -> float:
    said: float = sum(map(mul, asked.said(piece.mask), asked.weights)) / asked.total
    return (1 - share) * said + share * piece.close


def _score(asked: Asked, head: Piece | None, passage: Piece | None, share: float, naming: Naming) -> float:
    worth = HEADING if head and head.kind == "heading" else 1.0
    above = asked.said(head.mask if head else 0)
    below = asked.said(passage.mask if passage else 0)
    covered = 0.0
    for weight, in_head, in_body in zip(asked.weights, above, below, strict=True):
        if in_head or in_body:
            titled, told = in_head * worth, in_body * BODY
            covered += weight * (max(titled, told) + BOTH * min(titled, told))
    named = naming(head.content, asked.locale) * worth if head and head.mask else 0.0
    lexical = (1 - NAMED) * covered / asked.total + NAMED * named
    if not share:
        return lexical
    close = ((head.close if head else 0.0) + (passage.close if passage else head.close if head else 0.0)) / 2
    # Where the index has hardly any of its words, meaning alone can tell.
    share += (1 - share) * asked.unknown**3
    return (1 - share) * lexical + share * close
