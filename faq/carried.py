"""Articles on their way in or out: one neutral form, whatever file or site they come from or go to.

A carried body is Markdown whose pictures may still lie beside it: `pictures` says what each such reference means.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from core.languages import Text
from faq.schemas import LOCALE, SLUG, ArticleKind, Audience, Policy, TextForm, TextState

Outcome = Literal["new", "changed", "unchanged", "conflict", "refused", "gone"]

LONGEST_KEY = 300
LARGEST_NUMBER = 2**31 - 1  # What a column of the database holds.
MOST_LISTED = 500
OUR_PICTURE = re.compile(r"images/(?P<name>[0-9a-f]{64}\.(?:webp|png|jpg))")
PICTURE = re.compile(
    r"(?P<before>!\[(?:[^\]\\]|\\.)*\]\(\s*)(?:<(?P<angled>[^<>\n]+)>|(?P<plain>[^()\s<>]+))"
)


@dataclass(frozen=True)
class Picture:
    """A picture of an article on its way here.

    `mark` changes when its content does, `load` gives the bytes and may be slow, `source` is its address on the web.
    """

    name: str
    mark: str
    load: Callable[[], bytes] = field(compare=False)
    source: str = ""


@dataclass(frozen=True)
class CarriedText:
    """One language of an article. No `slug` and no `state` mean: as it is here, for a new one by its title, a draft."""

    title: str
    body: str
    slug: str = ""
    samples: tuple[str, ...] = ()
    state: TextState | Literal[""] = ""
    category_name: str = ""


@dataclass(frozen=True)
class Carried:
    """An article with all its languages, known everywhere by its `key`. `place` says where it was read, for people.

    `marks` are digests of what the source gave, by part ("" is what all languages share); they are kept when the
    pictures of the bodies are replaced, so that the same source is recognised again without loading its pictures.
    """

    key: str
    main_locale: str
    texts: Mapping[str, CarriedText]
    kind: ArticleKind = "faq"
    policy: Policy = ""
    category: str = ""
    audience: Audience = "public"
    position: int = 0
    products: tuple[int, ...] = ()
    product_categories: tuple[int, ...] = ()
    related: tuple[str, ...] = ()
    example: bool = False
    place: str = ""
    pictures: Mapping[str, Picture] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)

    @property
    def main(self) -> CarriedText:
        return self.texts[self.main_locale]


@dataclass(frozen=True)
class Refusal:
    """Something that could not be read as an article: where it stands, and why."""

    place: str
    sentence: Text
    key: str = ""


@dataclass(frozen=True)
class Parcel:
    """What was read: articles, and what could not be read."""

    articles: Sequence[Carried]
    refused: Sequence[Refusal] = ()


@dataclass(frozen=True)
class Taken:
    """What became of one carried article; `sentence` says why when that needs saying."""

    key: str
    outcome: Outcome
    title: str = ""
    sentence: Text | str = ""
    place: str = ""
    article_id: int = 0


def line(text: str) -> str:
    """A text on one line, without blanks that nobody sees."""
    return " ".join(text.split())


def canonical(body: str) -> str:
    """A body as files carry it: line ends as one sign, no blank lines around it."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    return re.sub(r"\A(?:[^\S\n]*\n)+", "", text)


def marks_of(article: Carried) -> dict[str, str]:
    """Digests of the article's parts: what all languages share under "", then each language's text."""
    if article.marks:
        return dict(article.marks)
    found = {"": _digest(shared_parts(article))}
    for locale, text in article.texts.items():
        seen = [article.pictures[name].mark for name in sorted(article.pictures) if name in text.body]
        found[locale] = _digest([line(text.title), canonical(text.body), text.slug, list(text.samples), seen])
    return found


def shared_parts(article: Carried) -> list[object]:
    """What all languages share, as it is compared."""
    return [
        article.kind,
        article.policy,
        article.category,
        article.audience,
        article.position,
        sorted(article.products),
        sorted(article.product_categories),
        list(article.related),
        article.main_locale,
        article.example,
    ]


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()[:32]


def with_pictures(article: Carried, addresses: Mapping[str, str]) -> Carried:
    """The article with those references replaced; its marks stay those of its source."""

    def replaced(found: re.Match[str]) -> str:
        reference = found["angled"] or found["plain"]
        address = addresses.get(reference)
        return found["before"] + address if address else found[0]

    texts = {
        locale: replace(text, body=PICTURE.sub(replaced, text.body)) for locale, text in article.texts.items()
    }
    return replace(article, texts=texts, pictures={}, marks=marks_of(article))


def problem_of(article: Carried) -> Text | None:
    """Why the article cannot be taken in as it is; None when it can."""
    key = article.key
    if not key or len(key) > LONGEST_KEY or key != line(key) or not sound(key):
        return Text("Its key is missing, longer than %(most)s characters or no plain line.", most=LONGEST_KEY)
    if article.main_locale not in article.texts:
        return Text("Its main language (%(locale)s) has no text.", locale=article.main_locale[:20])
    if article.category and not SLUG.fullmatch(article.category):
        return Text(
            "“%(category)s” is no category's address word: letters and digits with hyphens between them.",
            category=article.category[:60],
        )
    numbers = (*article.products, *article.product_categories)
    if not all(0 < number <= LARGEST_NUMBER for number in numbers) or abs(article.position) > LARGEST_NUMBER:
        return Text("A number in it is larger than any number of a shop, or smaller.")
    if max(len(numbers), len(article.related)) > MOST_LISTED:
        return Text("It names more than %(most)s products or related articles.", most=MOST_LISTED)
    return next(
        (found for locale, text in article.texts.items() if (found := _problem_of_text(locale, text))), None
    )


def _problem_of_text(locale: str, text: CarriedText) -> Text | None:
    if not LOCALE.fullmatch(locale):
        return Text("“%(locale)s” is no language we know; “en” or “pt-BR” would be.", locale=locale[:20])
    if not all(map(sound, (text.title, text.body, text.slug, text.category_name, *text.samples))):
        return Text("The text holds characters that are no text.")
    return next(iter(form_of(text).problems().values()), None)


def form_of(text: CarriedText) -> TextForm:
    """The text as the room's own form."""
    samples = tuple(dict.fromkeys(kept for one in text.samples if (kept := line(one))))
    return TextForm(title=line(text.title), body=canonical(text.body), slug=text.slug, samples=samples)


def sound(text: str) -> bool:
    """Whether both databases can store the text: no NUL, no half of a character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\0" not in text
