"""Reading Markdown within bounded time, and judging every address in it."""

import re
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from functools import partial
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.normalize_url import normalizeLink
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline, emphasis, strikethrough
from markdown_it.rules_inline.state_inline import Scanned
from markdown_it.token import Token

from core.languages import Text
from faq import targets
from faq.errors import BadArticle
from faq.guarded import GUARDED_ADDRESS, unguarded
from faq.schemas import LONGEST_BODY

# Values of variables may make a text longer than what its writer could save.
LONGEST_READ = 2 * LONGEST_BODY
# Measured on two cores of 2024: 60,000 steps take 0.3 to 0.9 s, the densest honest 200,000 characters 40,000.
MOST_STEPS = 60_000
BLOCK_STEPS = 3  # A block costs about three times what a mark inside a line does.
MOST_CELLS = 12_000  # Each is some 40 µs; short rows are filled up to the width of the table.
DEEPEST = 20
MOST_ADDRESSES = (
    1_000_000  # Characters of all addresses: a reference of one line can be repeated thousandfold.
)
_TABLE = re.compile(r"[\s>*+\d.):|-]*-[\s>*+\d.):|-]*")
_BARE = re.compile(
    rf"({GUARDED_ADDRESS})|(?<![\w:+.-])(https?://[\w.:/?#@!$&()+,;=%~*'-]{{1,2000}})", re.ASCII
)
_AFTER_ADDRESS = ".,;:!?'*_~"
_EASTERN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]")

Environment = MutableMapping[str, Any]


def parse(body: str) -> list[Token]:
    """The tokens of a text: values unguarded, links and pictures judged. Raises BadArticle when reading it takes too long."""
    if len(body) > LONGEST_READ:
        raise BadArticle(
            Text(
                "The text is longer than %(most)s characters. Please divide it into several articles.",
                most=LONGEST_BODY,
            ),
            fields=["body"],
        )
    if sum(_cells(body.splitlines())) > MOST_CELLS:
        raise _too_much(Text("A table in it is too large. Please divide the table or the article."))
    try:
        tokens = _READER.parse(body, {})
    except RecursionError as problem:
        raise _nested() from problem
    for token in tokens:
        _treat(token)
    total = sum(len(str(child.attrGet("href") or "")) for token in tokens for child in token.children or ())
    if total > MOST_ADDRESSES:
        raise _too_much(Text("It repeats long addresses too often. Please use fewer or shorter links."))
    return tokens


def render(tokens: Sequence[Token]) -> str:
    """HTML of the tokens, not yet cleaned."""
    return str(_READER.renderer.render(tokens, _READER.options, {}))


def _too_much(why: Text) -> BadArticle:
    return BadArticle(why, fields=["body"])


def _nested() -> BadArticle:
    return _too_much(Text("Lists or quotes in it stand too deep in one another. Please use fewer levels."))


# -- bounded cost ------------------------------------------------------------------------------------------------


def _step(env: Environment, cost: int) -> None:
    env["steps"] = env.get("steps", 0) + cost
    if env["steps"] > MOST_STEPS:
        raise _too_much(
            Text(
                "It holds more lines or marks than can be shown at once. Please divide it into several articles."
            )
        )


def _count_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    _step(state.env, BLOCK_STEPS)
    if state.level > DEEPEST:
        raise _nested()
    return False


def _count_mark(state: StateInline, silent: bool) -> bool:
    _step(state.env, 1)
    return False


def _cells(lines: Sequence[str]) -> Iterator[int]:
    """At least the cells of each table: the width that the line below its head gives, times its lines."""
    width = 0
    for line in lines:
        if "|" in line and _TABLE.fullmatch(line):
            width = line.count("|") + 1
        elif not line.strip(" >\t"):
            width = 0
        yield width


# -- emphasis beside letters that are written without spaces -------------------------------------------------------


def _flanking(state: StateInline, start: int, can_split_word: bool) -> Scanned:
    """Let marks open and close beside Hangul too: in `**"무료"**로` the particle follows without a space."""
    found = StateInline.scanDelims(state, start, can_split_word)
    if not can_split_word:
        return found
    before = state.src[start - 1] if start > 0 else " "
    after = state.src[start + found.length] if start + found.length < state.posMax else " "
    opens = bool(_EASTERN.match(before)) and not after.isspace()
    closes = bool(_EASTERN.match(after)) and not before.isspace()
    return Scanned(found.can_open or opens, found.can_close or closes, found.length)


