"""The fields of an article as files write them, the same names in front matter, tables and JSON."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from core.languages import Text
from faq.carried import Carried, CarriedText
from faq.schemas import ArticleKind, Audience, Policy, TextState

KINDS, POLICIES, AUDIENCES, STATES = map(get_args, (ArticleKind, Policy, Audience, TextState))
CHOICES: Mapping[str, Sequence[str]] = {"kind": KINDS, "policy": POLICIES, "audience": AUDIENCES}
TEXT_FIELDS = ("title", "slug", "state", "samples", "category_name")
SHARED_FIELDS = (
    "kind", "policy", "category", "audience", "position", "products", "product_categories", "related", "example",
)  # fmt: skip
OTHER_FIELDS = ("key", "locale", "main")
YES, NO = ("true", "yes", "1", "on"), ("false", "no", "0", "off", "")

Given = Mapping[str, object]


class BadField(Exception):
    """A field holds what it cannot mean."""

    def __init__(self, name: str, sentence: Text) -> None:
        super().__init__(str(sentence))
        self.name = name
        self.sentence = sentence


def unknown(given: Given) -> str:
    """The first field that nobody knows; "" when all are known."""
    known = {*TEXT_FIELDS, *SHARED_FIELDS, *OTHER_FIELDS, "body"}
    return next((name for name in given if name not in known), "")


def text_of(given: Given, body: str) -> CarriedText:
    """One language's part. Raises BadField."""
    title = one(given, "title")
    if not title.strip():
        raise BadField("title", Text("There is no title."))
    state = one(given, "state").strip().lower()
    if state and state not in STATES:
        raise BadField("state", _choice("state", state, STATES))
    return CarriedText(
        title=title,
        body=body,
        slug=one(given, "slug").strip(),
        samples=tuple(many(given, "samples")),
        state=cast("TextState", state),
        category_name=one(given, "category_name"),
    )


def shared_of(given: Given) -> dict[str, Any]:
    """What all languages share, as far as it is given. Raises BadField."""
    found: dict[str, Any] = {}
    for name in SHARED_FIELDS:
        if name not in given or given[name] in ("", None, [], ()):
            continue
        if name in CHOICES:
            found[name] = one(given, name).strip().lower()
            if found[name] not in CHOICES[name]:
                raise BadField(name, _choice(name, found[name], CHOICES[name]))
        elif name == "position":
            found[name] = number(name, one(given, name))
        elif name in ("products", "product_categories"):
            found[name] = tuple(number(name, part) for part in many(given, name, comma=True))
        elif name == "related":
            found[name] = tuple(many(given, name))
        else:
            found[name] = yes(given, name) if name == "example" else one(given, name).strip()
    return found


def one(given: Given, name: str) -> str:
    """A field's one value as text; "" when it is missing. Raises BadField for a list."""
    value = given.get(name)
    if isinstance(value, (list, tuple, dict)):
        raise BadField(name, Text("“%(field)s” takes one value, not several.", field=name))
    return "" if value is None else str(value)


def many(given: Given, name: str, *, comma: bool = False) -> list[str]:
    """A field's values as texts. Raises BadField."""
    value = given.get(name)
    if isinstance(value, dict) or (
        isinstance(value, (list, tuple)) and any(isinstance(part, (list, tuple, dict)) for part in value)
    ):
        raise BadField(name, Text("“%(field)s” takes a list of texts.", field=name))
    parts = (
        [str(part) for part in value] if isinstance(value, (list, tuple)) else one(given, name).split("\n")
    )
    if comma:
        parts = [piece for part in parts for piece in part.replace(",", " ").split()]
    return [part.strip() for part in parts if part.strip()]


def number(name: str, text: str) -> int:
    """A whole number. Raises BadField."""
    stripped = text.strip()
    if not re.fullmatch(r"-?\d{1,12}", stripped):
        raise BadField(
            name,
            Text("“%(field)s” takes whole numbers; “%(value)s” is none.", field=name, value=stripped[:40]),
        )
    return int(stripped)


def yes(given: Given, name: str) -> bool:
    """Whether a field says yes. Raises BadField when it says neither yes nor no."""
    value = one(given, name).strip().lower()
    if value not in (*YES, *NO):
        raise BadField(
            name,
            Text("“%(field)s” takes true or false; “%(value)s” is neither.", field=name, value=value[:40]),
        )
    return value in YES


def _choice(name: str, value: str, choices: Sequence[str]) -> Text:
    return Text(
        "“%(field)s” is one of %(choices)s; “%(value)s” is none of them.",
        field=name,
        choices=", ".join(choice for choice in choices if choice),
        value=value[:40],
    )


def written_text(text: CarriedText) -> dict[str, object]:
    """One language's fields, without those that say nothing."""
    found: dict[str, object] = {"title": text.title, "slug": text.slug, "state": text.state}
    found |= {"samples": list(text.samples), "category_name": text.category_name}
    return {name: value for name, value in found.items() if value not in ("", [])}


def written_shared(article: Carried) -> dict[str, object]:
    """What all languages share, without what says nothing."""
    plain = Carried(key="", main_locale="", texts={})
    found: dict[str, object] = {}
    for name in SHARED_FIELDS:
        value = getattr(article, name)
        if name == "kind" or value != getattr(plain, name):
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def put_together(
    key: str, place: str, parts: Sequence[tuple[str, str, CarriedText, Mapping[str, Any], bool]], first: str
) -> Carried:
    """One article of its languages: (place, locale, text, shared fields, whether it is the main one).

    The main language is the one that says so, else `first` if the article has it, else the first one written.
    Raises BadField when the languages contradict each other.
    """
    texts: dict[str, CarriedText] = {}
    shared: dict[str, Any] = {}
    mains = [locale for _place, locale, _text, _shared, is_main in parts if is_main]
    if len(mains) > 1:
        raise BadField("main", Text("More than one language says that it is the main one."))
    for _place, locale, text, given, _is_main in parts:
        if locale in texts:
            raise BadField("locale", Text("The language %(locale)s comes twice.", locale=locale[:20]))
        texts[locale] = text
        for name, value in given.items():
            if shared.setdefault(name, value) != value:
                raise BadField(
                    name,
                    Text("The languages of this article say different things of “%(field)s”.", field=name),
                )
    main = mains[0] if mains else first if first in texts else next(iter(texts))
    return replace(Carried(key=key, main_locale=main, texts=texts, place=place), **shared)
