"""Words of a text as the index knows them: the same for what is written in articles and what is asked.

A text is folded (NFKC, lower case, no accents on Latin letters) and divided by script. Latin words lose their endings;
Hangul words lose particles and endings and become pairs of syllables, so that spacing does not matter; scripts
without spaces become pairs of characters. Words that carry little (articles, "I would like to", "하고 싶어요") are
marked, for they say nothing about which article is meant.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from faq.little_words import ENGLISH_FRAMES, ENGLISH_LITTLE, HANGUL_ENDINGS, HANGUL_FRAMES, HANGUL_PARTICLES

LONGEST_ENDING = max(len(ending) for ending in HANGUL_ENDINGS)
LONGEST_PARTICLE = max(len(particle) for particle in HANGUL_PARTICLES)
LONGEST_TEXT = 20_000  # Characters of one unit that are looked at; a passage is far shorter.
LONGEST_WORD = 32  # Longer ones are addresses and codes; their beginning finds them.
FRAME_WEIGHT = 0.25  # What a frame word ("help", "문의") counts beside a word of the matter.

_WORD = re.compile(
    r"[\uac00-\ud7a3]+"  # Hangul
    r"|[\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff]+"
    r"|(?:(?![\uac00-\ud7a3\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\u0e80-\u0eff\u1000-\u109f\u1780-\u17ff])[^\W_])+"
)
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])['’‘`´](?=[^\W\d_])")
_MARKS = re.compile(r"[\u0300-\u036f]")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its stem, the tokens by which the index knows it, what it counts (0 to 1), and as it stood."""

    stem: str
    tokens: tuple[str, ...]
    weight: float
    raw: str


def folded(text: str) -> str:
    """The text in one spelling: full width, case, accents on Latin letters and apostrophes make no difference."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST_TEXT]).lower()
    if not plain.isascii():
        # Accents go, Hangul syllables come together again.
        plain = unicodedata.normalize("NFC", _MARKS.sub("", unicodedata.normalize("NFD", plain)))
    return _APOSTROPHE.sub("", plain)


def words(text: str, locale: str = "") -> list[Word]:
    """The text's words in their order. `locale` chooses how Latin words lose their endings."""
    return [_word(found.group()[:LONGEST_WORD], locale) for found in _WORD.finditer(folded(text))]


def tokens(text: str, locale: str = "") -> list[str]:
    """All tokens by which the index finds the text, with those of like sound for mistyped Hangul."""
    return [token for word in words(text, locale) for token in (*word.tokens, *sounds(word.tokens))]


@lru_cache(maxsize=16_384)
def _word(raw: str, locale: str) -> Word:
    if "\uac00" <= raw[0] <= "\ud7a3":
        return _hangul(raw)
    if raw.isascii() or not _scriptless(raw):
        return _latin(raw, locale)
    return Word(raw, _pairs(raw), 1.0, raw)


def _scriptless(raw: str) -> bool:
    return ("\u0e00" <= raw[0] <= "\u17ff" and not "\u10a0" <= raw[0] <= "\u177f") or "\u3040" <= raw[
        0
    ] <= "\ufaff"


def _pairs(raw: str) -> tuple[str, ...]:
    return (raw,) if len(raw) == 1 else tuple(raw[at : at + 2] for at in range(len(raw) - 1))


# -- Latin and other letters -------------------------------------------------------------------------------------


def _latin(raw: str, locale: str) -> Word:
    stem = english_stem(raw) if not locale.startswith(_OTHER_LATIN) else raw[:6]
    if raw in ENGLISH_LITTLE:
        return Word(stem, (stem,), 0.0, raw)
    return Word(stem, (stem,), FRAME_WEIGHT if stem in ENGLISH_FRAMES else 1.0, raw)


# Languages whose words change at their end; their first six letters find the same word in another form.
_OTHER_LATIN = (
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "cs",
    "sv",
    "da",
    "nb",
    "fi",
    "tr",
    "ru",
    "uk",
    "el",
)


def english_stem(word: str) -> str:
    """The word without its English endings: "cancelled", "cancelling" and "cancels" are one."""
    if len(word) <= 3 or not word.isascii() or any(sign.isdigit() for sign in word):
        return word
    for ending, left, instead in _ENGLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= left:
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "aeous":
        word = word[:-1]
    if len(word) > 4 and word[-1] == "e":
        word = word[:-1]
    if len(word) > 3 and word[-1] == "y":
        word = word[:-1] + "i"
    return word


# The ending, how many letters must stay before it, and what takes its place; the first that fits counts.
_ENGLISH_ENDINGS = (
    ("ations", 3, "ate"), ("ation", 3, "ate"), ("ments", 4, ""), ("ment", 4, ""), ("ingly", 3, ""),
    ("ings", 3, ""), ("ing", 3, ""), ("sses", 2, "ss"), ("ies", 2, "y"), ("ied", 2, "y"), ("edly", 3, ""),
    ("ers", 4, ""), ("ed", 3, ""), ("er", 4, ""), ("xes", 2, "x"), ("ches", 2, "ch"), ("shes", 2, "sh"),
    ("als", 4, ""), ("al", 4, ""), ("ly", 4, ""),
    ("ss", 1, "ss"), ("us", 1, "us"), ("is", 1, "is"), ("s", 3, ""),
)  # fmt: skip


# -- Hangul ------------------------------------------------------------------------------------------------------


def _hangul(raw: str) -> Word:
    stem = hangul_stem(raw)
    if not stem:
        return Word(raw, _pairs(raw), 0.0, raw)
    return Word(stem, _pairs(stem), FRAME_WEIGHT if stem in HANGUL_FRAMES else 1.0, raw)


def hangul_stem(word: str) -> str:
    """The word without particles and verb endings; nothing is left of a word that is only those."""
    while ending := _ending(word):
        word = word[:-ending]
    if len(word) >= 3:
        # Two syllables stay: a shorter noun may itself end like a particle.
        particle = next((n for n in range(LONGEST_PARTICLE, 0, -1) if _is_particle(word, n)), 0)
        word = word[: len(word) - particle]
    return word


def _ending(word: str) -> int:
    """How many syllables at the word's end are an ending. One of a single syllable ("면") also ends nouns ("화면")."""
    longest = min(LONGEST_ENDING, len(word))
    found = next((n for n in range(longest, 0, -1) if word[-n:] in HANGUL_ENDINGS), 0)
    return found if found != 1 or len(word) >= 3 else 0


def _is_particle(word: str, length: int) -> bool:
    return len(word) - length >= 2 and word[-length:] in HANGUL_PARTICLES


def sounds(pairs: tuple[str, ...]) -> Iterator[str]:
    """What pairs of Hangul syllables sound like: finals dropped, like consonants and vowels together ("~" before)."""
    for pair in pairs:
        if len(pair) == 2 and all("\uac00" <= sign <= "\ud7a3" for sign in pair):
            yield "~" + "".join(_sound(sign) for sign in pair)


def _sound(syllable: str) -> str:
    first, vowel = divmod((ord(syllable) - 0xAC00) // 28, 21)
    return _FIRSTS[first] + _VOWELS[vowel]


# ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ: tense consonants with their plain ones.
_FIRSTS = "ㄱㄱㄴㄷㄷㄹㅁㅂㅂㅅㅅㅇㅈㅈㅊㅋㅌㅍㅎ"
# ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ: those that sound alike today together.
_VOWELS = "ㅏㅔㅑㅖㅓㅔㅕㅖㅗㅘㅙㅙㅛㅜㅝㅙㅟㅠㅡㅣㅣ"
