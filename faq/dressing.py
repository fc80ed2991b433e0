"""HTML of an article as pages show it: its headings below the page's title, tables that scroll, links that say where
they lead. What comes out holds nothing but the tags and attributes listed here, whatever went in.
"""

from collections.abc import Callable, Collection, Mapping, Sequence

import nh3
from markdown_it.token import Token
from markupsafe import Markup

from core.languages import gettext as _
from faq import targets
from faq.parsing import render, words_of
from faq.sections import ANCHOR_BEGINNING, Heading, anchor_of

Sizes = Mapping[str, tuple[int, int]]

ALIGNED = {"align-left", "align-center", "align-right"}
CLASSES = {
    "div": {"table-scroll"},
    "p": {"link-card"},
    "span": {"link-card-site"},
    "th": ALIGNED,
    "td": ALIGNED,
}
HEADINGS = ("h2", "h3", "h4", "h5", "h6")
TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "blockquote", "ul", "ol", "li", "code", "pre", "a", "img"),
    *("table", "thead", "tbody", "tr", "th", "td", "div", "span"),
    *HEADINGS,
}
ATTRIBUTES = {
    "a": {"href", "rel"},
    "img": {"src", "alt", "width", "height", "loading"},
    "ol": {"start"},
    "th": {"scope"},
    "div": {"role", "aria-label", "tabindex"},
    **{heading: {"id"} for heading in HEADINGS},
    "*": set[str](),
}
JUDGES: Mapping[str, Callable[[str], bool]] = {
    "href": targets.may_lead_to,
    "src": lambda address: bool(targets.image_digest(address)),
    "id": lambda anchor: anchor.startswith(ANCHOR_BEGINNING),
}
# Outside sites learn nothing of the page they were opened from by `window.opener`, and gain no rank by us.
REL_OUTSIDE = "noopener nofollow"


def dressed(
    tokens: Sequence[Token], headings: Sequence[Heading], *, sizes: Sizes | None, own_hosts: Collection[str]
) -> Markup:
    """The tokens as HTML. `sizes` are the pictures that there are, by digest; `own_hosts` the shop's own sites."""
    ready = _with_headings(tokens, headings)
    for place, token in enumerate(ready):
        if token.type in ("th_open", "td_open"):
            _dress_cell(token)
        for child in token.children or ():
            _dress(child, own_hosts)
        if token.children is not None:
            token.children = _with_known_pictures(token.children, sizes)
            if token.level == 1 and ready[place - 1].type == "paragraph_open" and len(token.children) > 2:
                _dress_card(ready[place - 1], token)
    return Markup(_cleaned(render(_with_scrolling(ready))))  # noqa: S704 - cleaned just now


def _cleaned(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,  # Set above, and only where it belongs.
        attribute_filter=_judged,
    )


def _judged(tag: str, name: str, value: str) -> str | None:
    """The attribute's value if it may stand; a second look, should anything have passed the first."""
    allowed = JUDGES.get(name)
    return value if allowed is None or allowed(value) else None


def _with_headings(tokens: Sequence[Token], headings: Sequence[Heading]) -> list[Token]:
    """The tokens with anchors and levels on their headings; a heading that says nothing is left out."""
    coming = iter(headings)
    found: list[Token] = []
    empty = False
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            empty = not words_of(tokens[place + 1].children or ())
            if not empty:
                heading = next(coming)
                token.tag = f"h{heading.level}"
                token.attrSet("id", heading.anchor)
        elif token.type == "heading_close":
            empty, was_empty = False, empty
            if was_empty:
                continue
            token.tag = found[-2].tag
        if not empty:
            found.append(token)
    return found


def _dress_cell(token: Token) -> None:
    """A column's head says so; its alignment is a class, since pages allow no inline style."""
    style = str(token.attrs.pop("style", ""))
    if style:
        token.attrSet("class", "align-" + style.removeprefix("text-align:"))
    if token.type == "th_open":
        token.attrSet("scope", "col")


def _dress(child: Token, own_hosts: Collection[str]) -> None:
    if child.type != "link_open":
        return
    address = str(child.attrGet("href") or "")
    if address.startswith("#"):
        child.attrSet("href", "#" + _place(address[1:]))
    elif targets.is_outside(address) and targets.host_of(address) not in own_hosts:
        child.attrSet("rel", REL_OUTSIDE)


def _place(fragment: str) -> str:
    """The anchor that a writer means who wrote a heading's words after the "#"."""
    return fragment if fragment.startswith(ANCHOR_BEGINNING) else anchor_of(targets.readable(fragment))


def _with_known_pictures(children: Sequence[Token], sizes: Sizes | None) -> list[Token]:
    """Pictures with their size, so that nothing jumps while they load; one that is not there is its description."""
    found = []
    for child in children:
        if child.type == "image":
            digest = targets.image_digest(str(child.attrGet("src") or ""))
            size = (sizes or {}).get(digest)
            if sizes is not None and size is None:
                found.append(Token("text", "", 0, content=words_of([child])))
                continue
            child.attrs |= {"width": str(size[0]), "height": str(size[1])} if size else {}
            child.attrSet("loading", "lazy")
        found.append(child)
    return found


def _dress_card(paragraph: Token, line: Token) -> None:
    """A link to a video or to a page of ours that stands alone becomes a card. Nothing is loaded from the video's site."""
    children = line.children or []
    is_link = children[0].type == "link_open" and children[-1].type == "link_close"
    if not is_link or sum(child.type == "link_open" for child in children) != 1:
        return
    address = str(children[0].attrGet("href") or "")
    site = targets.video_site(address)
    if not site and not address.startswith("/"):
        return
    paragraph.attrSet("class", "link-card")
    if site:
        said = words_of(children[1:-1])
        bare = "://" in said
        line.children = [
            children[0],
            *([Token("text", "", 0, content=_("Watch the video"))] if bare else children[1:-1]),
            Token("text", "", 0, content=" "),
            Token("span_open", "span", 1, attrs={"class": "link-card-site"}),
            Token("text", "", 0, content=site),
            Token("span_close", "span", -1),
            children[-1],
        ]


def _with_scrolling(tokens: Sequence[Token]) -> list[Token]:
    """Tables inside a box that scrolls by itself, also by keyboard, so that a wide one does not widen the page."""
    found: list[Token] = []
    for token in tokens:
        if token.type == "table_open":
            box = {"class": "table-scroll", "role": "group", "aria-label": _("Table"), "tabindex": "0"}
            found.append(Token("box_open", "div", 1, attrs=dict(box), block=True))
        found.append(token)
        if token.type == "table_close":
            found.append(Token("box_close", "div", -1, block=True))
    return found
