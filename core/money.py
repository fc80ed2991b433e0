"""Money is an integer number of the currency's smallest unit, with its currency beside it. Never a float."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, DecimalException

from babel.core import get_global
from babel.numbers import format_currency, get_currency_precision

from core.errors import BadInput
from core.languages import Text

# What the databases keep as a whole number (64 bits).
LARGEST_MINOR = 2**63 - 1


def decimals_of(currency: str) -> int:
    """Digits after the point that the currency has (ISO 4217 through CLDR): KRW 0, EUR 2, KWD 3.

    Some shops print 2 for a currency that has none by CLDR (ISK); what a shop wishes is not knowable here.
    """
    return int(get_currency_precision(currency))


def known_currency(currency: str) -> bool:
    """Whether that code names a currency."""
    return currency in get_global("all_currencies")


@dataclass(frozen=True, order=True)
class Money:
    """An amount in smallest units of a currency."""

    minor: int
    currency: str

    def shown(self, language: str) -> str:
        """As people of that language write it: ₩39,000, €1,234.50, 1.234,50 €."""
        return shown(self.minor, self.currency, language)


def amount(minor: int, currency: str) -> Decimal:
    """The exact decimal number of main units."""
    return Decimal(minor).scaleb(-decimals_of(currency))


def shown(minor: int, currency: str, language: str) -> str:
    """The amount printed by the rules of the language, always with all its decimals."""
    return str(format_currency(amount(minor, currency), currency, locale=language))


def parse(text: str | int | None, currency: str) -> int:
    """Smallest units from a decimal text such as "98.63"; "" and None are 0.

    A finer fraction than the currency has is rounded half up. Raises BadInput for anything that is no number.
    """
    if text in (None, ""):
        return 0
    try:
        scaled = Decimal(str(text)).scaleb(decimals_of(currency))
        minor = int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (DecimalException, ValueError, OverflowError) as problem:
        raise BadInput(Text("“%(text)s” is no amount of money.", text=str(text)[:40])) from problem
    if abs(minor) > LARGEST_MINOR:
        raise BadInput(Text("“%(text)s” is no amount of money.", text=str(text)[:40]))
    return minor