def _beside_hangul(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    def rule_with_flanking(state: StateInline, silent: bool) -> bool:
        state.scanDelims = partial(_flanking, state)  # type: ignore[method-assign]
        return rule(state, silent)

    return rule_with_flanking


def _reader() -> MarkdownIt:
    found = MarkdownIt("commonmark", {"html": False, "maxNesting": DEEPEST + 5})
    found.enable(["table", "strikethrough"])
    found.block.ruler.before("table", "steps", _count_block)
    found.inline.ruler.before("text", "steps", _count_mark)
    found.inline.ruler.at("emphasis", _beside_hangul(emphasis.tokenize))
    found.inline.ruler.at("strikethrough", _beside_hangul(strikethrough.tokenize))
    found.normalizeLink = lambda url: normalizeLink(unguarded(url))  # type: ignore[method-assign]
    # Every address is taken here and judged in `_children`, so that a refused link still shows its words.
    found.validateLink = lambda url: True  # type: ignore[method-assign]
    return found


_READER = _reader()


# -- addresses ---------------------------------------------------------------------------------------------------


def _treat(token: Token) -> None:
    if token.children is not None:
        token.children = _children(token.children)
    token.content = unguarded(token.content)


def _children(children: Sequence[Token]) -> list[Token]:
    """Links without those that may not be, pictures of ours alone, addresses in the text made to links."""
    found: list[Token] = []
    open_links: list[bool] = []
    for child in children:
        if child.type == "link_open":
            allowed = targets.may_lead_to(str(child.attrGet("href") or ""))
            open_links.append(allowed)
            found += [child] if allowed else []
        elif child.type == "link_close":
            found += [child] if open_links.pop() else []
        elif child.type == "image":
            found += _picture(child, inside_link=any(open_links))
        elif child.type == "text" and not any(open_links):
            found += _with_links(child)
        else:
            found.append(child)
    for child in found:
        child.content = unguarded(child.content)
    return found


def _picture(token: Token, *, inside_link: bool) -> list[Token]:
    """The picture if it is ours; one from elsewhere is a link to it, one from nowhere its description."""
    address = str(token.attrGet("src") or "")
    if targets.image_digest(address):
        token.children = _children(token.children or ())
        return [token]
    words = words_of(token.children or ()) or (address if targets.is_outside(address) else "")
    if inside_link or not (targets.is_outside(address) and targets.may_lead_to(address)):
        return [_text(words)]
    return _link(address, words)


def _with_links(token: Token) -> list[Token]:
    """The text with the addresses in it made to links; a particle right behind one is no part of it."""
    found: list[Token] = []
    end = 0
    for match in _BARE.finditer(token.content):
        address = unguarded(match[0]) if match[1] else _trimmed(match[0])
        if not targets.may_lead_to(normalizeLink(address)):
            continue
        found += [_text(token.content[end : match.start()]), *_link(normalizeLink(address), address)]
        end = match.end() if match[1] else match.start() + len(address)
    if not found:
        return [token]
    return [one for one in [*found, _text(token.content[end:])] if one.content or one.type != "text"]


def _trimmed(address: str) -> str:
    """An address without the marks of the sentence around it."""
    while address and (
        address[-1] in _AFTER_ADDRESS or (address[-1] == ")" and address.count(")") > address.count("("))
    ):
        address = address[:-1]
    return address


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _link(address: str, words: str) -> list[Token]:
    return [
        Token("link_open", "a", 1, attrs={"href": address}),
        _text(words),
        Token("link_close", "a", -1),
    ]


def words_of(children: Sequence[Token]) -> str:
    """What a line says, without marks; a picture says its description."""
    return "".join(_words(child) for child in children).strip()


def _words(child: Token) -> str:
    if child.type in ("softbreak", "hardbreak"):
        return " "
    if child.type == "image":
        return words_of(child.children or ())
    return unguarded(child.content)
