"""Whether a language model kept to its sources. Whatever is in doubt is refused: the plain answer is there anyway."""

import re
import unicodedata
from collections.abc import Sequence

from faq.tokens import words

LONGEST_ANSWER = 1_200
SUPPORTED = 0.5  # The share of a sentence's words that its sources must say.

_CITATION = re.compile(r"\s*[(\[](?:source\s*)?(\d{1,2}(?:\s*,\s*\d{1,2})*)[)\]]", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")
_NUMBER = re.compile(r"\d(?:[\d.,:/]*\d)?")
# A number with what makes it an amount: 39,000원, ₩39,000, 7 %, 14 days, 3일.
_AMOUNT = re.compile(
    r"(?:[€$£¥₩]\s?\d(?:[\d.,]*\d)?)|(?:\d(?:[\d.,]*\d)?\s?(?:%|percent|퍼센트|€|\$|£|₩|원|만원|won|eur|euros?|usd|dollars?"
    r"|days?|weeks?|months?|years?|hours?|minutes?|일|주|개월|달|년|시간|분)(?![a-z]))"
)
_LINK = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?//\S+|www\.\S+|[\w.+-]+@[\w-]+\.\S+|\b[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}\b(?:/\S*)?"
)
_MARKUP = re.compile(r"[<>`{}|\\]|\]\(|!\[|\*\*|^#", re.MULTILINE)
# Numbers and dates in words, refusals and gifts: what a shopper would hold the shop to.
_WEIGHTY = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "ten",
        "eleven",
        "twelve",
        "fourteen",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "sixty",
        "ninety",
        "hundred",
        "thousand",
        "half",
        "double",
        "twice",
        "free",
        "guarantee",
        "guaranteed",
        "always",
        "never",
        "not",
        "no",
        "cannot",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "today",
        "tomorrow",
        "tonight",
    ]
)
_WEIGHTY_KOREAN = (
    "무료", "공짜", "보장", "반값", "절반", "할인", "쿠폰", "적립", "전액", "항상", "절대", "오늘", "내일", "모레", "이틀", "사흘",
    "나흘", "일주일", "보름", "월요일", "화요일", "수요일", "목요일", "금요일", "토요일", "일요일",
)  # fmt: skip
_KOREAN_NOT = ("않", "없", "못", "안 되", "안돼", "안 돼", "불가")


def checked(answer: str, sources: Sequence[str]) -> str | None:
    """The answer without its citations, or None where it cites no source or says something that none says."""
    plain = unicodedata.normalize("NFKC", answer).strip()
    if not plain or len(plain) > LONGEST_ANSWER or _MARKUP.search(plain):
        return None
    cited = {int(one) for hit in _CITATION.finditer(plain) for one in hit.group(1).split(",")}
    if not cited or not cited <= set(range(1, len(sources) + 1)):
        return None
    text = _CITATION.sub("", plain).strip()
    known = unicodedata.normalize("NFKC", "\n".join(sources[one - 1] for one in sorted(cited))).lower()
    return text if text and _is_supported(text.lower(), known) else None


def _is_supported(text: str, known: str) -> bool:
    return (
        set(_NUMBER.findall(text)) <= set(_NUMBER.findall(known))
        and _close(_AMOUNT.findall(text)) <= _close(_AMOUNT.findall(known))
        and set(_LINK.findall(text)) <= set(_LINK.findall(known))
        and _weighty(text) <= _weighty(known)
        and all(_is_said(sentence, known) for sentence in _SENTENCE.split(text))
    )


def _close(amounts: Sequence[str]) -> set[str]:
    return {"".join(one.split()) for one in amounts}


def _weighty(text: str) -> set[str]:
    """The weighty words of a text; "not" and its like are one."""
    said = {word.raw for word in words(text)}
    found: set[str] = {word for word in _WEIGHTY & said if word not in ("not", "no", "never", "cannot")}
    found |= {word for word in _WEIGHTY_KOREAN if word in text}
    negated = bool(said & {"not", "no", "never", "cannot"}) or any(raw.endswith("nt") for raw in said)
    return found | ({"not"} if negated or any(word in text for word in _KOREAN_NOT) else set())


def _is_said(sentence: str, known: str) -> bool:
    """Whether enough of a sentence's words stand in the sources, in any form."""
    said = [word for word in words(sentence) if word.weight > 0]
    if len(said) < 2:
        return True
    tokens = {token for word in words(known) for token in word.tokens}
    met = sum(any(token in tokens for token in word.tokens) for word in said)
    return met >= SUPPORTED * len(said)
