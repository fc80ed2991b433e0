"""The demo's help centres: nothing is left to fill in, and everything is published in both languages."""

import re

import pytest
from sqlmodel import select

from aftercart.demo_help import FACTS, help_address, open_help_centre
from aftercart.service import Service
from connector.tables import Store
from faq import publishing, queries
from faq.tables import ArticleText
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture(params=["KRW", "EUR"])
def shop(service: Service, request: pytest.FixtureRequest) -> Store:
    with service.database.writing() as session:
        return factories.store(session, currency=request.param)


def test_a_demo_shop_shows_every_example_in_both_languages(service: Service, shop: Store) -> None:
    for _ in range(2):
        open_help_centre(service, shop)
    with service.database.reading() as session:
        texts = session.exec(select(ArticleText)).all()
        assert len(texts) == 60
        assert {(text.state, text.published_version == text.version) for text in texts} == {
            ("published", True)
        }
        assert not [text.title for text in texts if publishing.OWNERS_NOTE in text.body]
        for found in queries.texts_of(session, [text.article_id for text in texts]).values():
            assert not queries.is_outdated(found["en"], found["ko"])


def test_every_variable_of_the_set_has_a_fact(service: Service, shop: Store) -> None:
    open_help_centre(service, shop)
    with service.database.reading() as session:
        centre = queries.help_centre(session, int(shop.id or 0))
        bodies = [text.body for text in session.exec(select(ArticleText))]
    assert centre is not None
    wanted = {name for body in bodies for name in re.findall(r"\{\{ shop\.(\w+) \}\}", body)}
    assert wanted - {name for name, fact in centre.facts.items() if fact} == set()
    assert {name.removesuffix(".ko") for name in FACTS[shop.currency]} <= wanted


def test_the_address_is_the_one_of_the_shops_help_centre(service: Service, shop: Store) -> None:
    open_help_centre(service, shop)
    with service.database.reading() as session:
        centre = queries.help_centre(session, int(shop.id or 0))
    assert centre is not None
    assert (
        help_address(service, shop, "http://127.0.0.1:8080") == f"http://127.0.0.1:8080/help/{centre.slug}/"
    )
