import pytest

from core import languages
from faq import categories, editing, listing, publishing, queries
from faq.help_centres import locales_of_shops
from faq.listing import Wanted
from faq.schemas import TextForm
from tests import factories as shops

from . import factories

pytestmark = pytest.mark.database


def titles(session, **wanted):
    found = listing.articles(session, Wanted(**wanted), locales_of_shops(session)).articles
    return [article.title for article in found]


@pytest.fixture
def three(session):
    """A published article with its translation, a draft without one, an archived one; all main in Korean."""
    shop = shops.store(session, locale="ko_KR")
    returns = factories.article(
        session, shop, "반품은 어떻게 하나요?", "14일 안에 보내요.", locale="ko", category="returns"
    )
    factories.translation(session, returns, "How do I return something?", "Within 14 days.", locale="en")
    draft = factories.article(session, shop, "배송 안내", "이틀", locale="ko", kind="guide", published=False)
    old = factories.article(session, shop, "지난 행사", "끝났어요", locale="ko")
    publishing.withdraw(session, old, archive=True)
    return shop, returns, draft, old


def test_the_newest_change_stands_first_and_archived_ones_wait_behind_their_filter(session, clock, three):
    clock.advance(minutes=1)
    _shop, returns, _draft, _old = three
    assert set(titles(session)) == {"How do I return something?", "배송 안내"}
    editing.add_sample(session, returns, "환불되나요?", by="Mina")
    assert titles(session)[0] == "How do I return something?"
    assert titles(session, state="archived") == ["지난 행사"]


def test_the_title_is_in_the_readers_language_where_there_is_one(session, three):
    with languages.speaking("ko"):
        assert "반품은 어떻게 하나요?" in titles(session)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"state": "draft"}, ["배송 안내"]),
        ({"state": "published"}, ["How do I return something?"]),
        ({"kind": "guide"}, ["배송 안내"]),
        ({"category": "returns"}, ["How do I return something?"]),
        ({"category": "nowhere"}, []),
        ({"gap": "missing"}, ["배송 안내"]),
        ({"gap": "outdated"}, []),
        ({"words": "14일"}, ["How do I return something?"]),
        ({"words": "RETURN"}, ["How do I return something?"]),
        ({"words": "%"}, []),
        ({"store_id": 99}, []),
    ],
)
def test_each_filter_keeps_what_fits_and_leaves_out_the_rest(session, three, wanted, found):
    assert titles(session, **wanted) == found


def test_a_translation_is_outdated_from_the_publishing_of_a_newer_main_text(session, three):
    _shop, returns, _draft, _old = three
    article = queries.article(session, returns.article_id)
    form = TextForm(title=returns.title, body="30일 안에 보내요.")
    newer = editing.save_text(session, article, locale="ko", form=form, by="Mina")
    assert titles(session, gap="outdated") == []
    publishing.publish(session, newer)
    assert titles(session, gap="outdated") == ["How do I return something?"]
    [row] = listing.articles(session, Wanted(gap="outdated"), locales_of_shops(session)).articles
    assert [(one.locale, one.state, one.outdated) for one in row.languages] == [
        ("ko", "published", False),
        ("en", "published", True),
    ]


def test_a_published_text_with_a_newer_draft_says_so(session, three):
    _shop, returns, _draft, _old = three
    editing.add_sample(session, returns, "환불되나요?", by="Mina")
    [row] = listing.articles(session, Wanted(words="반품"), locales_of_shops(session)).articles
    assert [one.changed for one in row.languages] == [True, False]


def test_a_long_list_goes_on_on_the_next_page(session):
    shop = shops.store(session, locale="en_US")
    for number in range(listing.PAGE + 1):
        factories.article(session, shop, f"Question {number}", locale="en")
    first = listing.articles(session, Wanted(), locales_of_shops(session))
    assert (len(first.articles), first.more) == (listing.PAGE, True)
    second = listing.articles(session, Wanted(page=2), locales_of_shops(session))
    assert ([article.title for article in second.articles], second.more) == (["Question 0"], False)


def test_a_category_is_called_by_its_name_in_the_readers_language_else_in_any(session):
    shop = shops.store(session)
    row = categories.add(session, shop.id, {"ko": "반품"}, "returns")
    assert listing.category_name(row) == "반품"
    row.names = {"ko": "반품", "en": "Returns"}
    assert listing.category_name(row) == "Returns"
    row.names = {}
    assert listing.category_name(row) == "returns"
