"""How a letter looks: one fact, one button, a plain-text twin; readable with images off, in light and in dark."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment

from core.colours import filled
from core.languages import speaking
from core.web import environment

FONTS = "system-ui,-apple-system,'Segoe UI',Roboto,'Apple SD Gothic Neo','Noto Sans KR','Malgun Gothic',sans-serif"
# Korean lines break between words, on screens as in books.
WORDS = {"ko": "word-break:keep-all;overflow-wrap:break-word"}


@cache
def _templates() -> Environment:
    return environment(["outbox"])


def framed(
    language: str,
    *,
    brand: str,
    accent: str,
    title: str,
    paragraphs: Sequence[str],
    entries: Sequence[tuple[str, str, str]] = (),
    button: tuple[str, str] | None = None,
    small_print: str = "",
) -> tuple[str, str]:
    """The letter as (text, html). All texts are plain; line breaks inside a paragraph are kept.

    `entries` are a list below the paragraphs: what, its full address, and a number beside it.
    `brand` is the shop's or the service's name, `accent` the shop's colour as "#rrggbb" (anything else becomes
    ours), `button` its label and its full address.
    """
    ground, ink = filled(accent)
    values = {
        "language": language,
        "brand": brand,
        "accent": ground,
        "on_accent": ink,
        "title": title,
        "paragraphs": [paragraph.strip() for paragraph in paragraphs],
        "entries": entries,
        "button": button,
        "small_print": small_print.strip(),
        "fonts": FONTS,
        "words": WORDS.get(language, ""),
    }
    with speaking(language):
        text = _templates().get_template("outbox/frame.txt").render(values)
        html = _templates().get_template("outbox/frame.html").render(values)
    return text.strip("\n") + "\n", html
