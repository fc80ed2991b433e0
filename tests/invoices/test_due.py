import pytest

from connector.spoken import language_for
from connector.tables import ShopOrder, Store


@pytest.mark.parametrize(
    ("noted", "country", "preferred", "locale", "language"),
    [
        ("ko_KR", "DE", "", "de_DE", "ko"),
        ("en", "KR", "", "ko_KR", "en"),
        ("de_DE", "KR", "", "de_DE", "ko"),  # Not a language of ours: the next hint counts.
        ("", "KR", "", "en_US", "ko"),
        ("", "DE", "ko", "ko_KR", "en"),
        ("", "", "", "ko_KR", "ko"),
        ("", "", "en", "ko_KR", "en"),
        ("", "", "", "de_DE", "en"),
        ("", "", "", "", "en"),
    ],
)
def test_the_language_is_what_the_order_hints_then_what_the_shop_speaks(
    *, noted, country, preferred, locale, language
):
    order = ShopOrder.model_construct(language=noted, country=country)
    assert language_for(order, Store.model_construct(locale=locale), preferred) == language
