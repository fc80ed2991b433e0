"""The page of categories."""

import pytest

from faq import categories, queries

from .desk import words

pytestmark = pytest.mark.database


@pytest.fixture
def returns(database, shop):
    with database.writing() as session:
        return categories.add(session, shop.id, {"ko": "반품"}, "returns").id


def test_a_category_is_added_with_its_names_and_a_missing_name_is_shown(database, desk, shop, returns):
    form = {"store": shop.id, "locale": ["ko", "en"], "name": ["배송", "Delivery"], "slug": ""}
    assert desk("agent").post("/articles/categories", data=form).status_code == 303
    with database.reading() as session:
        assert [row.slug for row in queries.categories(session, shop.id)] == ["returns", "배송"]
    assert "반품 0 articles · no name in English" in words(desk("reader").get("/articles/categories"))


def test_a_mistake_shows_the_form_as_it_was_filled_in(database, desk, shop, returns):
    form = {"locale": ["ko", "en"], "name": ["반품과 교환", "Returns"], "slug": "a b"}
    answer = desk("agent").post(f"/articles/categories/{returns}", data=form)
    assert answer.status_code == 400
    assert 'value="반품과 교환"' in answer.text
    assert answer.text.count('aria-invalid="true"') == 1
    nameless = desk("agent").post(
        "/articles/categories", data={"store": shop.id, "locale": ["ko"], "name": [" "]}
    )
    assert (nameless.status_code, "Please give the category a name." in nameless.text) == (400, True)
    with database.reading() as session:
        assert categories.category(session, returns).names == {"ko": "반품"}


def test_categories_are_named_moved_and_removed(database, desk, shop, returns):
    with database.writing() as session:
        other = categories.add(session, shop.id, {"en": "Delivery"})
    desk("agent").post(f"/articles/categories/{other.id}/move", data={"to": "up"})
    form = {"locale": ["ko", "en"], "name": ["반품", "Returns"], "slug": "sending-back"}
    desk("agent").post(f"/articles/categories/{returns}", data=form)
    with database.reading() as session:
        rows = queries.categories(session, shop.id)
    assert [(row.slug, row.names.get("en")) for row in rows] == [
        ("delivery", "Delivery"),
        ("sending-back", "Returns"),
    ]
    desk("agent").post(f"/articles/categories/{other.id}/delete")
    assert desk("agent").post(f"/articles/categories/{other.id}/delete").status_code == 404
