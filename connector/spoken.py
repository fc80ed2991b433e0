"""In which language a customer is written to."""

from connector.tables import ShopOrder, Store
from core.languages import DEFAULT_LANGUAGE, language_of


def language_for(order: ShopOrder, store: Store, preferred: str = "") -> str:
    """The language of the order's documents and letters: what the shop noted, else the billing country's, else the shop's.

    `preferred` is the seller's own choice for orders that give no hint.
    """
    noted = language_of(order.language)
    if noted:
        return noted
    if order.country:
        return "ko" if order.country == "KR" else DEFAULT_LANGUAGE
    return language_of(preferred) or language_of(store.locale) or DEFAULT_LANGUAGE
