"""Claims about reading an article: found for the reader, filled, harmless, in its own language."""

import pytest

from connector import actions
from core import clock
from faq import editing, help_centres, images, publishing, queries, reading
from faq.errors import ArticleNotFound, BadArticle
from faq.schemas import Reader, TextForm
from tests import factories

from .factories import article
from .pictures import picture
from .test_variables import TEA

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session):
    shop = factories.store(session)
    help_centres.help_centre_of(session, shop.id)
    actions.mirror_products(session, shop, [TEA], now=clock.now())
    return shop


def test_a_reader_gets_the_published_version_filled_and_harmless(session, shop):
    text = article(session, shop, "가격", "# 가격\n\n{{ product.45.price }} <b>x</b>", locale="ko")
    parent = queries.article(session, text.article_id)
    editing.save_text(session, parent, locale="ko", form=TextForm(title="새 제목", body="새 글"), by="Jun")
    article_read = reading.read(session, Reader(shop.id), "ko", "가격")
    found = article_read.shown
    assert (found.title, article_read.version, found.unfilled) == ("가격", 1, ())
    assert found.html == '<h2 id="s-가격">가격</h2>\n<p>₩80,000 &lt;b&gt;x&lt;/b&gt;</p>\n'
    assert [one.text for one in found.headings] == ["가격"]
    assert found.summary == "₩80,000 <b>x</b>"
    assert (article_read.article, article_read.text) == (parent, text)


def test_not_there_and_not_for_this_reader_look_the_same(session, shop):
    article(session, shop, "Secret", audience="staff")
    article(session, shop, "Draft", published=False)
    said = set()
    for reader, slug in (
        (Reader(shop.id), "secret"),
        (Reader(shop.id, "staff"), "draft"),
        (Reader(shop.id), "x"),
    ):
        with pytest.raises(ArticleNotFound) as refused:
            reading.read(session, reader, "en", slug)
        said.add((str(refused.value), str(refused.value.details)))
    assert len(said) == 1
    assert reading.read(session, Reader(shop.id, "staff"), "en", "secret").shown.title == "Secret"


def test_words_that_the_page_adds_are_in_the_articles_language(session, shop):
    body = "|a|\n|-|\n|b|\n\nhttps://youtu.be/x"
    assert 'aria-label="표"' in reading.preview(session, shop.id, "ko", "T", body).html
    assert "동영상 보기" in reading.preview(session, shop.id, "ko", "T", body).html
    assert "Watch the video" in reading.preview(session, shop.id, "en", "T", body).html


def test_pictures_carry_their_size_and_another_shops_are_not_shown(session, files, shop):
    other = factories.store(session)
    ours = images.keep(session, files, shop.id, picture(), "ours.png")
    theirs = images.keep(session, files, other.id, picture(colour=(1, 1, 1)), "theirs.png")
    body = f"{images.markdown_of(ours)} {images.markdown_of(theirs)}"
    html = reading.preview(session, shop.id, "en", "T", body).html
    assert html.count("<img") == 1
    assert 'width="40" height="30" loading="lazy"' in html
    assert "> theirs</p>" in html


def test_links_to_the_shop_itself_are_no_outside_links(session, shop):
    body = f"[a]({shop.home_address}/x) [b](https://elsewhere.example)"
    assert reading.preview(session, shop.id, "en", "T", body).html.count("nofollow") == 1


def test_a_preview_shows_what_is_missing_and_changes_nothing(session, shop):
    found = reading.preview(session, shop.id, "en", "T", "A {{ shop.phone }} and {{ shop.nmae }}")
    assert found.unfilled == ("shop.phone", "shop.nmae")
    assert found.html == "<p>A — and —</p>\n"
    with pytest.raises(BadArticle):
        reading.preview(session, shop.id, "en", "T", "x" * 2_000_000)


def test_a_value_that_vanished_is_a_dash_to_readers(session, shop):
    text = article(session, shop, "Price", "{{ product.45.price }}")
    actions.remove_products(session, shop, [45], now=clock.now())
    found = reading.read(session, Reader(shop.id), "en", text.slug).shown
    assert (found.html, found.unfilled) == ("<p>—</p>\n", ("product.45.price",))


def test_what_was_withdrawn_is_not_read(session, shop):
    text = article(session, shop, "Old")
    publishing.withdraw(session, text, archive=True)
    with pytest.raises(ArticleNotFound):
        reading.read(session, Reader(shop.id), "en", "old")
