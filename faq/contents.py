"""An article's HTML laid out on a page: headings below the page's own, a table of contents, tables that can be scrolled."""

import html as entities
import re
from dataclasses import dataclass

from markupsafe import Markup

from core.languages import gettext as _
from faq.slugs import slug_of

HEADING = re.compile(r'<h([1-6])((?: [\w-]+="[^"]*")*)>(.*?)</h\1>', re.DOTALL)
ANCHOR = re.compile(r' id="([^"]*)"')
TAG = re.compile(r"<[^>]*>")
WITHIN_WORDS = re.compile(r"</?(?:a|abbr|b|code|del|em|i|ins|mark|s|span|strong|sub|sup|u)\b[^>]*>")
# So that no heading takes the name of a place that the page around it has, such as "content".
ANCHOR_BEGINNING = "s-"
SCROLLED = 'class="table-scroll"'  # What tables stand in that are dressed already.
# Fewer headings are seen at a glance.
FEWEST_FOR_CONTENTS = 3


@dataclass(frozen=True)
class Heading:
    """A line of the table of contents."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Contents:
    """The laid out HTML, its main headings when they are worth a table of contents, and all of it in one plain line."""

    html: Markup
    headings: tuple[Heading, ...]
    plain: str


def laid_out(cleaned: Markup) -> Contents:
    """Fit cleaned HTML into a page whose title is its only first heading.

    Only levels, anchors and wrappers are added; the HTML must come cleaned from faq/markdown.py.
    """
    levels = [int(found[1]) for found in HEADING.finditer(cleaned)]
    fitted = iter(_fitted(levels))
    headings: list[Heading] = []
    taken: set[str] = set()

    def placed(found: re.Match[str]) -> str:
        level, attributes = next(fitted), found[2]
        text = entities.unescape(TAG.sub("", found[3])).strip()
        known = ANCHOR.search(attributes)
        anchor = (
            entities.unescape(known[1])
            if known
            else _free(ANCHOR_BEGINNING + (slug_of(text) or "part"), taken)
        )
        taken.add(anchor)
        if level == 2 and text:
            headings.append(Heading(anchor, text))
        own = "" if known else f' id="{anchor}"'
        return f"<h{level}{own}{attributes}>{found[3]}</h{level}>"

    said = HEADING.sub(placed, str(cleaned))
    said = said.replace("<pre>", '<pre tabindex="0">')
    if SCROLLED not in said:
        opened = (
            f'<div {SCROLLED} role="group" tabindex="0" aria-label="{entities.escape(_("Table"))}"><table'
        )
        said = said.replace("<table", opened).replace("</table>", "</table></div>")
    worth = tuple(headings) if len(headings) >= FEWEST_FOR_CONTENTS else ()
    return Contents(Markup(said), worth, _plain(cleaned))  # noqa: S704 - came cleaned


def _plain(cleaned: str) -> str:
    return " ".join(entities.unescape(TAG.sub(" ", WITHIN_WORDS.sub("", cleaned))).split())


def _fitted(levels: list[int]) -> list[int]:
    """The levels moved so that they begin below the title and none is left out on the way down."""
    if not levels:
        return []
    highest, found = min(levels), list[int]()
    for level in levels:
        above = found[-1] if found else 1
        found.append(min(level - highest + 2, above + 1, 6))
    return found


def _free(wanted: str, taken: set[str]) -> str:
    number, anchor = 1, wanted
    while anchor in taken:
        number += 1
        anchor = f"{wanted}-{number}"
    return anchor
