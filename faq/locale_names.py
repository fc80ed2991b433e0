"""Languages by their names, as people choose them."""

from functools import cache

from babel import Locale
from babel.core import UnknownLocaleError

# Offered beside the languages that a help centre has; any other can be typed in.
USUAL = ("ko", "en", "ja", "zh-CN", "zh-TW", "es", "de", "fr", "vi", "th")


@cache
def language_name(locale: str, language: str) -> str:
    """The name of a language tag, in that language: "pt-BR" → "Portuguese (Brazil)"; an unknown tag is itself."""
    try:
        return Locale.parse(locale, sep="-").get_display_name(language) or locale
    except (ValueError, UnknownLocaleError):
        return locale
