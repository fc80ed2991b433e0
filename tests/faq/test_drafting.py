import pytest
from sqlmodel import select

from faq import drafting, queries
from faq.drafting import WrittenArticle
from faq.errors import BadArticle, ChangedMeanwhile, NotReady
from faq.index_tables import SearchUnit
from faq.tables import Article, ArticleCategory
from tests import factories as shops

from . import factories

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session):
    return shops.store(session, locale="ko_KR")


def form(shop, **changes):
    given = {"store": shop.id, "locale": "ko", "title": "반품", "body": "14일 안에 보내요."}
    return WrittenArticle(**given | changes)


def reopened(session, text, **changes):
    article = queries.article(session, text.article_id)
    return article, drafting.written_article(session, article, text).model_copy(update=changes)


def test_line_ends_of_browsers_make_no_new_version(session, shop):
    text = drafting.create(session, form(shop, body="one\r\ntwo", samples="a\r\nb\r\n\r\na"), by="Mina")
    assert (text.body, text.samples) == ("one\ntwo", ["a", "b"])
    article, again = reopened(session, text, body="one\r\ntwo", samples="a\r\nb")
    assert drafting.keep(session, article, again, locale="ko", by="Mina").version == 1


def test_what_the_form_does_not_ask_for_stays(session, shop):
    text = factories.article(session, shop, source="file:a.md", example=True, product_categories=(7,))
    article, same = reopened(session, text, title="Other")
    drafting.keep(session, article, same, locale="en", by="Mina")
    assert (article.source, article.example) == ("file:a.md", True)
    assert [one.remote_id for one in queries.subjects_of(session, article.id)] == [7]


def test_a_new_category_is_named_in_the_language_of_the_text(session, shop):
    drafting.create(session, form(shop, new_category="교환과 반품"), by="Mina")
    [row] = session.exec(select(ArticleCategory)).all()
    assert (row.slug, row.names) == ("교환과-반품", {"ko": "교환과 반품"})


def test_an_article_that_cannot_be_published_is_not_kept_either(session, shop):
    with pytest.raises(NotReady):
        drafting.create(session, form(shop, body=" ", then="publish", new_category="Returns"), by="Mina")
    assert session.exec(select(Article)).first() is None
    assert session.exec(select(ArticleCategory)).first() is None


def test_an_address_that_is_taken_leaves_no_article_behind(session, shop):
    first = drafting.create(session, form(shop, slug="returns"), by="Mina")
    with pytest.raises(BadArticle):
        drafting.create(session, form(shop, slug="returns"), by="Mina")
    assert [article.id for article in session.exec(select(Article))] == [first.article_id]


def test_who_comes_second_changes_nothing_and_may_knowingly_save_over(session, shop):
    text = drafting.create(session, form(shop), by="Mina")
    article, mine = reopened(session, text, title="Mine", audience="staff")
    drafting.keep(session, article, reopened(session, text, title="Theirs")[1], locale="ko", by="Jun")
    with pytest.raises(ChangedMeanwhile, match="Jun"):
        drafting.keep(session, article, mine, locale="ko", by="Mina")
    assert article.audience == "public"
    mine.over = 2
    assert drafting.keep(session, article, mine, locale="ko", by="Mina").title == "Mine"
    assert [one.title for one in queries.versions_of(session, text.id)] == ["Mine", "Theirs", "반품"]


def test_mending_a_word_does_not_make_a_translation_follow(session, shop):
    main = factories.article(session, shop, locale="ko")
    translation = factories.translation(session, main, "Returns", "Within 14 days.", locale="en")
    article, newer = reopened(session, main, body="30일", then="publish")
    drafting.keep(session, article, newer, locale="ko", by="Mina")
    _article, mended = reopened(session, translation, body="Within fourteen days.")
    drafting.keep(session, article, mended, locale="en", by="Jun")
    main = queries.text_in(session, article.id, "ko")
    assert queries.is_outdated(main, translation)
    _article, mended = reopened(session, translation, follows=True)
    drafting.keep(session, article, mended, locale="en", by="Jun")
    assert not queries.is_outdated(main, translation)


def test_marking_as_up_to_date_makes_no_version(session, shop):
    main = factories.article(session, shop, locale="ko")
    translation = factories.translation(session, main, "Returns", "Within 14 days.", locale="en")
    article, newer = reopened(session, main, body="30일", then="publish")
    drafting.keep(session, article, newer, locale="ko", by="Mina")
    drafting.mark_up_to_date(session, article, translation, by="Jun")
    assert not queries.is_outdated(queries.text_in(session, article.id, "ko"), translation)
    assert translation.version == 1


def test_restricting_an_article_takes_all_its_languages_out_of_the_index(session, shop):
    main = factories.article(session, shop, locale="ko")
    factories.translation(session, main, "Returns", "Within 14 days.", locale="en")
    article, restricted = reopened(session, main, audience="customers")
    drafting.keep(session, article, restricted, locale="ko", by="Mina")
    assert session.exec(select(SearchUnit)).first() is None


def test_numbers_of_other_shops_and_of_nothing_are_left_out(session, shop):
    mine = factories.article(session, shop)
    theirs = factories.article(session, shops.store(session))
    given = [str(mine.article_id), str(theirs.article_id), "4711", "x", "-1", "9" * 30]
    text = drafting.create(session, form(shop, related=given, product=["12", "x", "9" * 30]), by="Mina")
    assert queries.related_of(session, text.article_id) == [mine.article_id]
    assert [one.remote_id for one in queries.subjects_of(session, text.article_id)] == [12]
