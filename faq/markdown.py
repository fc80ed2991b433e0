"""Markdown of articles on its way to readers: harmless HTML, headings to jump to, and plain text for the index.

Every function raises BadArticle for a text that cannot be read within about a second.
"""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from faq.dressing import dressed
from faq.parsing import parse
from faq.sections import Heading, Section, headings_of, sections

LONGEST_PASSAGE = 600  # Characters: about what is read at one glance, and what an encoder takes in whole.
LONGEST_SUMMARY = 160  # Characters: what search engines show of a description.
_SENTENCE = re.compile(r"(?<=[.!?。…])\s+")


@dataclass(frozen=True)
class Passage:
    """A piece of an article below one heading, as plain text."""

    anchor: str
    heading: str
    text: str


@dataclass(frozen=True)
class Rendered:
    """All that a page shows of a text."""

    html: Markup
    headings: tuple[Heading, ...]
    summary: str


def rendered(
    body: str, *, sizes: Mapping[str, tuple[int, int]] | None = None, own_hosts: Collection[str] = ()
) -> Rendered:
    """The text as a page shows it.

    `sizes` are the width and height of each picture that there is, by its digest; a picture without one is shown as
    its description (with None, all are taken for there). Links to `own_hosts` (without "www.") do not count as
    leading outside. Words that the page adds are in the current language.
    """
    tokens = parse(body)
    headings = headings_of(tokens)
    said = _summary(sections(tokens), LONGEST_SUMMARY)
    return Rendered(dressed(tokens, headings, sizes=sizes, own_hosts=own_hosts), tuple(headings), said)


def html(
    body: str, *, sizes: Mapping[str, tuple[int, int]] | None = None, own_hosts: Collection[str] = ()
) -> Markup:
    """The article's HTML, as `rendered` makes it."""
    return rendered(body, sizes=sizes, own_hosts=own_hosts).html


def check(body: str) -> None:
    """Raise BadArticle for a text that could not be shown."""
    parse(body)


def passages(body: str) -> list[Passage]:
    """The article in pieces of some 600 characters at most, none across a heading."""
    found = []
    for section in sections(parse(body)):
        anchor, heading = (section.heading.anchor, section.heading.text) if section.heading else ("", "")
        found += [Passage(anchor, heading, text) for text in _pieces(section.lines)]
    return found


def plain(body: str) -> str:
    """The article without any marks."""
    return "\n".join(
        line
        for section in sections(parse(body))
        for line in ([section.heading.text] if section.heading else []) + section.lines
    )


def summary(body: str, most: int = LONGEST_SUMMARY) -> str:
    """The beginning of what the article says, in at most that many characters."""
    return _summary(sections(parse(body)), most)


def _summary(found: Sequence[Section], most: int) -> str:
    said = " ".join(line for section in found for line in section.lines)
    words = " ".join((said or " ".join(one.heading.text for one in found if one.heading)).split())
    if len(words) <= most:
        return words
    cut = words[: most - 1]
    whole = cut.rpartition(" ")[0]
    return (whole if len(whole) > most // 2 else cut).rstrip(" ,.;:") + "…"


def _pieces(lines: Sequence[str]) -> list[str]:
    """The lines put together to pieces; a heading that nothing stands below makes one empty piece."""
    return _joined((short for long in lines for short in _shortened(long)), "\n") or [""]


def _shortened(line: str) -> list[str]:
    """A paragraph; one much longer than a piece is cut between its sentences."""
    if len(line) <= 2 * LONGEST_PASSAGE:
        return [line]
    return _joined(_SENTENCE.split(line), " ")


def _joined(parts: Iterable[str], between: str) -> list[str]:
    """Neighbours put together as long as they make no more than a piece."""
    found: list[str] = []
    for part in parts:
        if found and len(found[-1]) + len(between) + len(part) <= LONGEST_PASSAGE:
            found[-1] += between + part
        else:
            found.append(part)
    return found
