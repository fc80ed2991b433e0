"""Languages of a help centre: which one a visitor gets, how each is called, and which way it is written."""

from collections.abc import Sequence

from babel import Locale
from babel.core import UnknownLocaleError

from core.languages import DEFAULT_LANGUAGE, accepted_tags, language_of


def best_locale(header: str, locales: Sequence[str]) -> str:
    """The language of the centre that an Accept-Language header wants most; its main one when it wants none of them."""
    exact = {locale.lower(): locale for locale in locales}
    alike: dict[str, str] = {}
    for locale in locales:
        alike.setdefault(locale.partition("-")[0].lower(), locale)
    for tag in accepted_tags(header):
        found = exact.get(tag.lower()) or alike.get(tag.partition("-")[0].lower())
        if found:
            return found
    return locales[0] if locales else DEFAULT_LANGUAGE


def chrome_of(locale: str) -> str:
    """The language of the page around the articles: English where we do not speak theirs."""
    return language_of(locale) or DEFAULT_LANGUAGE


def page_language(locale: str) -> str:
    """The `lang` of the whole page; where its frame is English, the articles say their own."""
    return locale if language_of(locale) else DEFAULT_LANGUAGE


def name_of(locale: str, *, within: str = "") -> str:
    """What the language is called in itself, or in the language `within`."""
    known = _known(locale)
    return (known.get_display_name(within or known) if known else None) or locale


def direction_of(locale: str) -> str:
    """ "rtl" or "ltr", for the attribute `dir`."""
    known = _known(locale)
    return str(known.text_direction) if known else "ltr"


def _known(locale: str) -> Locale | None:
    try:
        return Locale.parse(locale, sep="-")
    except (ValueError, UnknownLocaleError):
        return None
