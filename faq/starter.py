"""The starter set: example articles of a small shop in English and Korean, taken in as drafts from `starter/`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import frontmatter
from sqlmodel import Session

from core import clock
from faq import editing, queries
from faq.help_centres import help_centre_of
from faq.publishing import OWNERS_NOTE
from faq.schemas import ArticleForm, TextForm

FOLDER = Path(__file__).parent / "starter"
SOURCE = "starter:"


@dataclass(frozen=True)
class Example:
    """An article of the set: what its languages share, its texts by locale, and the keys of its relatives."""

    key: str
    main_locale: str
    form: ArticleForm
    texts: Mapping[str, TextForm]
    related: tuple[str, ...]

    @property
    def source(self) -> str:
        """By what an installed article is known again."""
        return SOURCE + self.key


@dataclass(frozen=True)
class Category:
    """A category of the set, named in each language."""

    slug: str
    position: int
    names: Mapping[str, str]


def install(session: Session, *, store_id: int, by: str) -> int:
    """Take the set in as drafts and say how many articles came; those already there stay as their owner left them."""
    centre = help_centre_of(session, store_id)
    centre.starter_at = centre.starter_at or clock.now()
    session.add(centre)
    for category in categories():
        editing.name_category(
            session, store_id, slug=category.slug, names=category.names, position=category.position
        )
    added = [
        example for example in examples() if queries.article_from(session, store_id, example.source) is None
    ]
    for example in added:
        _take_in(session, store_id, example, by)
    for example in added:
        _relate(session, store_id, example)
    return len(added)


def without_notes(body: str) -> str:
    """The text as it stands once its owner has decided everything: the notes to the owner are gone."""
    kept = [part for part in body.split("\n\n") if not part.startswith(OWNERS_NOTE)]
    return "\n\n".join(kept)


@cache
def categories() -> tuple[Category, ...]:
    """The set's categories in their order."""
    return tuple(Category(**row) for row in json.loads((FOLDER / "categories.json").read_text("utf-8")))


@cache
def examples() -> tuple[Example, ...]:
    """The set's articles by category and position, so that they are read in the owner's order."""
    found: dict[str, dict[str, frontmatter.Post]] = {}
    for path in sorted(FOLDER.glob("*.md")):
        key, locale = path.stem.rsplit(".", 1)
        # Its default loader is YAML's safe one: a file can make texts, lists and numbers, nothing else.
        found.setdefault(key, {})[locale] = frontmatter.loads(path.read_text("utf-8"))
    order = {category.slug: category.position for category in categories()}
    made = [_example(key, posts) for key, posts in found.items()]
    return tuple(sorted(made, key=lambda one: (order[one.form.category], one.form.position)))


def _example(key: str, posts: Mapping[str, frontmatter.Post]) -> Example:
    main = next(locale for locale, post in posts.items() if post.get("main"))
    shared: dict[str, Any] = posts[main].metadata
    form = ArticleForm(
        kind=shared["kind"],
        policy=shared.get("policy", ""),
        category=shared["category"],
        audience=shared["audience"],
        position=shared["position"],
        example=shared["example"],
        source=SOURCE + key,
    )
    return Example(key, main, form, {at: _text(post) for at, post in posts.items()}, tuple(shared["related"]))


def _text(post: frontmatter.Post) -> TextForm:
    fields: dict[str, Any] = post.metadata
    return TextForm(
        title=fields["title"], slug=fields["slug"], samples=tuple(fields["samples"]), body=post.content
    )


def _take_in(session: Session, store_id: int, example: Example, by: str) -> None:
    """The main language first: translations follow what it says."""
    main = example.main_locale
    first = editing.create(
        session,
        store_id,
        locale=main,
        form=example.form,
        text=_at_free_address(session, store_id, main, example.texts[main]),
        by=by,
    )
    article = queries.article(session, first.article_id)
    for locale, text in example.texts.items():
        if locale != main:
            form = _at_free_address(session, store_id, locale, text)
            editing.save_text(session, article, locale=locale, form=form, by=by)


def _at_free_address(session: Session, store_id: int, locale: str, text: TextForm) -> TextForm:
    """The text at its own address, or beside an article of the shop that has it already."""
    return text.model_copy(update={"slug": editing.free_slug(session, store_id, locale, text.slug)})


def _relate(session: Session, store_id: int, example: Example) -> None:
    """Show the relatives below it; one that its owner deleted has no number and is left out."""
    article = queries.article_from(session, store_id, example.source)
    relatives = [queries.article_from(session, store_id, SOURCE + key) for key in example.related]
    if article is not None:
        related = tuple(int(one.id or 0) for one in relatives if one is not None)
        editing.save_article(session, article, example.form.model_copy(update={"related": related}))
