"""Markdown of articles on its way to readers: harmless HTML, headings to jump to, and plain text for the index."""

from dataclasses import dataclass

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from faq.editing import slug_of

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@dataclass(frozen=True)
class Passage:
    """A piece of an article below one heading, as plain text."""

    anchor: str
    heading: str
    text: str


def html(body: str) -> Markup:
    """The article's HTML; whatever could do harm is left out."""
    return Markup(nh3.clean(READER.render(body)))  # noqa: S704 - cleaned just now


def passages(body: str) -> list[Passage]:
    """The article in pieces, heading by heading."""
    found: list[Passage] = []
    heading, anchor, said = "", "", list[str]()
    tokens = READER.parse(body)
    for place, token in enumerate(tokens):
        if token.type != "inline":
            continue
        if tokens[place - 1].type == "heading_open":
            found += [Passage(anchor, heading, "\n".join(said))] if said else []
            heading, said = _plain(token), []
            anchor = slug_of(heading)
        else:
            said.append(_plain(token))
    return [*found, *([Passage(anchor, heading, "\n".join(said))] if said or heading else [])]


def plain(body: str) -> str:
    """The article without any marks."""
    return "\n".join("\n".join(part for part in (one.heading, one.text) if part) for one in passages(body))


def _plain(token: Token) -> str:
    return "".join(
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in token.children or ()
        if child.type in ("text", "code_inline", "softbreak", "hardbreak", "image")
    ).strip()
