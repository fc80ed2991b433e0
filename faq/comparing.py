"""What changed between two versions, word by word, in any language that writes words apart or letters together."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

WORDS = re.compile(r"\s+|\w+|[^\w\s]")
# Unchanged lines that are shown around a change; a longer stretch is named by its length.
AROUND = 2
# Comparing takes the product of both lengths in steps. Beyond this (some 0.5 s) a passage is shown as replaced whole.
MOST_STEPS = 4_000_000

Kind = Literal["same", "gone", "new", "skipped"]


@dataclass(frozen=True)
class Piece:
    """A run of text that is the same in both, only in the old one ("gone") or only in the new one ("new").

    "skipped" stands for `lines` unchanged lines that are not shown.
    """

    kind: Kind
    text: str
    lines: int = 0


def compare(old: str, new: str) -> Sequence[Piece]:
    """The new text with what was taken out and put in; unchanged stretches are shortened to their ends."""
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    pieces: list[Piece] = []
    blocks = _blocks(before, after)
    for place, (tag, old_lines, new_lines) in enumerate(blocks):
        if tag == "equal":
            pieces += _shortened(new_lines, first=place == 0, last=place == len(blocks) - 1)
        else:
            pieces += _words("".join(old_lines), "".join(new_lines))
    return pieces


def differs(pieces: Sequence[Piece]) -> bool:
    """Whether there is any change among them."""
    return any(piece.kind in ("gone", "new") for piece in pieces)


def _blocks(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, Sequence[str], Sequence[str]]]:
    """Stretches of both that are equal or not, in order."""
    if len(old) * len(new) > MOST_STEPS:
        return [("replace", old, new)]
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [(tag, old[a:b], new[c:d]) for tag, a, b, c, d in matcher.get_opcodes()]


def _words(old: str, new: str) -> Iterator[Piece]:
    for tag, gone, came in _blocks(WORDS.findall(old), WORDS.findall(new)):
        if tag == "equal":
            yield Piece("same", "".join(came))
            continue
        if gone:
            yield Piece("gone", "".join(gone))
        if came:
            yield Piece("new", "".join(came))


def _shortened(lines: Sequence[str], *, first: bool, last: bool) -> list[Piece]:
    head = 0 if first else AROUND
    tail = 0 if last else AROUND
    hidden = len(lines) - head - tail
    if hidden <= AROUND:
        return [Piece("same", "".join(lines))]
    return [
        *([Piece("same", "".join(lines[:head]))] if head else []),
        Piece("skipped", "", hidden),
        *([Piece("same", "".join(lines[-tail:]))] if tail else []),
    ]
