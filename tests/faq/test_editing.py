"""Claims about writing articles: versions, translations, addresses."""

import pytest

from faq import editing, publishing, queries
from faq.errors import BadArticle, ChangedMeanwhile
from faq.schemas import LONGEST_BODY, ArticleForm, Reader, TextForm
from tests import factories

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session):
    return factories.store(session)


@pytest.fixture
def article(session, shop):
    text = TextForm(title="반품은 어떻게 하나요?", body="14일 안에 보내 주세요.", samples=("반품 방법",))
    form = ArticleForm(category="returns")
    return editing.create(session, shop.id, locale="ko", form=form, text=text, by="Mina")


def test_a_new_article_is_a_draft_that_no_reader_sees(session, shop, article):
    assert (article.state, article.version, article.slug) == ("draft", 1, "반품은-어떻게-하나요")
    with pytest.raises(queries.ArticleNotFound):
        queries.published_text(session, Reader(shop.id, "staff"), "ko", article.slug)


def test_every_saving_is_a_version_and_saving_the_same_is_none(session, article):
    row = queries.article(session, article.article_id)
    changed = TextForm(title=article.title, body="7일 안에 보내 주세요.")
    for _ in range(2):
        editing.save_text(session, row, locale="ko", form=changed, by="Jun")
    assert [(one.version, one.saved_by) for one in queries.versions_of(session, article.id)] == [
        (2, "Jun"),
        (1, "Mina"),
    ]


def test_an_earlier_version_comes_back_as_the_newest(session, article):
    row = queries.article(session, article.article_id)
    editing.save_text(session, row, locale="ko", form=TextForm(title="x", body="y"), by="Jun")
    editing.restore(session, article, 1, by="Mina")
    assert (article.version, article.body, article.samples) == (3, "14일 안에 보내 주세요.", ["반품 방법"])


def test_readers_see_the_published_version_while_a_newer_one_is_written(session, shop, article):
    publishing.publish(session, article)
    row = queries.article(session, article.article_id)
    editing.save_text(session, row, locale="ko", form=TextForm(title="새 제목", body="새 글"), by="Jun")
    _, _, seen = queries.published_text(session, Reader(shop.id), "ko", article.slug)
    assert seen.body == "14일 안에 보내 주세요."


def test_a_translation_is_outdated_once_the_main_language_says_something_newer(session, article):
    row = queries.article(session, article.article_id)
    english = editing.save_text(
        session, row, locale="en", form=TextForm(title="Returns", body="14 days"), by="Jun"
    )
    publishing.publish(session, article)
    assert not queries.is_outdated(article, english)
    editing.save_text(session, row, locale="ko", form=TextForm(title="반품", body="7일"), by="Jun")
    publishing.publish(session, article)
    assert queries.is_outdated(article, english)


def test_whoever_opened_an_older_version_does_not_overwrite_a_newer_one(session, article):
    row = queries.article(session, article.article_id)
    editing.save_text(
        session, row, locale="ko", form=TextForm(title="a", body="b"), by="Jun", opened_version=1
    )
    with pytest.raises(ChangedMeanwhile, match="Jun"):
        editing.save_text(
            session, row, locale="ko", form=TextForm(title="c", body="d"), by="Mina", opened_version=1
        )


def test_articles_of_one_title_have_different_addresses(session, shop, article):
    again = editing.create(
        session,
        shop.id,
        locale="ko",
        form=ArticleForm(),
        text=TextForm(title=article.title, body="…"),
        by="Jun",
    )
    assert again.slug == f"{article.slug}-2"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        (TextForm(title=" ", body="x"), "title"),
        (TextForm(title="x" * 201), "title"),
        (TextForm(title="x", body="x" * (LONGEST_BODY + 1)), "body"),
        (TextForm(title="x", slug="../x"), "slug"),
        (TextForm(title="x", samples=("y" * 301,)), "samples"),
        (TextForm(title="x\0"), "body"),
    ],
)
def test_what_cannot_be_kept_is_refused_by_field(session, shop, form, field):
    with pytest.raises(BadArticle) as refused:
        editing.create(session, shop.id, locale="en", form=ArticleForm(), text=form, by="Jun")
    assert refused.value.details["fields"] == [field]
