"""Claims about putting questions together: once, alike on every run, whoever runs beside."""

import threading

import pytest
from sqlmodel import func, select

from faq import grouping, jobs, settling
from faq.question_tables import AskedQuestion, QuestionGroup
from tests import factories

from .asking import ask
from .factories import article

pytestmark = pytest.mark.database


@pytest.fixture
def shop(database, clock):
    with database.writing() as session:
        return factories.store(session)


def groups(database):
    """Each group's question and how many questions it has, oldest group first."""
    chosen = (
        select(QuestionGroup.question, func.count(AskedQuestion.id))
        .outerjoin(AskedQuestion, AskedQuestion.group_id == QuestionGroup.id)
        .group_by(QuestionGroup.id)
        .order_by(QuestionGroup.id)
    )
    with database.reading() as session:
        return [(said, count) for said, count in session.execute(chosen)]


def test_questions_that_ask_the_same_stand_together_and_the_most_typical_speaks(database, shop):
    with database.writing() as session:
        ask(
            session,
            shop,
            "I would like to cancel an order of mine",
            "How can I cancel my order?",
            "cancel order",
        )
        ask(session, shop, "cancel order", "change order", times=2)
    jobs.group_questions(database)
    assert groups(database) == [("cancel order", 5), ("change order", 2)]


def test_languages_and_shops_stay_apart(database, shop):
    with database.writing() as session:
        ask(session, shop, "PayPal")
        ask(session, shop, "PayPal", locale="ko")
        ask(session, factories.store(session), "PayPal")
    jobs.group_questions(database)
    assert groups(database) == [("PayPal", 1)] * 3


def test_answered_questions_need_no_group(database, shop):
    with database.writing() as session:
        ask(session, shop, "cancel order", outcome="answer")
        ask(session, shop, "gift wrap", outcome="did_you_mean")
    jobs.group_questions(database)
    assert groups(database) == [("gift wrap", 1)]


def test_a_second_run_changes_nothing(database, shop):
    with database.writing() as session:
        ask(session, shop, "cancel order", "gift wrap", "선물 포장", "is gift wrapping possible", times=3)
    jobs.group_questions(database)
    before = groups(database)
    jobs.group_questions(database)
    assert groups(database) == before


def test_many_questions_are_grouped_in_parts_just_as_at_once(database, shop, monkeypatch):
    asked = [
        f"{what} {verb}" for what in ("order", "parcel", "gift card") for verb in ("late", "broken", "lost")
    ]
    with database.writing() as session:
        ask(session, shop, *asked, times=3)
    monkeypatch.setattr(grouping, "AT_A_TIME", 4)
    jobs.group_questions(database)
    assert sorted(groups(database)) == sorted((said, 3) for said in asked)


def test_new_questions_join_the_groups_that_are_there(database, shop):
    with database.writing() as session:
        ask(session, shop, "gift wrap")
    jobs.group_questions(database)
    with database.writing() as session:
        ask(session, shop, "gift wrapping", "gift wrapping", "wrap for a gift")
    jobs.group_questions(database)
    assert groups(database) == [("gift wrapping", 4)]


def test_a_run_that_was_overtaken_writes_nothing_and_begins_anew(database, shop):
    with database.writing() as session:
        ask(session, shop, "gift wrap")
    place = grouping.Place(shop.id, "en")
    with database.reading() as session:
        found = grouping.waiting(session, place)
    jobs.group_questions(database)
    with database.writing() as session:
        assert grouping.carry_out(session, place, found, grouping.plan(found, "en")) is None
    assert groups(database) == [("gift wrap", 1)]


def test_a_run_killed_in_the_middle_of_writing_leaves_nothing_behind(database, shop, monkeypatch):
    class Killed(BaseException):
        pass

    def die(*_given):
        raise Killed

    with database.writing() as session:
        ask(session, shop, "gift wrap", "cancel order")
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(grouping, "_open_again", die)
        jobs.group_questions(database)
    assert groups(database) == []
    jobs.group_questions(database)
    assert groups(database) == [("gift wrap", 1), ("cancel order", 1)]


def test_a_run_killed_after_writing_leaves_groups_whose_first_question_speaks_until_the_next_comes(
    database, shop, monkeypatch
):
    class Killed(BaseException):
        pass

    def die(*_given):
        raise Killed

    with database.writing() as session:
        ask(session, shop, "I would like to have a gift wrapped", "gift wrapping", "gift wrapping")
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(grouping, "typical", die)
        jobs.group_questions(database)
    assert sum(count for _, count in groups(database)) == 3
    with database.writing() as session:
        ask(session, shop, "gift wrapping")
    jobs.group_questions(database)
    assert ("gift wrapping", 4) in groups(database)


def test_runs_beside_each_other_open_no_group_twice(database, shop, monkeypatch):
    asked = [
        f"{what} {verb}"
        for what in ("order", "parcel", "coupon", "wool")
        for verb in ("late", "wash", "lost")
    ]
    with database.writing() as session:
        ask(session, shop, *asked, times=4)
    monkeypatch.setattr(grouping, "AT_A_TIME", 3)
    monkeypatch.setattr(jobs, "MOST_PLANS", 1000)
    start, problems = threading.Barrier(3), []

    def run():
        start.wait(10)
        try:
            jobs.group_questions(database)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert sorted(groups(database)) == sorted((said, 4) for said in asked)


# -- answered groups ---------------------------------------------------------------------------------------------


@pytest.fixture
def answered(database, shop):
    """A group that an article answers since this moment; returns the article's number."""
    with database.writing() as session:
        ask(session, shop, "gift wrap")
    jobs.group_questions(database)
    with database.writing() as session:
        text = article(session, shop, "Gift wrapping")
        assert settling.close_answered(session, 1, article_id=text.article_id)
    return text.article_id


def state(database):
    with database.reading() as session:
        found = session.get(QuestionGroup, 1)
        return found.state


def test_an_answered_group_opens_again_when_questions_go_on_unanswered(database, shop, clock, answered):
    clock.advance(minutes=5)
    with database.writing() as session:
        ask(session, shop, "gift wrapping")
    jobs.group_questions(database)
    assert state(database) == "open"


def test_a_question_from_before_the_answer_does_not_open_it_again(database, shop, clock, answered):
    with database.writing() as session:
        ask(session, shop, "gift wrapping", days_ago=0.01)
    clock.advance(minutes=5)
    jobs.group_questions(database)
    assert state(database) == "answered"
    assert groups(database) == [("gift wrap", 2)]


def test_what_was_set_aside_stays_aside_when_it_is_asked_again(database, shop, clock):
    with database.writing() as session:
        ask(session, shop, "gift wrap")
    jobs.group_questions(database)
    with database.writing() as session:
        settling.set_aside(session, settling.group(session, 1), by="Mina")
    clock.advance(minutes=5)
    with database.writing() as session:
        ask(session, shop, "gift wrapping")
    jobs.group_questions(database)
    assert state(database) == "ignored"
    assert groups(database) == [("gift wrap", 2)]
