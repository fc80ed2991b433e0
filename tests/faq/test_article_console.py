"""The editor: writing, saving, publishing, and what happens when something is wrong."""

import pytest
from sqlmodel import select

from faq import editing, queries
from faq.schemas import LONGEST_BODY, TextForm
from faq.tables import Article
from tests import factories as shops

from . import factories
from .desk import words

pytestmark = pytest.mark.database


@pytest.fixture
def article(database, shop):
    with database.writing() as session:
        return factories.article(
            session, shop, "반품은 어떻게 하나요?", "**14일** 안에", locale="ko"
        ).article_id


def read(database, number, locale="ko"):
    with database.reading() as session:
        return queries.text_in(session, number, locale)


def save(desk, number, locale="ko", **given):
    form = {"title": "반품", "body": "30일 안에", "opened_version": 1}
    return desk("agent").post(f"/articles/{number}/{locale}", data=form | given)


def test_a_new_article_is_written_kept_as_a_draft_and_opened(database, desk, shop):
    assert 'name="title"' in desk("agent").get("/articles/new").text
    form = {"store": shop.id, "locale": "ko", "title": "배송", "body": "이틀 걸려요", "samples": "언제 와요?"}
    answer = desk("agent").post("/articles/new", data=form)
    assert answer.headers["location"] == "/articles/1/ko?said=created"
    text = read(database, 1)
    assert (text.state, text.saved_by, text.samples) == ("draft", "Agent", ["언제 와요?"])
    assert "Kept as a draft" in desk("agent").get(answer.headers["location"]).text


def test_with_several_shops_the_shop_is_chosen_first(database, desk, shop):
    with database.writing() as session:
        other = shops.store(session, name="Second shop")
    shown = desk("agent").get("/articles/new").text
    assert f'href="/articles/new?store={other.id}"' in shown
    assert 'name="title"' not in shown


def test_without_a_shop_nothing_can_be_written_and_the_page_says_so(desk):
    assert "No shop is connected yet" in desk("agent").get("/articles/new").text
    assert desk("agent").post("/articles/new", data={"title": "a"}).status_code == 404


def test_every_mistake_is_told_at_its_field_and_what_was_written_stays(database, desk, shop):
    form = {"store": shop.id, "locale": "ko", "title": "", "body": "My <b>long</b> text", "slug": "a b"}
    answer = desk("agent").post("/articles/new", data=form)
    assert answer.status_code == 400
    assert answer.text.count('aria-invalid="true"') == 2
    assert "Please write a title." in answer.text
    assert "My &lt;b&gt;long&lt;/b&gt; text" in answer.text
    with database.reading() as session:
        assert session.exec(select(Article)).first() is None


def test_a_text_that_is_too_long_stays_in_the_form_and_the_sentence_says_what_to_do(database, desk, article):
    answer = save(desk, article, body="x" * (LONGEST_BODY + 1))
    assert answer.status_code == 400
    assert f"longer than {LONGEST_BODY} characters. Please divide it" in answer.text
    assert "x" * (LONGEST_BODY + 1) in answer.text
    assert read(database, article).version == 1


def test_the_longest_korean_text_can_be_saved_from_the_form(database, desk, article):
    form = {"title": "반품", "body": "가" * LONGEST_BODY, "opened_version": "1"}
    parts = {name: (None, value) for name, value in form.items()}
    answer = desk("agent").post(f"/articles/{article}/ko", files=parts)
    assert answer.status_code == 303
    assert read(database, article).body == "가" * LONGEST_BODY
    shown = desk("agent").get(f"/articles/{article}/ko").text
    assert 'enctype="multipart/form-data"' in shown


def test_two_megabytes_are_refused_with_a_clear_sentence(database, desk, article):
    answer = save(desk, article, body="x" * 2_000_000)
    assert answer.status_code == 400
    assert "larger than this service takes" in answer.text
    assert read(database, article).version == 1


def test_saving_a_published_article_leaves_what_readers_see_until_it_is_published(database, desk, article):
    assert save(desk, article).headers["location"] == f"/articles/{article}/ko?said=saved"
    text = read(database, article)
    assert (text.state, text.version, text.published_version) == ("published", 2, 1)
    assert (
        save(desk, article, opened_version=2, then="publish").headers["location"].endswith("said=published")
    )
    assert read(database, article).published_version == 2


