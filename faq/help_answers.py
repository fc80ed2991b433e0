"""What programs get from a help centre: search, suggestions, the answer, articles. Addresses are paths of this service."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from faq.asking import LONGEST_QUESTION
from faq.schemas import ArticleKind, Audience, Outcome, VoteReason


class HitAnswer(BaseModel):
    """An article that a question hits."""

    article_id: int
    locale: str
    slug: str
    title: str
    passage: str = Field(description="The place that answers, as plain text.")
    anchor: str = Field(description="The heading above the passage, to jump to.")
    score: float
    fallback: bool = Field(description="Whether it is in another language than was asked.")
    address: str


class SearchAnswer(BaseModel):
    """What a question hits, best first, and what became of it."""

    question: str
    locale: str
    outcome: Outcome
    confidence: float
    hits: list[HitAnswer]


class QuestionAnswer(BaseModel):
    """With "answer" one hit, with "did_you_mean" up to three, with "nothing" none; `reason` says why."""

    question: str
    locale: str
    outcome: Outcome
    confidence: float
    reason: str
    hits: list[HitAnswer]


class SuggestionAnswer(BaseModel):
    """A title or sample question for what was typed so far."""

    text: str
    marked: list[tuple[int, int]] = Field(description="Where it matches: start and end, counted in letters.")
    article_id: int
    locale: str
    address: str


class SuggestionsAnswer(BaseModel):
    suggestions: list[SuggestionAnswer]


class EntryAnswer(BaseModel):
    """An article to choose."""

    article_id: int
    locale: str
    slug: str
    title: str
    fallback: bool
    address: str


class RelatedAnswer(BaseModel):
    articles: list[EntryAnswer]


class ArticleAnswer(BaseModel):
    """A published article for this reader."""

    article_id: int
    locale: str
    slug: str
    title: str
    html: str = Field(description="Clean HTML, headings from h2 on.")
    kind: ArticleKind
    audience: Audience
    published_at: datetime | None
    fallback: bool
    address: str
    languages: dict[str, str] = Field(description="The addresses of its languages.")


class VoteForm(BaseModel):
    """Whether an article helped. `key` is the asking page's own: the same key again replaces its vote."""

    model_config = ConfigDict(extra="forbid")

    article_id: int = Field(ge=1, le=2**31 - 1)
    locale: Annotated[str, StringConstraints(max_length=12)]
    key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{16,64}$")]
    helped: bool
    reason: VoteReason = ""
    question: Annotated[str, StringConstraints(max_length=LONGEST_QUESTION)] = ""


class VoteKept(BaseModel):
    kept: bool = True
