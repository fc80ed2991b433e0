"""WooCommerce's values in ours: moments, texts, amounts; and one refusal for whatever cannot be read."""

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from markupsafe import Markup

from core import money
from core.errors import BadInput
from core.languages import Text

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

Given = ParamSpec("Given")
Read = TypeVar("Read")


def readable(what: Text) -> Callable[[Callable[Given, Read]], Callable[Given, Read]]:
    """Turn every way in which a body may be misshapen into one BadInput that names the thing."""

    def around(read: Callable[Given, Read]) -> Callable[Given, Read]:
        @wraps(read)
        def careful(*given: Given.args, **named: Given.kwargs) -> Read:
            try:
                return read(*given, **named)
            except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as problem:
                raise BadInput(what) from problem

        return careful

    return around


def moment(text: str | None) -> datetime | None:
    """A `…_gmt` value as a moment. The values without `_gmt` are site-local without an offset: never stored."""
    if not text:
        return None
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def plain(text: Any) -> str:
    """A shop's text without its one layer of HTML escaping.

    Only what ends in a semicolon was escaped; variations are not, and there "Q&notes" means what it says.
    """
    given = str(text or "").strip()
    return ENTITY.sub(lambda found: html.unescape(found[0]), given) if "&" in given else given


def without_tags(text: Any) -> str:
    return Markup(str(text or "")).striptags()  # noqa: S704 - only to strip; the result is plain text


def required_moment(body: dict[str, Any], name: str) -> datetime:
    found = moment(body.get(name))
    if found is None:
        # Drafts have no creation date yet; their change date always stands.
        found = moment(body.get("date_modified_gmt")) or datetime(1970, 1, 1, tzinfo=UTC)
    return found


class Amounts:
    """Parses the amounts of one body and remembers whether any was finer than the currency."""

    def __init__(self, currency: str) -> None:
        self.currency = currency
        self.exact = True
        self._decimals = money.decimals_of(currency)

    def __call__(self, text: Any) -> int:
        if text is None or text == "":
            return 0
        whole, _, fraction = str(text).partition(".")
        digits = whole.removeprefix("-") + fraction
        # The usual shape, as integers: decimals made up a third of the time of a first synchronisation.
        if len(fraction) == self._decimals and digits.isdecimal() and len(digits) < 16:
            return int(whole + fraction)
        minor = money.parse(text, self.currency)
        if Decimal(str(text)) != money.amount(minor, self.currency):
            self.exact = False
        return minor


def served_decimals(amount: Any) -> int:
    """Digits after the point as the shop served them: its setting, whatever the order's currency (FACTS §4)."""
    return len(str(amount).partition(".")[2])
