import pytest

from faq import categories, queries
from faq.errors import BadArticle
from tests import factories as shops

from . import factories

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session):
    return shops.store(session)


def slugs(session, shop):
    return [row.slug for row in queries.categories(session, shop.id)]


def test_a_category_comes_after_the_others_and_is_made_once(session, shop):
    categories.add(session, shop.id, {"en": "Returns"})
    first = categories.add(session, shop.id, {"en": "Delivery", "ko": " "})
    assert first.names == {"en": "Delivery"}
    assert categories.add(session, shop.id, {"en": "Delivery"}).id == first.id
    assert slugs(session, shop) == ["returns", "delivery"]


def test_moving_exchanges_neighbours_and_stops_at_the_ends(session, shop):
    rows = [categories.add(session, shop.id, {"en": name}) for name in ("One", "Two", "Three")]
    categories.move(session, rows[2], up=True)
    assert slugs(session, shop) == ["one", "three", "two"]
    categories.move(session, rows[0], up=True)
    categories.move(session, rows[1], up=False)
    assert slugs(session, shop) == ["one", "three", "two"]


def test_its_articles_stay_when_a_category_goes(session, shop):
    text = factories.article(session, shop, category="returns")
    row = queries.category_of(session, shop.id, "returns")
    assert categories.article_counts(session, shop.id) == {row.id: 1}
    categories.remove(session, row)
    session.expire_all()
    assert queries.article(session, text.article_id).category_id is None


@pytest.mark.parametrize(
    ("names", "slug"), [({"en": " "}, ""), ({"en": "A"}, "a b"), ({"en": "A"}, "taken"), ({"en": "!"}, "!")]
)
def test_a_category_without_a_name_or_with_a_wrong_or_taken_address_is_refused(session, shop, names, slug):
    categories.add(session, shop.id, {"en": "Taken"})
    row = categories.add(session, shop.id, {"en": "Other"})
    with pytest.raises(BadArticle):
        categories.change(session, row, names=names, slug=slug)
    assert (row.names, row.slug) == ({"en": "Other"}, "other")
