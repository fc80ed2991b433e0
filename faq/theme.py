"""The shop's colour as a stylesheet of its own, corrected until it can be read: the pages' policy takes no style inside."""

import hashlib

from core.colours import BLACK, DEFAULT_ACCENT, INK, WHITE, is_colour, mixed, readable_on

# The grounds of core/static/tokens.css that are hardest to read on, light and dark, and those of raised boxes.
LIGHT, DARK = "#f7f8fa", "#1b1f24"
SOFT = 0.1


def stylesheet(accent: str) -> str:
    """The variables of the shop's colour in light and in dark; without one, those of core/static/tokens.css stand."""
    if not is_colour(accent):
        return ""
    light, dark = readable_on(LIGHT, accent), readable_on(DARK, accent)
    return (
        f":root{{{_variables(light, WHITE, BLACK, WHITE)}}}\n"
        f"@media (prefers-color-scheme: dark){{:root{{{_variables(dark, INK, WHITE, DARK)}}}}}\n"
    )


def version_of(accent: str) -> str:
    """What changes with the stylesheet, so that browsers may keep it for ever."""
    return hashlib.sha256(stylesheet(accent).encode()).hexdigest()[:10]


def tint(accent: str) -> str:
    """The colour for a browser's own bar."""
    return accent if is_colour(accent) else DEFAULT_ACCENT


def _variables(accent: str, ink: str, strength: str, raised: str) -> str:
    return (
        f"--accent:{accent};--accent-strong:{mixed(accent, strength, 0.85)};"
        f"--accent-soft:{mixed(accent, raised, SOFT)};--on-accent:{ink}"
    )
