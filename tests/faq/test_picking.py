import pytest

from connector import actions
from connector.schemas import Product
from core import clock
from faq import picking
from tests import factories as shops

from . import factories

pytestmark = pytest.mark.database


def product(number: int, name: str, **changes: object) -> Product:
    given = {
        "parent_remote_id": 0,
        "kind": "simple",
        "status": "publish",
        "sku": f"S-{number}",
        "price": "1",
        "stock_status": "instock",
        "stock_quantity": "",
        "link": "",
        "image": "",
    }
    return Product(remote_id=number, name=name, modified_at=clock.now(), **given | changes)


def test_products_are_found_by_name_and_article_number_without_variations_and_deleted_ones(session):
    shop = shops.store(session)
    told = [product(1, "Green tea"), product(2, "Green tea, 50 g", parent_remote_id=1), product(3, "Old tea")]
    actions.mirror_products(session, shop, told, now=clock.now())
    actions.remove_products(session, shop, [3], now=clock.now())
    found = [choice.number for choice in picking.products_holding(session, shop.id, "TEA", but_not=[])]
    assert found == [1]
    assert picking.products_holding(session, shop.id, "s-1", but_not=[])[0].name == "Green tea"
    assert picking.products_holding(session, shop.id, "tea", but_not=[1]) == []


def test_a_chosen_product_that_is_not_mirrored_is_still_shown(session):
    shop = shops.store(session)
    assert [choice.name for choice in picking.products(session, shop.id, [5])] == ["#5"]


def test_articles_are_found_in_any_language_of_their_own_shop_only(session):
    shop = shops.store(session)
    mine = factories.article(session, shop, "How do I return an item?")
    factories.translation(session, mine, "반품은 어떻게 하나요?", "보내요")
    factories.article(session, shops.store(session), "How do I return a hat?")
    for words in ("RETURN", "반품"):
        found = picking.related_holding(session, shop.id, words, but_not=[])
        assert [choice.number for choice in found] == [mine.article_id]
    assert picking.related_holding(session, shop.id, "return", but_not=[mine.article_id]) == []


@pytest.mark.parametrize("given", [["x"], ["-1"], ["0"], ["99999999999"], ["1e3"], ["²"]])
def test_what_is_no_number_is_left_out(given):
    assert picking.numbers(given) == []
