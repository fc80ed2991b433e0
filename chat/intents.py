"""What a shopper means, by the phrases of `intents.toml`: transparent, in Korean and English, and easily extended there."""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from faq.tokens import english_stem, folded, sounds, words

SOURCE = Path(__file__).with_name("intents.toml")
NUMBER = "<number>"
COURTESY = "courtesy."
LONGEST_HEARD = 1_000  # Characters; who writes more means something that no phrase knows.
FEWEST_FOR_MISTYPED = 5  # Letters: a shorter word with another letter is another word.

_HANGUL = re.compile(r"[가-힣]+")
_DIGITS = re.compile(r"(?<!\d)\d{2,12}(?!\d)")
# Single letters of Hangul that are typed for laughing and crying ("ㅋㅋ", "ㅠㅠ"), and repeated signs.
_LAUGHING = re.compile(r"[\u1100-\u11ff\u3131-\u318e]+")


@dataclass(frozen=True)
class Phrase:
    """The slots of which each must be heard, and the words that must not be."""

    slots: tuple[tuple[str, ...], ...]
    forbidden: tuple[str, ...]


@dataclass(frozen=True)
class Intent:
    """What may be meant, and the phrases that say so."""

    name: str
    sure: tuple[Phrase, ...]
    weak: tuple[Phrase, ...]


@dataclass(frozen=True)
class Meant:
    """An intent that was heard; `keywords` are the words of its phrase that stand in the text."""

    name: str
    sure: bool
    keywords: frozenset[str]


class Heard:
    """A text as phrases are met in it."""

    def __init__(self, text: str) -> None:
        plain = folded(text[:LONGEST_HEARD])
        self.raws = {word.raw for word in words(plain)}
        self.stems = {word.stem for word in words(plain)} | {english_stem(raw) for raw in self.raws}
        runs = _HANGUL.findall(plain)
        self.hangul = "".join(runs)
        self.sounds = set(sounds(_pairs(self.hangul)))
        self.has_number = bool(_DIGITS.search(plain))
        self._near = {raw for raw in self.raws if raw.isascii() and len(raw) >= FEWEST_FOR_MISTYPED - 1}

    def exactly(self, word: str) -> bool:
        """Whether the word stands there, in any form."""
        if word == NUMBER:
            return self.has_number
        if not word.isascii():
            return word in self.raws if len(word) == 1 else word in self.hangul
        return word in self.raws or english_stem(word) in self.stems

    def mistyped(self, word: str) -> bool:
        """Whether something stands there that is likely the word with a slip of a finger."""
        if word == NUMBER or len(word) < 2:
            return False
        if not word.isascii():
            return set(sounds(_pairs(word))) <= self.sounds
        if len(word) < FEWEST_FOR_MISTYPED:
            return False
        return any(one_letter_apart(word, raw) for raw in self._near)


def _pairs(run: str) -> tuple[str, ...]:
    return tuple(run[at : at + 2] for at in range(len(run) - 1))


def one_letter_apart(one: str, other: str) -> bool:
    """Whether one letter more, fewer, other or changed with its neighbour makes one word of the other."""
    if one[0] != other[0] or abs(len(one) - len(other)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if same is None:
        return True
    rest, other_rest = one[same:], other[same:]
    swapped = rest[:2] == other_rest[:2][::-1] and rest[2:] == other_rest[2:]
    return swapped or rest[1:] == other_rest[1:] or rest[1:] == other_rest or rest == other_rest[1:]


def meant(text: str) -> list[Meant]:
    """The intents that are heard in the text, surest first; of equally sure ones in the order of the file."""
    heard = Heard(text)
    found = []
    for intent in _intents():
        for phrases, sure in ((intent.sure, True), (intent.weak, False)):
            keywords = next((k for phrase in phrases if (k := _heard_in(phrase, heard)) is not None), None)
            if keywords is not None:
                found.append(Meant(intent.name, sure, keywords))
                break
    return sorted(found, key=lambda one: not one.sure)


def _heard_in(phrase: Phrase, heard: Heard) -> frozenset[str] | None:
    """The words that fill the phrase's slots; one slot at least must be filled exactly."""
    if any(heard.exactly(word) for word in phrase.forbidden):
        return None
    filled: set[str] = set()
    exact = False
    for slot in phrase.slots:
        word = next((word for word in slot if heard.exactly(word)), None)
        exact = exact or word is not None
        word = word or next((word for word in slot if heard.mistyped(word)), None)
        if word is None:
            return None
        filled.add(word)
    return frozenset(filled) if exact else None


# -- courtesy ----------------------------------------------------------------------------------------------------


def without_courtesy(text: str) -> tuple[str, str]:
    """The text without greetings and thanks, and which courtesy stood there last ("" for none).

    The first is "" when nothing else was said.
    """
    said = folded(text[:LONGEST_HEARD])
    kinds, pattern = _courtesies()
    heard = pattern.findall(said)
    rest = " ".join(_LAUGHING.sub(" ", pattern.sub(" ", said)).split()).strip(" ,.!?~;:-")
    matters = any(word.weight > 0 for word in words(rest))
    return (rest if matters else "", kinds[heard[-1]] if heard else "")


@cache
def _courtesies() -> tuple[dict[str, str], re.Pattern[str]]:
    """The kind of each courteous expression, and a pattern of all of them, the longest first."""
    kinds = {folded(said): kind for kind, lists in _file()["courtesy"].items() for said in lists["words"]}
    longest_first = sorted(kinds, key=len, reverse=True)
    return kinds, re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


@cache
def no_names() -> frozenset[str]:
    """Words that stand for any product and name none."""
    return frozenset(_file()["naming"]["no_name"])


# -- the file ----------------------------------------------------------------------------------------------------


@cache
def _file() -> dict[str, dict[str, Any]]:
    return tomllib.loads(SOURCE.read_text("utf-8"))


@cache
def _intents() -> tuple[Intent, ...]:
    return tuple(
        Intent(name, _phrases(lists.get("sure", [])), _phrases(lists.get("weak", [])))
        for name, lists in _flat(_file())
        if not name.startswith(COURTESY)
    )


def _flat(tables: dict[str, dict[str, Any]]) -> list[tuple[str, dict[str, list[str]]]]:
    found: list[tuple[str, dict[str, list[str]]]] = []
    for name, table in tables.items():
        if {"sure", "weak"} & set(table):
            found.append((name, table))
        else:
            found += [(f"{name}.{inner}", lists) for inner, lists in table.items() if isinstance(lists, dict)]
    return found


def _phrases(lines: list[str]) -> tuple[Phrase, ...]:
    return tuple(
        Phrase(
            slots=tuple(tuple(slot.split("|")) for slot in line.split() if not slot.startswith("!")),
            forbidden=tuple(w for slot in line.split() if slot.startswith("!") for w in slot[1:].split("|")),
        )
        for line in lines
    )
