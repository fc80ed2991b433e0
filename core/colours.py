"""Colours of shops made readable: contrast by WCAG 2.2, and the nearest colour of the same hue that reaches it."""

import colorsys
import re

DEFAULT_ACCENT = "#2f6f5e"
WHITE, BLACK, INK = "#ffffff", "#000000", "#111111"
READABLE = 4.5  # WCAG 2.2 contrast for text.


def is_colour(text: str) -> bool:
    """Whether the text is a colour as we write them, "#rrggbb"."""
    return re.fullmatch(r"#[0-9a-fA-F]{6}", text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def readable_on(ground: str, colour: str, *, needed: float = READABLE) -> str:
    """The colour, moved away from the ground in its own hue until it reaches the contrast.

    Anything that is no colour becomes ours.
    """
    found = colour if is_colour(colour) else DEFAULT_ACCENT
    hue, light, saturation = colorsys.rgb_to_hls(*_parts(found))
    step = 0.01 if contrast(ground, WHITE) > contrast(ground, BLACK) else -0.01
    end = 1.0 if step > 0 else 0.0
    while contrast(found, ground) < needed and light != end:
        light = min(1.0, max(0.0, light + step))
        found = _colour(*colorsys.hls_to_rgb(hue, light, saturation))
    return found


def filled(accent: str) -> tuple[str, str]:
    """The ground and the ink of a button in that colour; one between light and dark is darkened until white can be read."""
    ground = accent if is_colour(accent) else DEFAULT_ACCENT
    if contrast(ground, WHITE) < READABLE <= contrast(ground, INK):
        return ground, INK
    return readable_on(WHITE, ground), WHITE


def mixed(colour: str, ground: str, share: float) -> str:
    """The ground tinted with that share (0 to 1) of the colour."""
    pairs = zip(_parts(colour), _parts(ground), strict=True)
    return _colour(*(over * share + under * (1 - share) for over, under in pairs))


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in _parts(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _colour(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in (red, green, blue))
