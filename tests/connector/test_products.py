"""Claims about the products that visitors of a shop can see."""

from datetime import UTC, datetime

import pytest

from connector import actions, products
from connector.schemas import Product
from core import clock
from tests import factories

pytestmark = pytest.mark.database


def told(number, *, parent=0, status="publish"):
    return Product(
        remote_id=number,
        parent_remote_id=parent,
        name=f"tea {number}",
        kind="variation" if parent else "simple",
        status=status,
        sku="",
        price="1000",
        stock_status="instock",
        stock_quantity="",
        link="",
        image="",
        modified_at=datetime(2026, 11, 1, tzinfo=UTC),
        attributes={"Size": ("S",)},
        categories=((7, "Tea"),),
    )


@pytest.fixture
def shop(session):
    shop = factories.store(session)
    goods = [
        told(1),
        told(2, status="draft"),
        told(3, status="trash"),
        told(11, parent=1),
        told(12, parent=1, status="private"),
        told(21, parent=2),
    ]
    actions.mirror_products(session, shop, goods, now=clock.now())
    return shop


def test_drafts_removed_ones_and_variations_of_hidden_products_are_not_shown(session, shop):
    assert sorted(products.products_shown(session, shop.id, [1, 2, 3, 11, 12, 21, 99])) == [1, 11]


def test_another_shops_products_are_not_shown(session, shop):
    assert products.products_shown(session, factories.store(session).id, [1]) == {}


def test_the_variations_of_a_product_are_those_that_can_be_chosen(session, shop):
    found = products.variations_shown(session, shop.id, [1, 5])
    assert {number: [row.remote_id for row in rows] for number, rows in found.items()} == {1: [11], 5: []}


def test_options_and_categories_are_kept_in_our_words(session, shop):
    row = products.products_shown(session, shop.id, [1])[1]
    assert (row.attributes, row.categories) == ({"Size": ["S"]}, [{"id": 7, "name": "Tea"}])
