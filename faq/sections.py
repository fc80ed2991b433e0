"""An article's sections: each heading with its anchor, and what stands below it in plain text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from faq.parsing import words_of
from faq.slugs import slug_of

LONGEST_ANCHOR = 60
# So that no heading takes the name of a place that the page around it has, such as "search" or "content".
ANCHOR_BEGINNING = "s-"


@dataclass(frozen=True)
class Heading:
    """A heading of an article. `level` is 2 for the highest one, since the title is level 1."""

    anchor: str
    text: str
    level: int


@dataclass
class Section:
    """A heading (none before the first one) and the lines below it: paragraphs, list items, rows of tables."""

    heading: Heading | None
    lines: list[str] = field(default_factory=list)


def headings_of(tokens: Sequence[Token]) -> list[Heading]:
    """The headings in their order; levels begin at 2 and leave no gap, whatever the writer began with."""
    written = [
        (int(token.tag[1]), words_of(tokens[place + 1].children or ()))
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    ]
    levels = sorted({level for level, words in written if words})
    taken: dict[str, int] = {}
    return [
        Heading(_free_anchor(words, taken), words, min(levels.index(level) + 2, 6))
        for level, words in written
        if words
    ]


def anchor_of(words: str) -> str:
    """The anchor of a heading, in its own letters: "반품 주소" → "s-반품-주소"."""
    return ANCHOR_BEGINNING + (slug_of(words)[:LONGEST_ANCHOR].strip("-") or "section")


def _free_anchor(words: str, taken: dict[str, int]) -> str:
    """The heading's anchor, numbered when an earlier heading has it; `taken` keeps how far each was counted."""
    wanted = anchor_of(words)
    anchor = wanted
    while anchor in taken:
        taken[wanted] += 1
        anchor = f"{wanted}-{taken[wanted]}"
    taken[anchor] = 1
    return anchor


def sections(tokens: Sequence[Token]) -> list[Section]:
    """The article in sections; one without a heading stands first if anything is said before the first heading."""
    coming = iter(headings_of(tokens))
    found = [Section(None)]
    for kind, line in _lines(tokens):
        if kind == "heading":
            found.append(Section(next(coming)))
        else:
            found[-1].lines.append(line)
    return found if found[0].lines else found[1:]


class _Lists:
    """The lists that are open, and the mark of the item that has just begun."""

    def __init__(self) -> None:
        self.numbers: list[int | None] = []  # Of the coming item; None where items have bullets.
        self.mark = ""

    def note(self, token: Token) -> None:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            ordered = token.type == "ordered_list_open"
            start = token.attrGet("start")
            self.numbers.append((1 if start is None else int(start)) if ordered else None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self.numbers.pop()
        elif token.type == "list_item_open":
            number = self.numbers[-1]
            self.mark = "• " if number is None else f"{number}. "
            self.numbers[-1] = None if number is None else number + 1

    def marked(self, words: str) -> str:
        """The item's first line with its mark; further ones without."""
        mark, self.mark = self.mark, ""
        return mark + words


def _lines(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Each line with what it is: list items carry their mark, the cells of a row stand beside each other."""
    lists, row = _Lists(), list[str]()
    inside_row = False
    for place, token in enumerate(tokens):
        lists.note(token)
        if token.type in ("tr_open", "tr_close"):
            inside_row = token.type == "tr_open"
            if not inside_row:
                yield "row", " | ".join(row)
            row = []
        elif token.type in ("fence", "code_block"):
            yield "code", token.content.strip("\n")
        elif token.type == "inline":
            words = words_of(token.children or ())
            if inside_row:
                row.append(words)
            elif words:
                is_heading = tokens[place - 1].type == "heading_open"
                yield ("heading", words) if is_heading else ("text", lists.marked(words))
