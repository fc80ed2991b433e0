"""How a shop's widget looks and what it asks before a conversation. Kept in `ChatSetting.look`; defaults stand here."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from core import colours

Corner = Literal["right", "left"]
Wish = Literal["no", "optional", "required"]

CORNERS: tuple[Corner, ...] = ("right", "left")
WISHES: tuple[Wish, ...] = ("no", "optional", "required")
ASKED = ("name", "email", "order_number")
LONGEST_GREETING = 120
LONGEST_LAUNCHER = 24
LONGEST_CONSENT = 300
MOST_PEOPLE = 3
LONGEST_NAME = 40


@dataclass(frozen=True)
class Look:
    """Colour, corner and words of a widget. Texts are by language; one that is missing reads our own words.

    `people` are names whose initials stand above the greeting. `asks` says for name, e-mail and order number whether
    the form before a conversation asks for them; `consent` is the line to agree to, where the shop wants one.
    """

    colour: str = colours.DEFAULT_ACCENT
    corner: Corner = "right"
    greetings: Mapping[str, str] = field(default_factory=dict)
    launcher: Mapping[str, str] = field(default_factory=dict)
    people: tuple[str, ...] = ()
    asks: Mapping[str, Wish] = field(default_factory=dict)
    consent: Mapping[str, str] = field(default_factory=dict)

    def kept(self) -> dict[str, Any]:
        """As `ChatSetting.look` keeps it."""
        return asdict(self) | {"people": list(self.people)}

    def before_opening(self) -> dict[str, Any]:
        """What the launcher knows: the colour with an ink that can be read on it, the corner, the shop's own words."""
        return {
            "colour": list(colours.filled(self.colour)),
            "corner": self.corner,
            "greeting": dict(self.greetings),
            "launcher": dict(self.launcher),
            "people": [initials(name) for name in self.people],
        }

    def after_opening(self) -> dict[str, Any]:
        """What the session tells an opened widget."""
        return {"asks": {name: self.asks.get(name, "no") for name in ASKED}, "consent": dict(self.consent)}


def look_of(kept: Mapping[str, Any]) -> Look:
    """The look that was kept; whatever is missing or makes no sense is the default."""
    corner, colour = kept.get("corner"), str(kept.get("colour", ""))
    asks = kept.get("asks")
    return Look(
        colour=colour if colours.is_colour(colour) else colours.DEFAULT_ACCENT,
        corner=corner if corner in CORNERS else "right",
        greetings=_texts(kept.get("greetings"), LONGEST_GREETING),
        launcher=_texts(kept.get("launcher"), LONGEST_LAUNCHER),
        people=_people(kept.get("people")),
        asks={
            name: wish
            for name, wish in (asks if isinstance(asks, Mapping) else {}).items()
            if _asked(name, wish)
        },
        consent=_texts(kept.get("consent"), LONGEST_CONSENT),
    )


def initials(name: str) -> str:
    """One or two letters for a name: "Minji Kim" is "MK", "김민지" is "민지"."""
    words = name.split()
    if len(words) > 1:
        return (words[0][0] + words[-1][0]).upper()
    word = words[0] if words else ""
    return word[-2:] if word[:1] >= "\u1100" else word[:1].upper()


def _asked(name: object, wish: object) -> bool:
    return name in ASKED and wish in WISHES


def _texts(given: Any, longest: int) -> dict[str, str]:
    """Texts by language on one line each, without empty ones."""
    if not isinstance(given, Mapping):
        return {}
    clean = {str(language): " ".join(str(text).split())[:longest] for language, text in given.items()}
    return {language: text for language, text in clean.items() if text}


def _people(given: Any) -> tuple[str, ...]:
    if not isinstance(given, (list, tuple)):
        return ()
    names = (" ".join(str(name).split())[:LONGEST_NAME] for name in given)
    return tuple(name for name in names if name)[:MOST_PEOPLE]
