"""One language of an article as a Markdown file: what it is in front ("title: …"), its text after it.

Every value is plain text or a list of plain texts, read as it is written: "title: no" is the title "no". Anchors,
tags and nested values are refused; they are of no use here and can hide harm.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler

from core.languages import Text

Value = str | list[str]
LARGEST_HEAD = 64 * 1024
DEEPEST = 3
MOST_FIELDS = 40


class Unreadable(Exception):
    """The file cannot be read; at that line (from 1), for that reason."""

    def __init__(self, line: int, sentence: Text) -> None:
        super().__init__(str(sentence))
        self.line = line
        self.sentence = sentence


@dataclass(frozen=True)
class MarkdownFile:
    """A file taken apart. `lines` says at which line each field stands."""

    fields: Mapping[str, Value]
    lines: Mapping[str, int]
    body: str


class _PlainLoader(yaml.SafeLoader):
    """Reads the structure only, and refuses what has no place in it before it can grow."""

    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise Unreadable(_line(event), Text("References (“&” and “*”) are not taken here."))
        if getattr(event, "tag", None):
            raise Unreadable(_line(event), Text("Tags (“!”) are not taken here."))
        if self.depth >= DEEPEST:
            raise Unreadable(_line(event), Text("The values are nested too deeply."))
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


def _line(event: Any) -> int:
    # Marks count from 0, and their first line is the end of the one with the three hyphens.
    return int(event.start_mark.line) + 1


def read(text: str) -> MarkdownFile:
    """Take a file apart; one without front matter is all body. Raises Unreadable."""
    handler = YAMLHandler()
    if not re.match(r"-{3,}[^\S\n]*\n", text):
        return MarkdownFile({}, {}, text)
    try:
        head, body = handler.split(text)
    except ValueError:
        raise Unreadable(1, Text("The part in front begins with three hyphens and never ends.")) from None
    if len(head) > LARGEST_HEAD:
        raise Unreadable(1, Text("The part in front is longer than %(most)s KB.", most=LARGEST_HEAD // 1024))
    # The boundary takes blank lines along; they count when a line is named.
    skipped = text[: text.index(head)].count("\n") if head.strip() else 0
    return _fields(head, skipped, body)


def _fields(head: str, skipped: int, body: str) -> MarkdownFile:
    fields: dict[str, Value] = {}
    lines: dict[str, int] = {}
    for name, value in _pairs(head, skipped):
        key = name.value.strip().replace("-", "_").lower()
        at = _line(name) + skipped
        if key in fields:
            raise Unreadable(at, Text("“%(field)s” stands there twice.", field=key[:40]))
        fields[key], lines[key] = _value(value, key, at), at
    if len(fields) > MOST_FIELDS:
        raise Unreadable(1, Text("There are more than %(most)s fields.", most=MOST_FIELDS))
    return MarkdownFile(fields, lines, body)


def _pairs(head: str, skipped: int) -> list[tuple[yaml.ScalarNode, yaml.Node]]:
    try:
        node = yaml.compose(head, Loader=_PlainLoader)
    except Unreadable as problem:
        raise Unreadable(problem.line + skipped, problem.sentence) from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None) or getattr(problem, "context_mark", None)
        raise Unreadable(
            (mark.line + 1 if mark else 1) + skipped,
            Text("This is no “name: value”. Put the value in quotes if it holds a colon or other signs."),
        ) from None
    except (ValueError, RecursionError):
        raise Unreadable(1, Text("The part in front cannot be read.")) from None
    if node is None:
        return []
    if not isinstance(node, yaml.MappingNode) or not all(
        isinstance(name, yaml.ScalarNode) for name, _value in node.value
    ):
        raise Unreadable(_line(node) + skipped, Text("The part in front is made of lines “name: value”."))
    return list(node.value)


def _value(node: yaml.Node, name: str, at: int) -> Value:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode) and all(isinstance(one, yaml.ScalarNode) for one in node.value):
        return [str(one.value) for one in node.value]
    raise Unreadable(at, Text("“%(field)s” is neither a text nor a list of texts.", field=name[:40]))


def write(fields: Mapping[str, object], body: str) -> str:
    """The file of those fields and that body."""
    head = yaml.safe_dump(
        dict(fields), allow_unicode=True, sort_keys=False, width=2**31, default_flow_style=False
    )
    return f"---\n{head}---\n\n{body}\n"
