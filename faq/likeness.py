"""How much two questions ask the same: what their words say, and which of many questions is the most typical.

Vectors of a model were measured too and left out: they put "wash wool" and "wash silk" (0.80) closer together than
"cancel order" and "How can I cancel my order?" (0.63).
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from faq.blotting import BLOT

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


# -- what a question says ----------------------------------------------------------------------------------------


def weights(question: str, locale: str) -> Weights:
    """What the question's words count, by the pieces in which two spellings of them meet."""
    pieces = list(_pieces(question))
    return dict.fromkeys(pieces, 1.0) if pieces else dict.fromkeys(_raw(question), 1.0)


_WORD = re.compile(r"[가-힣]+|[^\W_가-힣]+")
_HANGUL_ENDING = re.compile(
    r"(?:하고|하려면|하려고|하는|하면|할|해|한|했는데|되는|되나|될|된|돼|받을|받는|있는|있나|없나|싶은데|싶|싶어)?"
    r"(?:(?:으|스)?ㅂ니까|습니까|입니까|합니까|됩니까|인가요|은가요|는가요|나요|까요|을까요|어요|아요|에요|예요|이에요|해요|"
    r"와요|워요|돼요|되요|죠|지요|네요|는데요|은데요|을게요|려면|려고|주세요|줘요|세요|요|다|나|까|죠)$"
)
_PARTICLE = re.compile(
    r"(?:에서는|에서|으로|에게|한테|까지|부터|처럼|보다|이나|은|는|이|가|을|를|에|로|와|과|도|만|의)$"
)
_HANGUL_WORDS = (
    "어떻게 어떡 어떻 어떤 어찌 좀 혹시 제 제가 저 저는 저희 내 내가 나 이 그 거 것 수 때 왜 잘 더 또 꼭 다 못 안 및 등 무슨 뭐 "
    "있 없 하 되 돼 해 할 한 싶 싶어 가능 가능한 가능한지 방법 문의 질문 궁금 궁금합니 알려 알려주 부탁 부탁드립니 안녕 안녕하 그런데 그리고 지금 있을 "
    "인지 하는 하는지 되는 되는지 있는지 하려"
)
_HANGUL_LITTLE = frozenset(_HANGUL_WORDS.split())
_ENGLISH_WORDS = (
    "a an the i you we they he she it me my mine your yours our ours their this that these those is am are was were be been do "
    "does did done can could will would shall should may might must have has had to of in on at for from by with about as "
    "and or but if so not no yes please hi hello hey thanks thank how what when which who why there here just any some "
    "want wanna need like know tell get got im ive id dont cant doesnt s t m ve re d"
)
_ENGLISH_LITTLE = frozenset(_ENGLISH_WORDS.split())


def _raw(question: str) -> list[str]:
    folded = unicodedata.normalize("NFKC", question.replace(BLOT, " ")).lower()
    return _WORD.findall(re.sub(r"['’]", "", folded))


def _pieces(question: str) -> Iterator[str]:
    for word in _raw(question):
        if "가" <= word[0] <= "힣":
            yield from _pairs(_hangul_stem(word))
        elif word not in _ENGLISH_LITTLE:
            yield _english_stem(word)


def _pairs(stem: str) -> Iterator[str]:
    if stem not in _HANGUL_LITTLE and stem:
        yield from (stem[at : at + 2] for at in range(max(1, len(stem) - 1)))


def _hangul_stem(word: str) -> str:
    if word in _HANGUL_LITTLE:
        return ""
    stem = _HANGUL_ENDING.sub("", word)
    shorter = _PARTICLE.sub("", stem)
    return shorter if len(shorter) >= 2 else stem


def _english_stem(word: str) -> str:
    for ending in ("ations", "ation", "ments", "ment", "ings", "ing", "ies", "ied", "ers", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending) + ("y" if ending in ("ies", "ied") else "")
            break
    if len(word) > 3 and word[-1] == word[-2]:
        word = word[:-1]
    return word.removesuffix("e") if len(word) > 3 else word