def test_an_empty_text_is_not_published_and_the_form_says_why(database, desk, article):
    answer = save(desk, article, body=" ", then="publish")
    assert answer.status_code == 409
    assert "There is nothing to publish yet" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert read(database, article).version == 1


def test_who_comes_second_keeps_what_was_written_and_can_save_it_over(database, desk, article):
    with database.writing() as session:
        form = TextForm(title="Theirs", body="theirs")
        editing.save_text(session, queries.article(session, article), locale="ko", form=form, by="Jun")
    answer = save(desk, article, body="mine")
    assert answer.status_code == 409
    assert "Jun saved this text after you opened it." in answer.text
    assert ">mine</textarea>" in answer.text
    assert 'name="opened_version" value="1"' in answer.text
    assert 'name="over" value="2"' in answer.text
    assert read(database, article).title == "Theirs"
    assert save(desk, article, body="mine", over=2).status_code == 303
    assert read(database, article).body == "mine"


@pytest.mark.parametrize("state", ["archived", "draft", "published"])
def test_an_article_changes_its_state_and_the_page_says_so(database, desk, article, state):
    answer = desk("agent").post(f"/articles/{article}/ko/state", data={"state": state})
    assert answer.headers["location"] == f"/articles/{article}/ko?said={state}"
    assert read(database, article).state == state
    assert "Readers" in words(desk("agent").get(answer.headers["location"]))


def test_an_article_opens_in_the_readers_language_and_a_missing_one_is_translated_first(
    database, desk, article
):
    assert desk("agent").get(f"/articles/{article}").headers["location"] == f"/articles/{article}/ko"
    assert desk("agent").get(f"/articles/{article}/en").headers["location"].endswith("/en/translate")
    with database.writing() as session:
        factories.translation(session, read(database, article), "Returns", "14 days", locale="en")
    assert desk("agent").get(f"/articles/{article}").headers["location"] == f"/articles/{article}/en"
    korean = desk("agent", language="ko").get(f"/articles/{article}")
    assert korean.headers["location"] == f"/articles/{article}/ko"


def test_a_reader_sees_the_article_and_no_form(desk, article):
    shown = desk("reader").get(f"/articles/{article}/ko").text
    assert "<strong>14일</strong>" in shown
    assert "<textarea" not in shown
    assert "/state" not in shown


@pytest.mark.parametrize(
    "path", ["/articles/99", "/articles/99/ko", "/articles/1/xx!", "/articles/99/ko/history"]
)
def test_what_is_not_there_is_not_found(desk, article, path):
    assert desk("owner").get(path).status_code == 404


def test_the_preview_is_harmless_html(desk, shop):
    body = "## Hi\n\n<script>x()</script>[a](javascript:x())<img src=x onerror=x()>"
    shown = (
        desk("agent").post("/console/faq/preview", data={"store": shop.id, "locale": "en", "body": body}).text
    )
    assert ">Hi</h2>" in shown
    for evil in ("<script", 'href="javascript:', "<img"):
        assert evil not in shown


def test_related_articles_and_products_are_searched_and_ticked_ones_stay(database, desk, shop, article):
    with database.writing() as session:
        other = factories.article(session, shop, "Returning hats", locale="en")
    given = {"store": shop.id, "article": article, "related": [other.article_id], "related_words": "반품"}
    shown = desk("agent").get("/console/faq/related", params=given).text
    assert f'value="{other.article_id}" checked' in shown
    assert "Nothing found." in shown
    found = desk("agent").get("/console/faq/related", params=given | {"article": 0}).text
    assert f'name="related" value="{article}"' in found


def test_what_was_ticked_is_kept_and_shown_again(database, desk, shop, article):
    with database.writing() as session:
        other = factories.article(session, shop, "Returning hats", locale="en")
    save(desk, article, related=[other.article_id], product_numbers="12, 34", audience="staff", kind="guide")
    shown = desk("agent").get(f"/articles/{article}/ko").text
    assert f'name="related" value="{other.article_id}" checked' in shown
    assert 'name="product" value="34" checked' in shown
    assert '<option value="staff" selected>' in shown
    assert '<option value="guide" selected>' in shown
