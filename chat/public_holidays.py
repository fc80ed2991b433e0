"""Public holidays by country, from the library `holidays`; loaded with the first shop that asks for them (some 15 MB)."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

# Countries whose holidays are the same everywhere in them, or nearly; others type theirs by hand.
COUNTRIES = ("KR", "DE", "AT", "CH", "FR", "GB", "JP", "NL", "US")
LANGUAGES = {"ko": {"KR": "ko"}, "en": {}}


@lru_cache(maxsize=64)
def public_holidays(country: str, year: int) -> Mapping[date, str]:
    """The national holidays of that year and their English names; none for a country that is not in COUNTRIES."""
    if country not in COUNTRIES:
        return {}
    return _told(country, year, "en_US")


@lru_cache(maxsize=64)
def names(country: str, year: int, language: str) -> Mapping[date, str]:
    """The same with names in the reader's language where the library knows them."""
    if country not in COUNTRIES:
        return {}
    return _told(country, year, LANGUAGES.get(language, {}).get(country, "en_US"))


def _told(country: str, year: int, language: str) -> Mapping[date, str]:
    import holidays  # noqa: PLC0415 - its memory belongs to the shops that want it

    return dict(sorted(holidays.country_holidays(country, years=year, language=language).items()))
