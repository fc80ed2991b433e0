"""Claims about what becomes of questions: samples, drafts, set aside, answered by search itself."""

import pytest
from sqlmodel import select

from faq import editing, jobs, publishing, queries, settling
from faq.errors import ArticleNotFound, NotReady, QuestionNotFound
from faq.question_tables import QuestionGroup
from faq.schemas import TextForm
from tests import factories

from .asking import NOTHING, answered, ask
from .factories import article, translation

pytestmark = pytest.mark.database


@pytest.fixture
def shop(database, clock):
    with database.writing() as session:
        return factories.store(session)


@pytest.fixture
def asked(database, shop):
    """`asked("gift wrap", "gift wrapping")` asks, groups and returns the first group's number."""

    def ask_and_group(*said, **given):
        with database.writing() as session:
            ask(session, shop, *said, **given)
        jobs.group_questions(database)
        return 1

    return ask_and_group


def written(database, shop, *given, **more):
    with database.writing() as session:
        return article(session, shop, *given, **more)


def group(database, number=1):
    with database.reading() as session:
        return session.get(QuestionGroup, number)


def text(database, article_id, locale="en"):
    with database.reading() as session:
        return queries.text_in(session, article_id, locale)


def take(database, number, article_id):
    with database.writing() as session:
        settling.take_as_sample(session, settling.group(session, number), article_id=article_id, by="Mina")


def test_a_published_article_takes_the_question_and_readers_have_it_at_once(database, shop, asked):
    number, to = asked("gift wrap"), written(database, shop).article_id
    for _ in range(2):
        take(database, number, to)
    found = text(database, to)
    assert found.samples == ["gift wrap"]
    assert (found.version, found.published_version, found.state) == (2, 2, "published")
    assert (group(database).state, group(database).article_id, group(database).closed_by) == (
        "answered",
        to,
        "Mina",
    )


def test_changes_that_nobody_published_are_not_published_along(database, shop, asked):
    number, to = asked("gift wrap"), written(database, shop).article_id
    with database.writing() as session:
        form = TextForm(title="Half", body="Unfinished")
        editing.save_text(session, queries.article(session, to), locale="en", form=form, by="Jun")
    take(database, number, to)
    found = text(database, to)
    assert (found.samples, found.published_version) == (["gift wrap"], 1)
    assert (group(database).state, group(database).article_id) == ("open", to)


def test_a_draft_takes_the_question_and_stays_a_draft(database, shop, asked):
    number, to = asked("gift wrap"), written(database, shop, published=False).article_id
    take(database, number, to)
    assert (text(database, to).state, text(database, to).samples) == ("draft", ["gift wrap"])
    assert group(database).state == "open"


def test_the_sample_goes_to_the_text_in_the_questions_language(database, shop, asked):
    number = asked("선물 포장", locale="ko")
    with database.writing() as session:
        both = article(session, shop, "Gift wrapping")
        translation(session, both, "선물 포장 안내", "해 드려요.")
    take(database, number, both.article_id)
    assert text(database, both.article_id, "ko").samples == ["선물 포장"]
    assert text(database, both.article_id).samples == []


def test_an_article_without_a_text_in_that_language_cannot_take_it(database, shop, asked):
    number, to = asked("선물 포장", locale="ko"), written(database, shop).article_id
    with pytest.raises(NotReady, match="Translate it first"):
        take(database, number, to)


def test_another_shops_article_looks_as_if_it_were_not_there(database, shop, asked):
    number = asked("gift wrap")
    with database.writing() as session:
        to = article(session, factories.store(session)).article_id
    for wrong in (to, 999):
        with pytest.raises(ArticleNotFound):
            take(database, number, wrong)
    with pytest.raises(QuestionNotFound):
        take(database, 999, to)


def test_taking_it_back_leaves_the_article_and_the_question_as_before(database, shop, asked):
    number, to = asked("gift wrap"), written(database, shop, samples=["wrapping"]).article_id
    take(database, number, to)
    for _ in range(2):
        with database.writing() as session:
            settling.take_back_sample(session, settling.group(session, number), by="Mina")
    found = text(database, to)
    assert (found.samples, found.state, found.published_version) == (["wrapping"], "published", found.version)
    assert (group(database).state, group(database).article_id) == ("open", None)


def test_a_draft_has_the_question_as_its_title_and_a_second_press_opens_the_same(database, shop, asked):
    number = asked("Do you wrap gifts?")
    made = []
    for _ in range(2):
        with database.writing() as session:
            made.append(settling.draft(session, settling.group(session, number), by="Mina").article_id)
    assert made[0] == made[1]
    found = text(database, made[0])
    assert (found.title, found.state, found.saved_by) == ("Do you wrap gifts?", "draft", "Mina")
    assert group(database).state == "open"


