"""What comes in and goes out about articles, and who reads."""

import re
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints

from core.languages import Text

ArticleKind = Literal["faq", "guide", "tutorial", "policy"]
Policy = Literal["", "returns", "shipping", "privacy"]
Audience = Literal["public", "customers", "staff"]
TextState = Literal["draft", "published", "archived"]
SubjectKind = Literal["product", "product_category"]
Outcome = Literal["answer", "did_you_mean", "nothing"]
VoteReason = Literal["", "not_answered", "unclear", "outdated"]

LONGEST_TITLE = 200
LONGEST_BODY = 200_000  # Characters; some 60 printed pages. Longer ones are refused, never cut.
MOST_SAMPLES = 50
LONGEST_SAMPLE = 300
LOCALE = re.compile(r"[a-z]{2,3}(-[A-Z]{2}|-[A-Z][a-z]{3})?")
SLUG = re.compile(r"[^\W_]+(-[^\W_]+)*")

# Words below /help that are pages of ours: no article and no help centre has them for an address.
KEPT_SLUGS = frozenset({"search"})
KEPT_CENTRES = frozenset({"images"})

Line = Annotated[str, StringConstraints(strip_whitespace=True)]


@dataclass(frozen=True)
class Reader:
    """Who reads articles of one shop: anybody, a customer of the shop who proved it, or its staff."""

    store_id: int
    audience: Audience = "public"

    @property
    def audiences(self) -> tuple[Audience, ...]:
        """The audiences of the articles that this reader may see."""
        known: dict[Audience, tuple[Audience, ...]] = {
            "public": ("public",),
            "customers": ("public", "customers"),
            "staff": ("public", "customers", "staff"),
        }
        return known[self.audience]


class ArticleForm(BaseModel):
    """What all languages of an article share."""

    model_config = ConfigDict(extra="forbid")

    kind: ArticleKind = "faq"
    policy: Policy = ""
    category: Line = ""  # The category's slug.
    audience: Audience = "public"
    position: int = 0
    source: Line = ""
    example: bool = False
    products: tuple[int, ...] = ()
    product_categories: tuple[int, ...] = ()
    related: tuple[int, ...] = ()


class TextForm(BaseModel):
    """One language of an article as somebody wrote it. Any text is taken in; `problems` names what must change."""

    model_config = ConfigDict(extra="forbid")

    title: Line = ""
    body: str = ""
    slug: Line = ""
    samples: tuple[Line, ...] = ()

    def problems(self) -> dict[str, Text]:
        """The mistakes by field; none when the text can be kept."""
        found: dict[str, Text] = {}
        if not self.title:
            found["title"] = Text("Please write a title.")
        elif len(self.title) > LONGEST_TITLE:
            found["title"] = Text("The title is longer than %(most)s characters.", most=LONGEST_TITLE)
        if len(self.body) > LONGEST_BODY:
            found["body"] = Text(
                "The text is longer than %(most)s characters. Please divide it into several articles.",
                most=LONGEST_BODY,
            )
        if "\0" in self.title + self.body:
            found["body"] = Text("The text holds characters that are no text.")
        if self.slug and not (SLUG.fullmatch(self.slug) and len(self.slug) <= LONGEST_TITLE):
            found["slug"] = Text("An address is made of letters and digits with hyphens between them.")
        if len(self.samples) > MOST_SAMPLES or any(len(one) > LONGEST_SAMPLE for one in self.samples):
            found["samples"] = Text(
                "At most %(most)s sample questions of %(longest)s characters each.",
                most=MOST_SAMPLES,
                longest=LONGEST_SAMPLE,
            )
        return found
