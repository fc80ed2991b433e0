"""How a letter looks: one fact, one button, a plain-text twin; readable with images off, in light and in dark."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment

from core.languages import speaking
from core.web import environment

DEFAULT_ACCENT = "#2f6f5e"
INK = "#111111"
READABLE = 4.5  # WCAG 2 contrast for text.
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
    button: tuple[str, str] | None = None,
    small_print: str = "",
) -> tuple[str, str]:
    """The letter as (text, html). All texts are plain; line breaks inside a paragraph are kept.

    `brand` is the shop's or the service's name, `accent` the shop's colour as "#rrggbb" (anything else becomes
    ours), `button` its label and its full address.
    """
    ground, ink = _button_colours(accent)
    values = {
        "language": language,
        "brand": brand,
        "accent": ground,
        "on_accent": ink,
        "title": title,
        "paragraphs": [paragraph.strip() for paragraph in paragraphs],
        "button": button,
        "small_print": small_print.strip(),
        "fonts": FONTS,
        "words": WORDS.get(language, ""),
    }
    with speaking(language):
        text = _templates().get_template("outbox/frame.txt").render(values)
        html = _templates().get_template("outbox/frame.html").render(values)
    return text.strip("\n") + "\n", html


def _button_colours(accent: str) -> tuple[str, str]:
    """The button's ground and ink; an accent between light and dark is darkened until white can be read on it."""
    ground = accent if _rgb(accent) else DEFAULT_ACCENT
    if _contrast(ground, "#ffffff") >= READABLE:
        return ground, "#ffffff"
    if _contrast(ground, INK) >= READABLE:
        return ground, INK
    while _contrast(ground, "#ffffff") < READABLE:
        ground = "#" + "".join(f"{int(part * 0.95):02x}" for part in _rgb(ground))
    return ground, "#ffffff"


def _rgb(colour: str) -> tuple[int, ...]:
    if len(colour) != 7 or not colour.startswith("#"):
        return ()
    try:
        return tuple(bytes.fromhex(colour[1:]))
    except ValueError:
        return ()


def _contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21 (WCAG 2.2, "relative luminance")."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [part / 255 for part in _rgb(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