def test_a_very_long_question_becomes_a_title_and_a_sample(database, shop, asked):
    number = asked("wrap " * 60)
    with database.writing() as session:
        found = settling.draft(session, settling.group(session, number), by="Mina")
    assert len(found.title) <= 200
    assert len(found.samples[0]) > 200


def test_setting_aside_says_who_and_opening_again_takes_it_back(database, asked):
    number = asked("gift wrap")
    with database.writing() as session:
        settling.set_aside(session, settling.group(session, number), by="Mina")
    assert (group(database).state, group(database).closed_by) == ("ignored", "Mina")
    with database.writing() as session:
        settling.open_again(session, settling.group(session, number))
    assert (group(database).state, group(database).closed_by) == ("open", "")


# -- search itself -----------------------------------------------------------------------------------------------


@pytest.fixture
def knowing(monkeypatch):
    """What search answers by now, by question; everything else finds nothing."""
    known = {}
    monkeypatch.setattr(settling, "answer", lambda session, *, question, **_: known.get(question, NOTHING))
    return known


def test_a_published_article_that_answers_closes_the_group(database, shop, asked, knowing, run_jobs):
    number = asked("gift wrap", "gift wrapping")
    to = written(database, shop, "Gift wrapping").article_id
    knowing.update(dict.fromkeys(("gift wrap", "gift wrapping"), answered(to)))
    assert "faq.ask_again" in run_jobs(later=True)
    assert (group(database, number).state, group(database).article_id) == ("answered", to)
    assert group(database).closed_by == ""


def test_publishing_many_asks_once(database, shop, run_jobs):
    for title in ("One", "Two", "Three"):
        written(database, shop, title)
    assert run_jobs(later=True).count("faq.ask_again") == 1


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"gift wrap": "fallback"},
        {"gift wrapping": "own"},
        {"gift wrap": "own", "wrap gifts": "own", "gift wrapping": "fallback"},
    ],
)
def test_a_group_stays_open_without_a_sure_answer_in_its_language_to_most_wordings(
    database, shop, asked, knowing, known
):
    number = asked(
        "gift wrap", "gift wrap", "gift wrap", "wrapping for the gift", "gift wrapping", "wrapped gift"
    )
    to = written(database, shop).article_id
    knowing.update({said: answered(to, fallback=how == "fallback") for said, how in known.items()})
    jobs.ask_again(database, store_id=shop.id)
    assert group(database, number).state == "open"


def test_every_night_all_shops_are_asked_again_and_a_second_night_changes_nothing(
    database, shop, asked, knowing, monkeypatch
):
    monkeypatch.setattr(jobs, "ASKED_AT_A_TIME", 2)
    with database.writing() as session:
        other = factories.store(session)
        ask(session, other, "gift wrap")
    asked("gift wrap", "cancel order", "wool wash", "canada shipping", "wide shoes")
    to = written(database, shop).article_id
    knowing.update({said: answered(to) for said in ("cancel order", "wide shoes", "gift wrap")})
    for _ in range(2):
        jobs.ask_again(database)
    with database.reading() as session:
        states = {
            found.question: found.state
            for found in session.exec(select(QuestionGroup))
            if found.store_id == shop.id
        }
    assert states == {
        "gift wrap": "answered", "cancel order": "answered", "wool wash": "open", "canada shipping": "open",
        "wide shoes": "answered",
    }  # fmt: skip


def test_what_a_person_set_aside_meanwhile_stays_aside(database, shop, asked):
    number, to = asked("gift wrap"), written(database, shop).article_id
    with database.writing() as session:
        settling.set_aside(session, settling.group(session, number), by="Mina")
        assert not settling.close_answered(session, number, article_id=to)
    assert group(database).state == "ignored"


def test_a_question_whose_answer_came_before_its_group_is_closed_at_once(database, shop, asked, knowing):
    to = written(database, shop).article_id
    knowing["gift wrap"] = answered(to)
    assert group(database, asked("gift wrap")).state == "answered"


def test_withdrawing_closes_nothing(database, shop, asked, knowing, run_jobs):
    number, found = asked("gift wrap"), written(database, shop)
    with database.writing() as session:
        publishing.withdraw(session, queries.text(session, found.id), archive=True)
    run_jobs(later=True)
    assert group(database, number).state == "open"
