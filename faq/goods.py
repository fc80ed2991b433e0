"""Goods as articles print them: price as money, stock in words, sizes with those that are sold out."""

from collections.abc import Collection, Sequence
from decimal import Decimal, InvalidOperation

from babel import Locale
from babel.core import UnknownLocaleError
from sqlmodel import Session

from connector import products
from connector.tables import ShopProduct, Store
from core import languages, money
from core.errors import BadInput
from core.languages import gettext as _
from core.languages import ngettext
from faq import targets

# Up to here the number helps a shopper decide; above it, it is the shop's own business.
FEW = 5
SIZE_WORDS = ("size", "사이즈", "크기", "치수", "größe")
SOLD_OUT, IN_STOCK, IN_ADVANCE = "outofstock", "instock", "onbackorder"


def money_locale(locale: str) -> str:
    """The locale as money is printed by; English for one that nobody knows."""
    try:
        return str(Locale.parse(locale.replace("-", "_")))
    except (ValueError, UnknownLocaleError):
        return languages.DEFAULT_LANGUAGE


class Goods:
    """Those of the named products that visitors of the shop can see, in one language."""

    def __init__(self, session: Session, store: Store, locale: str, numbers: Collection[int]) -> None:
        self.currency = store.currency
        self.locale = money_locale(locale)
        self.language = languages.language_of(locale) or languages.DEFAULT_LANGUAGE
        store_id = int(store.id or 0)
        self.shown = products.products_shown(session, store_id, numbers) if numbers else {}
        parents = {row.parent_remote_id for row in self.shown.values() if row.parent_remote_id}
        self.parents = products.products_shown(session, store_id, parents) if parents else {}
        self.variations = products.variations_shown(session, store_id, set(self.shown)) if self.shown else {}

    def detail(self, number: int, name: str) -> str:
        """What the article prints there; "" when the shop does not tell it, or shows no such product."""
        row = self.shown.get(number)
        detail = DETAILS.get(name)
        if row is None or detail is None:
            return ""
        with languages.speaking(self.language):
            return detail(self, row)

    def name(self, row: ShopProduct) -> str:
        parent = self.parents.get(row.parent_remote_id)
        if parent is None:
            return row.name
        options = ", ".join(option for chosen in row.attributes.values() for option in chosen)
        return f"{parent.name} – {options}" if options else parent.name

    def price(self, row: ShopProduct) -> str:
        """One price, or from the lowest to the highest of what can be chosen."""
        told = [self._minor(one.price) for one in self.variations.get(row.remote_id) or [row]]
        prices = [minor for minor in told if minor is not None]
        if not prices:
            return ""
        ends = [money.shown(minor, self.currency, self.locale) for minor in (min(prices), max(prices))]
        return ends[0] if ends[0] == ends[1] else (" ~ " if self.language == "ko" else " – ").join(ends)

    def stock(self, row: ShopProduct) -> str:
        states = {one.stock_status for one in self.variations.get(row.remote_id) or [row]}
        if IN_STOCK in states:
            left = _few(row.stock_quantity)
            return (
                ngettext("%(count)s left", "%(count)s left", left) % {"count": left}
                if left
                else _("in stock")
            )
        if IN_ADVANCE in states:
            return _("can be ordered in advance")
        return _("sold out") if SOLD_OUT in states else ""

    def sizes(self, row: ShopProduct) -> str:
        found = [
            _("%(size)s (sold out)") % {"size": size} if self._is_gone(row, name, size) else size
            for name, sizes in row.attributes.items()
            if any(word in name.casefold() for word in SIZE_WORDS)
            for size in sizes
        ]
        return ", ".join(found)

    def link(self, row: ShopProduct) -> str:
        return row.link if targets.is_outside(row.link) and targets.may_lead_to(row.link) else ""

    def _minor(self, price: str) -> int | None:
        try:
            return money.parse(price, self.currency) if price else None
        except BadInput:
            return None

    def _is_gone(self, row: ShopProduct, name: str, size: str) -> bool:
        """Whether all that comes in that size is sold out; a variation that names none comes in every size."""
        offered: Sequence[ShopProduct] = [
            one for one in self.variations.get(row.remote_id, []) if size in one.attributes.get(name, [size])
        ]
        return bool(offered) and all(one.stock_status == SOLD_OUT for one in offered)


def _few(quantity: str) -> int:
    """The number of pieces when there are only a few, else 0."""
    try:
        left = Decimal(quantity or "0")
    except InvalidOperation:
        return 0
    return int(left) if 1 <= left <= FEW else 0


DETAILS = {
    "name": Goods.name,
    "price": Goods.price,
    "stock": Goods.stock,
    "sizes": Goods.sizes,
    "link": Goods.link,
}
