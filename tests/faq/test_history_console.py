"""Versions of an article: compared, and brought back."""

import pytest

from faq import editing, queries
from faq.schemas import TextForm

from . import factories
from .desk import words

pytestmark = pytest.mark.database


@pytest.fixture
def article(database, shop):
    """Three versions; readers see the first."""
    with database.writing() as session:
        text = factories.article(
            session, shop, "Returns", "Within 14 days.", locale="en", samples=["Refund?"]
        )
        row = queries.article(session, text.article_id)
        for form in (
            TextForm(title="Returns", body="Within 30 days.", samples=("Refund?",)),
            TextForm(title="Sending back", body="Within 30 days."),
        ):
            editing.save_text(session, row, locale="en", form=form, by="Jun")
        return text.article_id


def test_all_versions_stand_there_with_who_made_them_and_which_readers_see(desk, article):
    shown = words(desk("reader").get(f"/articles/{article}/en/history"))
    assert "Version 1 Readers see this Mina" in shown
    assert "Version 3 Newest Jun" in shown
    assert "Bring back" not in shown


def test_the_newest_is_compared_with_the_one_before_and_any_two_when_asked(desk, article):
    shown = words(desk("reader").get(f"/articles/{article}/en/history"))
    assert "taken out: Returns" in shown
    assert "taken out: Refund?" in shown
    assert "30" not in shown
    shown = words(desk("reader").get(f"/articles/{article}/en/history?old=1&new=2"))
    assert "taken out: 14" in shown
    assert "put in: 30" in shown
    assert "There is no difference" in desk("reader").get(f"/articles/{article}/en/history?old=2&new=2").text


def test_bringing_one_back_makes_it_the_newest_and_says_so(database, desk, article):
    answer = desk("agent").post(f"/articles/{article}/en/restore", data={"version": 1})
    assert answer.headers["location"] == f"/articles/{article}/en/history?said=restored"
    shown = words(desk("agent").get(answer.headers["location"]))
    assert "Version 4 Newest Agent Version 1 brought back" in shown
    with database.reading() as session:
        text = queries.text_in(session, article, "en")
    assert (text.version, text.body, text.published_version) == (4, "Within 14 days.", 1)


@pytest.mark.parametrize("asked", ["old=9", "new=9", "old=-1"])
def test_a_version_that_is_not_there_is_not_found(desk, article, asked):
    assert desk("reader").get(f"/articles/{article}/en/history?{asked}").status_code == 404


def test_a_language_that_is_not_written_has_no_history(desk, article):
    assert desk("reader").get(f"/articles/{article}/ko/history").status_code == 404
