"""Claims about the help centre's addresses."""

from core.settings import Settings
from faq.addresses import article_path, category_path, help_address, home_path, search_path
from faq.tables import HelpCentre

CENTRE = HelpCentre(store_id=1, slug="다온", title={}, locales=["ko"], facts={}, thresholds={})
HOME = "/help/%EB%8B%A4%EC%98%A8/ko/"


def test_addresses_are_ready_for_a_link():
    assert home_path(CENTRE, "ko") == HOME
    assert (
        article_path(CENTRE, "ko", "a/b", question="a&b 반", anchor="x y")
        == f"{HOME}a%2Fb?q=a%26b+%EB%B0%98#x%20y"
    )
    assert category_path(CENTRE, "ko", "차") == f"{HOME}category/%EC%B0%A8"
    assert search_path(CENTRE, "ko", "a b") == f"{HOME}search?q=a+b"


def test_the_full_address_is_the_public_one():
    settings = Settings(public_url="https://help.shop.example/")
    assert help_address(settings, CENTRE, "ko") == f"https://help.shop.example{HOME}"
    assert help_address(settings, CENTRE, "ko", "tea") == f"https://help.shop.example{HOME}tea"
