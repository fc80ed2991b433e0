"""Made-up articles and questions in any number: a shop's words among invented ones, the usual ones often (Zipf)."""

import random
from collections.abc import Sequence
from typing import Any

from faq.shop_words import SOURCE

EN_PARTS = [
    "ba",
    "re",
    "mi",
    "lo",
    "ter",
    "san",
    "del",
    "vor",
    "pin",
    "gra",
    "tol",
    "ke",
    "nu",
    "fer",
    "mon",
    "sil",
    "dra",
    "pex",
    "ul",
    "win",
]
KO_PARTS = [
    "가",
    "나",
    "다",
    "라",
    "마",
    "바",
    "사",
    "아",
    "자",
    "차",
    "하",
    "고",
    "노",
    "도",
    "로",
    "모",
    "보",
    "소",
    "오",
    "조",
    "은",
    "선",
    "강",
    "민",
    "진",
    "경",
    "원",
    "상",
    "정",
    "전",
]
INVENTED = 12_000  # Words of one language beside a shop's own.


class Writer:
    """Writes the same articles for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self.chance = random.Random(seed)
        lines = [line.split("|") for line in SOURCE.read_text(encoding="utf-8").splitlines() if "|" in line]
        shop = {
            "en": [word.strip() for english, _ in lines for word in english.split(",")],
            "ko": [word.strip() for _, korean in lines for word in korean.split(",")],
        }
        self.words = {locale: self._vocabulary(locale, shop[locale]) for locale in ("en", "ko")}
        self.weights = {
            locale: [1 / (place + 12) for place in range(len(self.words[locale]))] for locale in self.words
        }

    def _vocabulary(self, locale: str, shop: list[str]) -> list[str]:
        parts = EN_PARTS if locale == "en" else KO_PARTS
        invented = ["".join(self.chance.choices(parts, k=self.chance.randint(2, 4))) for _ in range(INVENTED)]
        mixed = [word for word in shop if word] + invented[: len(shop)]
        self.chance.shuffle(mixed)
        return [*mixed, *invented[len(shop) :]]

    def said(self, locale: str, count: int) -> str:
        return " ".join(self.chance.choices(self.words[locale], self.weights[locale], k=count))

    def articles(self, count: int) -> list[dict[str, Any]]:
        """Half in each language: a title of some five words, and three passages below headings."""
        return [self._article(number, "en" if number % 2 else "ko") for number in range(count)]

    def _article(self, number: int, locale: str) -> dict[str, Any]:
        parts = [
            self.said(locale, 30) + ".",
            *(f"## {self.said(locale, 4)}\n\n{self.said(locale, 35)}." for _ in range(2)),
        ]
        return {
            "id": str(number),
            "locale": locale,
            "title": self.said(locale, 5),
            "body": "\n\n".join(parts),
        }

    def questions(self, articles: Sequence[dict[str, Any]], count: int) -> list[tuple[str, str]]:
        """Locale and words: two or three words of a title, some of a usual kind, one in ten mistyped."""
        found = []
        for one in self.chance.choices(articles, k=count):
            title = one["title"].split()
            words = [*self.chance.sample(title, min(len(title), 3)), self.said(one["locale"], 2)]
            if self.chance.random() < 0.1:
                words[0] = words[0][1:] + words[0][:1]
            self.chance.shuffle(words)
            framed = ("how do i " if one["locale"] == "en" else "") + " ".join(words)
            found.append((one["locale"], framed))
        return found
