"""Texts in the reader's language: gettext catalogues, and numbers, dates and money as Babel prints them.

English is the source; every other language is a catalogue under `core/locales`. `Text` is a sentence whose
language is chosen only when it is shown, so that an error or a held reason can be written once and read in both.
"""

import gettext as _gettext
import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel import Locale
from babel.core import UnknownLocaleError
from babel.dates import format_date, format_timedelta
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from core import clock

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = ("en", "ko")
DEFAULT_LANGUAGE = "en"

_current: ContextVar[str] = ContextVar("language", default=DEFAULT_LANGUAGE)


def language_of(tag: str | None) -> str | None:
    """The language of a locale tag ("ko_KR", "de-AT") if we speak it, else None."""
    if not tag:
        return None
    try:
        language = Locale.parse(tag.replace("-", "_").split(".", 1)[0]).language
    except (ValueError, UnknownLocaleError):
        return None
    return language if language in LANGUAGES else None


def accepted_tags(header: str) -> list[str]:
    """The language tags of an Accept-Language header, the most wanted first."""
    weighted = []
    for place, part in enumerate(header.split(",")[:20]):
        tag, _, quality = part.strip().partition(";q=")
        try:
            weighted.append((-float(quality or 1), place, tag))
        except ValueError:
            continue
    return [tag for _, _, tag in sorted(weighted)]


def accepted_language(header: str) -> str | None:
    """The first language of an Accept-Language header that we speak."""
    spoken = (language_of(tag) for tag in accepted_tags(header))
    return next((language for language in spoken if language), None)


@cache
def catalogue(language: str) -> _gettext.NullTranslations:
    """The texts of one language; compiled from the readable .po at first use, so no build step can be forgotten."""
    source = LOCALES / language / "LC_MESSAGES" / "messages.po"
    if not source.exists():
        return _gettext.NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return _gettext.GNUTranslations(compiled)


def current() -> str:
    """The language in which texts are shown at this moment."""
    return _current.get()


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Show texts in that language inside the block."""
    token = _current.set(language if language in LANGUAGES else DEFAULT_LANGUAGE)
    try:
        yield
    finally:
        _current.reset(token)


def set_language(language: str) -> None:
    """Choose the language for the rest of this context (a request or a command)."""
    _current.set(language if language in LANGUAGES else DEFAULT_LANGUAGE)


def gettext(message: str) -> str:
    """The message in the current language."""
    return catalogue(current()).gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The message for that count in the current language."""
    return catalogue(current()).ngettext(one, many, count)


class Text:
    """A sentence to be shown later, in the language of whoever reads it then."""

    def __init__(self, message: str, /, **values: object) -> None:
        self.message = message
        self.values = values

    def __str__(self) -> str:
        message = gettext(self.message)
        return message % self.values if self.values else message

    def __repr__(self) -> str:
        return f"Text({self.message!r}, {self.values!r})"

    def kept(self) -> str:
        """As it is stored, so that it can still be shown in any language later, also the sentences inside of it."""
        return json.dumps(_parts(self), ensure_ascii=False)


def _parts(text: Text) -> list[object]:
    values = {
        name: _parts(value) if isinstance(value, Text) else str(value) for name, value in text.values.items()
    }
    return [text.message, values]


def recall(kept: str) -> Text:
    """The text that `Text.kept` stored; any other text stands for itself."""
    try:
        return _put_together(json.loads(kept))
    except (ValueError, TypeError):
        return Text(kept)


def _put_together(parts: Any) -> Text:
    message, values = parts
    if not isinstance(message, str) or not isinstance(values, dict):
        raise TypeError("this is no kept text")
    return Text(
        message,
        **{
            name: _put_together(value) if isinstance(value, list) else value for name, value in values.items()
        },
    )


def recalled(kept: str) -> str:
    """What `Text.kept` stored, in the current language."""
    return str(recall(kept))


def day(moment: datetime | date, language: str, zone_name: str = "UTC") -> str:
    """A date as people write it: "23 November 2026" style by locale, in the given zone."""
    local = moment.astimezone(clock.zone(zone_name)) if isinstance(moment, datetime) else moment
    return format_date(local, format="long", locale=language)


def moment(moment: datetime, language: str, zone_name: str = "UTC") -> str:
    """Date and time of day in 24 hours, in the given zone: "November 20, 2026, 18:30", "2026년 11월 20일 18:30"."""
    local = moment.astimezone(clock.zone(zone_name))
    between = " " if language == "ko" else ", "
    return f"{format_date(local, format='long', locale=language)}{between}{local:%H:%M}"


def shortly(when: datetime, language: str) -> str:
    """How long that is away from now, in a few letters: "3m", "3분"."""
    return format_timedelta(when - clock.now(), format="narrow", locale=language)


def ago(when: datetime, language: str) -> str:
    """How long ago (or in how long), in words: "3 minutes ago", "3분 전"."""
    return format_timedelta(when - clock.now(), add_direction=True, locale=language)
