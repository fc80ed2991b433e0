import pytest
from sqlmodel import select

from faq import bulk, categories, queries
from faq.errors import BadArticle
from faq.index_tables import SearchUnit
from faq.tables import Article, ArticleText, ArticleVersion
from tests import factories as shops

from . import factories

pytestmark = pytest.mark.database


@pytest.fixture
def two(session):
    shop = shops.store(session)
    first = factories.article(session, shop, published=False)
    factories.translation(session, first, "어떻게 반품하나요?", "보내 주세요.", published=False)
    empty = factories.article(session, shop, "Not written yet", "", published=False)
    return first.article_id, empty.article_id


def states(session, number):
    return {text.state for text in queries.texts_of(session, [number])[number].values()}


def test_each_article_is_done_or_left_and_the_result_says_which(session, two):
    full, empty = two
    done = bulk.take(session, two, "publish")
    assert (done.count, done.left) == (1, [empty])
    assert states(session, full) == {"published"}
    assert states(session, empty) == {"draft"}


def test_an_article_with_one_empty_language_is_left_as_a_whole(session, two):
    full, _empty = two
    text = queries.text_in(session, full, "ko")
    text.body = " "
    session.add(text)
    assert bulk.take(session, [full], "publish").left == [full]
    assert states(session, full) == {"draft"}


def test_publishing_leaves_an_archived_language_in_the_archive(session, two):
    full, _empty = two
    text = queries.text_in(session, full, "ko")
    text.state = "archived"
    session.add(text)
    bulk.take(session, [full], "publish")
    assert states(session, full) == {"published", "archived"}


def test_archiving_and_going_back_take_articles_from_their_readers_and_the_index(session, two):
    full, _empty = two
    bulk.take(session, [full], "publish")
    assert session.exec(select(SearchUnit)).first()
    bulk.take(session, [full], "archive")
    assert states(session, full) == {"archived"}
    assert session.exec(select(SearchUnit)).first() is None
    bulk.take(session, [full], "draft")
    assert states(session, full) == {"draft"}


def test_staff_articles_leave_the_index_and_come_back_when_open_to_all(session, two):
    full, _empty = two
    bulk.take(session, [full], "publish")
    bulk.take(session, [full], "audience", "staff")
    assert session.exec(select(SearchUnit)).first() is None
    bulk.take(session, [full], "audience", "public")
    assert session.exec(select(SearchUnit)).first()


def test_an_article_moves_only_to_a_category_of_its_own_shop(session, two):
    full, _empty = two
    other = factories.article(session, shops.store(session))
    shop = queries.article(session, full).store_id
    returns = categories.add(session, shop, {"en": "Returns"})
    done = bulk.take(session, [full, other.article_id], "category", "returns")
    assert (done.count, done.left) == (1, [other.article_id])
    assert queries.article(session, full).category_id == returns.id
    bulk.take(session, [full], "category", "")
    assert queries.article(session, full).category_id is None


def test_deleting_takes_languages_and_versions_along(session, two):
    full, empty = two
    bulk.take(session, [full], "publish")
    assert bulk.take(session, [full, empty, 4711], "delete").count == 2
    session.expire_all()
    for table in (Article, ArticleText, ArticleVersion, SearchUnit):
        assert session.exec(select(table)).first() is None


@pytest.mark.parametrize("wanted", ["", "burn", "audience:everyone", "audience"])
def test_an_unknown_step_is_refused(wanted):
    with pytest.raises(BadArticle):
        bulk.step_of(wanted)
