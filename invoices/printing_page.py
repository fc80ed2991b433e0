"""How the contents of a document are said on paper: amounts, rates, addresses and colour, by language."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from babel import Locale
from babel.numbers import format_decimal
from markupsafe import Markup, escape

from core import languages, money
from core.colours import WHITE, readable_on
from invoices.document import InvoiceDocument
from invoices.document_parts import Postal, RateName

# Korean breaks lines between words. A longer word may break inside: it would not fit the narrowest column.
LONGEST_KEPT_WORD = 12
# Shorter texts fit the narrowest column in one line, and need no care.
LONGEST_SHORT_TEXT = 16

# Where the parts of an address stand, by country; "|" ends a line. Source: the Universal Postal Union's formats.
ADDRESS_FORMS = {
    "KR": "{state} {city} {street}, {street_more}|{postcode}",
    "JP": "{postcode}|{state} {city}|{street}|{street_more}",
    "CN": "{postcode}|{state} {city}|{street} {street_more}",
    "TW": "{postcode}|{state} {city}|{street} {street_more}",
    "US": "{street}|{street_more}|{city}, {state} {postcode}",
    "CA": "{street}|{street_more}|{city}, {state} {postcode}",
    "AU": "{street}|{street_more}|{city} {state} {postcode}",
    "GB": "{street}|{street_more}|{city}|{state}|{postcode}",
    "IE": "{street}|{street_more}|{city}|{state}|{postcode}",
    "IT": "{street}|{street_more}|{postcode} {city} {state}",
    "ES": "{street}|{street_more}|{postcode} {city}|{state}",
    "BR": "{street}|{street_more}|{city} - {state}|{postcode}",
    "IN": "{street}|{street_more}|{city} {postcode}|{state}",
    "": "{street}|{street_more}|{postcode} {city}",
}


@dataclass(frozen=True)
class Page:
    """What the template asks while it prints one document."""

    document: InvoiceDocument

    @property
    def accent(self) -> str:
        """The seller's colour, darkened until it can be read on white."""
        return readable_on(WHITE, self.document.seller.accent)

    @property
    def taxed(self) -> bool:
        """Whether anything is to be said about tax."""
        return bool(self.document.taxes) or self.document.tax_minor != 0

    def money(self, minor: int) -> str:
        """An amount with its currency: ₩39,000."""
        return money.shown(minor, self.document.currency, self.document.language)

    def amount(self, minor: int) -> str:
        """An amount in a column, without currency: 39,000."""
        decimals = self.document.decimals
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return str(
            format_decimal(Decimal(minor).scaleb(-decimals), format=pattern, locale=self.document.language)
        )

    def number(self, text: str) -> str:
        """A plain number such as a quantity."""
        return str(format_decimal(Decimal(text), locale=self.document.language)) if text else ""

    def day(self, when: date) -> str:
        """A date in words: 23 November 2026 style, by language."""
        return languages.day(when, self.document.language)

    def rate(self, rate: RateName) -> str:
        """A rate in a narrow column: its percentage, or the shop's word for "nothing"."""
        if rate.percent in ("", "0"):
            return rate.label
        return f"{self.number(rate.percent)}%"

    def rate_in_full(self, rate: RateName) -> str:
        """A rate with the shop's name for it; many of those name the percentage themselves."""
        percent = f"{self.number(rate.percent)}%" if rate.percent not in ("", "0") else ""
        return rate.label if percent in rate.label else f"{rate.label} {percent}"

    def address(self, postal: Postal) -> list[str]:
        """The lines of an address; the country only where it is not the seller's."""
        lines = address_lines(postal)
        if postal.country and postal.country != self.document.seller.address.country:
            lines.append(self._country(postal.country))
        return lines

    def _country(self, code: str) -> str:
        return str(Locale(self.document.language).territories.get(code, code))


def address_lines(postal: Postal) -> list[str]:
    """The address as its country writes it, without the country."""
    parts = postal.model_dump()
    # Some shops keep the state inside the city ("서울특별시 강남구" with state "서울"), others as a code such as "KR-11".
    if postal.city.startswith(postal.state) or "-" in postal.state:
        parts["state"] = ""
    form = ADDRESS_FORMS.get(postal.country, ADDRESS_FORMS[""])
    lines = (" ".join(line.format(**parts).split()).strip(" ,-") for line in form.split("|"))
    return [line for line in lines if line]


def kept_whole(text: str) -> Markup:
    """The text as HTML in which Korean words are not broken: the printer knows no `word-break: keep-all`."""
    if len(text) <= LONGEST_SHORT_TEXT:
        return escape(text)
    return Markup("").join(
        Markup("<span class=word>{}</span>").format(part) if _keeps_whole(part) else part
        for part in re.split(r"(\s+)", text)
    )


def _keeps_whole(word: str) -> bool:
    return 1 < len(word) <= LONGEST_KEPT_WORD and any("가" <= letter <= "힣" for letter in word)
