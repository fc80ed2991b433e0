"""Translating side by side: what changed, what is kept, and what follows."""

import pytest

from faq import editing, publishing, queries
from faq.schemas import TextForm

from . import factories
from .desk import words

pytestmark = pytest.mark.database


@pytest.fixture
def article(database, shop):
    with database.writing() as session:
        return factories.article(session, shop, "반품", "14일 안에 보내요", locale="ko").article_id


@pytest.fixture
def outdated(database, article):
    """A translation that follows a version which the main language has left behind."""
    with database.writing() as session:
        factories.translation(
            session, queries.text_in(session, article, "ko"), "Returns", "14 days", locale="en"
        )
        form = TextForm(title="반품", body="30일 안에 보내요")
        newer = editing.save_text(
            session, queries.article(session, article), locale="ko", form=form, by="Mina"
        )
        publishing.publish(session, newer)
    return article


def behind(database, number):
    with database.reading() as session:
        texts = queries.texts_of(session, [number])[number]
        return queries.is_outdated(texts["ko"], texts["en"])


def test_a_missing_language_is_written_beside_the_main_one(database, desk, article):
    shown = desk("agent").get(f"/articles/{article}/en/translate").text
    assert "14일 안에 보내요" in shown
    form = {"title": "Returns", "body": "Within 14 days", "then": "publish"}
    answer = desk("agent").post(f"/articles/{article}/en/translate", data=form)
    assert answer.headers["location"] == f"/articles/{article}/en/translate?said=published"
    with database.reading() as session:
        assert queries.text_in(session, article, "en").state == "published"
    assert not behind(database, article)


def test_an_outdated_translation_shows_what_changed_since_and_following_ends_it(database, desk, outdated):
    shown = words(desk("reader").get(f"/articles/{outdated}/en/translate"))
    assert "What changed in Korean" in shown
    assert "taken out: 14일" in shown
    assert "put in: 30일" in shown
    form = {"title": "Returns", "body": "30 days", "opened_version": 1}
    desk("agent").post(f"/articles/{outdated}/en/translate", data=form)
    assert not behind(database, outdated)


def test_a_translation_is_marked_as_up_to_date_without_a_new_version(database, desk, outdated):
    desk("agent").post(f"/articles/{outdated}/en/up-to-date")
    assert not behind(database, outdated)
    with database.reading() as session:
        assert queries.text_in(session, outdated, "en").version == 1
    assert "What changed" not in desk("agent").get(f"/articles/{outdated}/en/translate").text


def test_a_mistake_and_a_clash_keep_what_was_written(desk, outdated):
    wrong = desk("agent").post(f"/articles/{outdated}/en/translate", data={"title": "", "body": "mine"})
    assert (wrong.status_code, wrong.text.count('aria-invalid="true"')) == (400, 1)
    assert ">mine</textarea>" in wrong.text
    form = {"title": "Returns", "body": "mine", "opened_version": 7}
    clash = desk("agent").post(f"/articles/{outdated}/en/translate", data=form)
    assert clash.status_code == 409
    assert ">mine</textarea>" in clash.text
    assert 'name="over" value="1"' in clash.text


def test_the_main_language_is_not_translated_from_itself(desk, article):
    answer = desk("agent").get(f"/articles/{article}/ko/translate")
    assert answer.headers["location"] == f"/articles/{article}/ko"


def test_a_language_beyond_the_help_centres_own_can_be_written_too(database, desk, article):
    assert desk("agent").get(f"/articles/{article}/pt-BR/translate").status_code == 200
    form = {"title": "Devoluções", "body": "30 dias"}
    assert desk("agent").post(f"/articles/{article}/pt-BR/translate", data=form).status_code == 303
    assert "Portuguese (Brazil)" in desk("agent").get(f"/articles/{article}/ko").text
