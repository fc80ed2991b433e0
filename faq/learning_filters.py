"""The filters of the pages about questions and figures; all that is chosen stands in the address."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any
from urllib.parse import urlencode

from babel import Locale, UnknownLocaleError
from babel.numbers import format_percent
from sqlmodel import Session

from connector.tables import Store
from core import languages
from core.languages import gettext as _
from faq import figures, gaps, queries
from faq.figures import Sort, WantedFigures
from faq.gaps import Shown, Wanted
from faq.tables import HelpCentre

QUESTIONS, FIGURES = "/articles/questions", "/articles/figures"

Chip = tuple[str, str, bool] | None
_DEFAULTS: Mapping[str, Any] = {"show": "open", "days": 30, "sort": "views", "page": 1}


def address(path: str, wanted: Wanted | WantedFigures) -> str:
    asked = asdict(wanted)
    asked = {{"store_id": "store", "shown": "show"}.get(name, name): value for name, value in asked.items()}
    kept = {
        name: "true" if value is True else value
        for name, value in asked.items()
        if value and value != _DEFAULTS.get(name)
    }
    return path + (f"?{urlencode(kept)}" if kept else "")


def state_chips(session: Session, wanted: Wanted) -> list[Chip]:
    """One for each state of a group; with a number where that is how much there is to do."""
    names: dict[Shown, str] = {
        "open": _("To do"),
        "repeated": _("Repeated"),
        "nothing": _("Found nothing"),
        "did_you_mean": _("Unsure"),
        "in_work": _("Being written"),
        "answered": _("Answered"),
        "ignored": _("Set aside"),
    }
    counts = gaps.numbers(session, wanted)
    return [
        (
            f"{names[shown]} {counts[shown]}" if counts.get(shown) else names[shown],
            address(QUESTIONS, replace(wanted, shown=shown, page=1)),
            shown == wanted.shown,
        )
        for shown in gaps.SHOWN
    ]


def chips(
    session: Session, path: str, wanted: Wanted | WantedFigures, stores: Mapping[int, Store]
) -> list[Chip]:
    """The days that count, then the languages and shops where there are several."""
    return [*_period_chips(path, wanted), *_place_chips(session, path, wanted, stores)]


def _period_chips(path: str, wanted: Wanted | WantedFigures) -> list[Chip]:
    return [
        (
            _("%(days)s days") % {"days": days},
            address(path, replace(wanted, days=days, page=1)),
            days == wanted.days,
        )
        for days in gaps.DAYS
    ]


def _place_chips(
    session: Session, path: str, wanted: Wanted | WantedFigures, stores: Mapping[int, Store]
) -> list[Chip]:
    """One for each language and, with several shops, for each shop."""
    centres = [queries.help_centre(session, store_id) for store_id in stores]
    locales = sorted(
        {locale for centre in centres if isinstance(centre, HelpCentre) for locale in centre.locales}
    )
    chips: list[Chip] = []
    if len(locales) > 1:
        chips += [
            None,
            (_("All languages"), address(path, replace(wanted, locale="", page=1)), not wanted.locale),
        ]
        chips += [
            (
                language_name(locale),
                address(path, replace(wanted, locale=locale, page=1)),
                locale == wanted.locale,
            )
            for locale in locales
        ]
    if len(stores) > 1:
        chips += [
            None,
            (_("All shops"), address(path, replace(wanted, store_id=0, page=1)), not wanted.store_id),
        ]
        chips += [
            (shop.name, address(path, replace(wanted, store_id=number, page=1)), number == wanted.store_id)
            for number, shop in stores.items()
        ]
    return chips


def percent(share: float) -> str:
    """A share as the reader's language writes it: "79%"."""
    return format_percent(share, locale=languages.current())


def language_name(locale: str) -> str:
    """A language as the reader calls it: "Korean", "영어"; a tag that nobody knows stands for itself."""
    try:
        return str(Locale.parse(locale.replace("-", "_")).get_display_name(languages.current()) or locale)
    except (ValueError, UnknownLocaleError):
        return locale


def headings(wanted: WantedFigures) -> list[tuple[str, str, str]]:
    """Each column's name, the address that sorts by it, and how it sorts now ("ascending", "descending" or "")."""
    names: dict[Sort, str] = {
        "title": _("Article"),
        "views": _("Readings"),
        "votes": _("Votes"),
        "helped": _("Helped"),
        "asked": _("Asked a person"),
        "solved": _("Solved"),
    }
    found = []
    for sort in figures.SORTS:
        chosen = sort == wanted.sort
        # A first press shows what is usually looked for: names from A on, numbers from the largest down.
        up = not wanted.up if chosen else sort == "title"
        how = ("ascending" if wanted.up else "descending") if chosen else ""
        found.append((names[sort], address(FIGURES, replace(wanted, sort=sort, up=up, page=1)), how))
    return found
