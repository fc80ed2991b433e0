"""HTML of a website's posts turned into our Markdown: what carries meaning stays, what a page builder adds goes."""

import html
import re
from collections.abc import Callable
from urllib.parse import urljoin, urlsplit

import nh3
from bs4 import BeautifulSoup, Tag
from markdownify import MarkdownConverter

LARGEST_HTML = 2_000_000  # Characters; parsing takes some ten times as much memory.
KEPT_TAGS = {
    "a", "b", "blockquote", "br", "caption", "code", "dd", "del", "div", "dl", "dt", "em", "figure", "figcaption",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "iframe", "video", "audio", "source",
}  # fmt: skip
KEPT_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt", "data-src", "data-lazy-src"},
    "iframe": {"src", "title"},
    "video": {"src"},
    "audio": {"src"},
    "source": {"src"},
    "ol": {"start"},
    "td": {"colspan"},
    "th": {"colspan"},
}
CAPTION = re.compile(r"\[(/?)caption[^\]]{0,500}\]")
ADDRESSED = re.compile(
    r"\[(?:embed|video|audio)(?:\s[^\]]{0,500}?\bsrc=[\"']([^\"'\]]{1,1000})[\"'])?[^\]]{0,500}\]"
    r"(?:\s{0,20}(https?://[^\s\[]{1,1000})\s{0,20}\[/\w{1,10}\])?"
)
CLOSING = re.compile(r"\[/([a-z][\w-]{1,40})\]")
WITH_ATTRIBUTES = re.compile(r"\[/?[a-z][\w-]{1,40}\s{1,20}[\w-]{1,40}=[^\]]{0,1000}\]")
ALONE = re.compile(
    r"\[/?(?:gallery|playlist|products?|woocommerce_\w+|contact-form-7|toc|ez-toc|vc_\w+|et_pb_\w+)[^\]]{0,500}\]"
)
BLOCK = re.compile(r"\s*</?(?:p|div|h[1-6]|ul|ol|li|table|figure|blockquote|pre|hr)\b", re.IGNORECASE)

OwnPicture = Callable[[str], str]


CONVERTER = MarkdownConverter(
    heading_style="atx", bullets="-", autolinks=False, table_infer_header=True, newline_style="backslash"
)


def markdown(source: str, *, site: str, own_picture: OwnPicture, raw: bool = False) -> str:
    """The Markdown of that HTML. `own_picture` gives the address of a picture of that site, "" for all others.

    Pictures of other sites become links, videos too: nothing of another machine is shown to readers.
    """
    text = _without_shortcodes(source[:LARGEST_HTML])
    if raw and "<!-- wp:" not in source:
        text = _paragraphs(text)
    clean = nh3.clean(
        text,
        tags=KEPT_TAGS,
        attributes=KEPT_ATTRIBUTES,
        clean_content_tags={"script", "style", "svg", "form", "template"},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
    )
    soup = BeautifulSoup(clean, "html.parser")
    for frame in soup.find_all(["iframe", "video", "audio"]):
        _as_link(soup, frame, site)
    for picture in soup.find_all("img"):
        _settle(soup, picture, site, own_picture)
    for caption in soup.find_all("figcaption"):
        caption.name = "p"
    try:
        found = str(CONVERTER.convert_soup(soup))
    except RecursionError:
        found = soup.get_text("\n")  # Nested deeper than any post that a person wrote.
    lines = [line.rstrip() for line in found.split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _without_shortcodes(text: str) -> str:
    """The text without WordPress' square brackets; a bracket that is none of them stays."""
    text = ADDRESSED.sub(_linked, CAPTION.sub(r"<\1figure>", text))
    for name in set(CLOSING.findall(text)):
        text = re.sub(rf"\[/?{re.escape(name)}(?:\s[^\]]{{0,500}})?\]", "", text)
    return ALONE.sub("", WITH_ATTRIBUTES.sub("", text))


def _linked(found: re.Match[str]) -> str:
    address = found[1] or found[2]
    return f'<p><a href="{html.escape(address)}">{html.escape(address)}</a></p>' if address else ""


def _paragraphs(text: str) -> str:
    """Paragraphs as WordPress makes them of blank lines."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]
    return "".join(part if BLOCK.match(part) else f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts)


def _as_link(soup: BeautifulSoup, frame: Tag, site: str) -> None:
    source = frame.get("src") or next(
        (one.get("src") for one in frame.find_all("source") if one.get("src")), ""
    )
    address = _whole(site, str(source or ""))
    if not address:
        frame.decompose()
        return
    link = soup.new_tag("a", href=_watched(address))
    link.string = str(frame.get("title") or _watched(address))
    paragraph = soup.new_tag("p")
    paragraph.append(link)
    frame.replace_with(paragraph)


def _whole(site: str, source: str) -> str:
    """The whole address of something on the web; "" when it is none."""
    try:
        address = urljoin(f"{site}/", source)
        known = urlsplit(address).scheme in ("http", "https")
    except ValueError:
        return ""
    return address if source and known else ""


def _watched(address: str) -> str:
    """The page of a video in place of its frame."""
    youtube = re.search(r"youtube(?:-nocookie)?\.com/embed/([\w-]{6,20})", address)
    vimeo = re.search(r"player\.vimeo\.com/video/(\d+)", address)
    if youtube:
        return f"https://www.youtube.com/watch?v={youtube[1]}"
    return f"https://vimeo.com/{vimeo[1]}" if vimeo else address


def _settle(soup: BeautifulSoup, picture: Tag, site: str, own_picture: OwnPicture) -> None:
    """A picture of the site gets its whole address, another one becomes a link."""
    source = str(picture.get("data-src") or picture.get("data-lazy-src") or picture.get("src") or "")
    own = own_picture(source)
    if own:
        picture.attrs = {"src": own, "alt": " ".join(str(picture.get("alt") or "").split())}
        return
    address = _whole(site, source)
    if not address:
        picture.decompose()
        return
    if picture.find_parent("a") is not None:
        picture.replace_with(str(picture.get("alt") or address))
        return
    link = soup.new_tag("a", href=address)
    link.string = str(picture.get("alt") or address)
    picture.replace_with(link)
