"""Claims about keeping what was asked, and for how long."""

from datetime import timedelta

import pytest
from sqlmodel import select

from faq import jobs, voting
from faq.question_tables import ArticleVote, AskedQuestion, QuestionGroup
from tests import factories

from .asking import NOTHING, answered, ask, note
from .factories import article
from .test_blotting import PERSONAL

pytestmark = pytest.mark.database


@pytest.fixture
def shop(session, clock):
    return factories.store(session)


def kept(session):
    return [one.question for one in session.exec(select(AskedQuestion).order_by(AskedQuestion.id))]


def test_a_question_is_kept_with_what_became_of_it(session, shop):
    text = article(session, shop)
    note(
        session,
        shop,
        " 반품은\n어떻게 하나요? ",
        locale="ko",
        channel="chat",
        answer=answered(text.article_id),
    )
    row = session.exec(select(AskedQuestion)).one()
    assert (row.question, row.locale, row.channel) == ("반품은 어떻게 하나요?", "ko", "chat")
    assert (row.outcome, row.confidence, row.article_id) == ("answer", 0.9, text.article_id)


def test_nothing_personal_stays_of_a_question_whatever_its_shape(session, shop, clock):
    for _, line in PERSONAL:
        clock.advance(minutes=1)
        note(session, shop, line)
        note(session, shop, line, channel="chat")
    everything = "\n".join(kept(session))
    assert len(kept(session)) == 2 * len(PERSONAL)
    for secret in ("@", "1234-5678", "4111", "http", "김민지", "Weber", "192.168", "wc_order"):
        assert secret not in everything


def test_a_question_carries_no_field_that_could_tell_who_asked():
    assert set(AskedQuestion.model_fields) == {
        "id", "store_id", "locale", "question", "channel", "outcome", "confidence", "article_id", "group_id", "asked_at",
    }  # fmt: skip


def test_a_question_that_is_only_an_address_or_a_number_is_not_kept(session, shop):
    for line in ("minji@example.com", "010-1234-5678", "#1047", "   "):
        note(session, shop, line)
    assert kept(session) == []


def test_a_question_is_cut_at_300_characters(session, shop):
    note(session, shop, "배송 " * 500)
    assert [len(one) for one in kept(session)] == [299]


def test_going_on_typing_and_reloading_is_one_question(session, shop, clock):
    for typed in ("ret", "retu", "return", "Return", "return policy", "return policy"):
        note(session, shop, typed)
        clock.advance(seconds=4)
    assert kept(session) == ["return policy"]


def test_what_becomes_of_the_whole_question_counts_not_of_its_beginning(session, shop):
    text = article(session, shop)
    note(session, shop, "retu")
    note(session, shop, "return", answer=answered(text.article_id))
    row = session.exec(select(AskedQuestion)).one()
    assert (row.outcome, row.article_id) == ("answer", text.article_id)
    note(session, shop, "return policy")
    assert (row.outcome, row.article_id) == ("nothing", None)


def test_a_question_asked_again_later_elsewhere_or_in_the_chat_counts_again(session, shop, clock):
    other = factories.store(session)
    note(session, shop, "return")
    note(session, shop, "return", locale="ko")
    note(session, other, "return")
    note(session, shop, "return", channel="chat")
    clock.advance(seconds=31)
    note(session, shop, "return")
    assert len(kept(session)) == 5


def test_two_messages_of_a_chat_are_two_questions_though_one_begins_like_the_other(session, shop):
    note(session, shop, "return", channel="chat")
    note(session, shop, "return costs", channel="chat")
    note(session, shop, "return costs", channel="chat")
    assert kept(session) == ["return", "return costs"]


# -- forgetting --------------------------------------------------------------------------------------------------


@pytest.fixture
def asked_long_ago(database, clock):
    """One group whose typical question is too old, one that is all too old, and a vote of then."""
    with database.writing() as session:
        shop = factories.store(session)
        text = article(session, shop)
        voting.vote(
            session,
            article_id=text.article_id,
            locale="en",
            key="k",
            helped=False,
            reason="unclear",
            question="Why?",
        )
        ask(session, shop, "gift wrapping", times=3)
        ask(session, shop, "do you ship to canada")
        session.flush()
    jobs.group_questions(database)
    clock.advance(days=100)
    with database.writing() as session:
        ask(session, shop, "is gift wrapping offered")
    jobs.group_questions(database)
    return shop


def forget(database):
    jobs.forget_questions(database)
    with database.reading() as session:
        return [group.question for group in session.exec(select(QuestionGroup).order_by(QuestionGroup.id))]


def test_questions_stay_for_180_days(database, asked_long_ago, clock):
    clock.advance(days=79)
    assert forget(database) == ["gift wrapping", "do you ship to canada"]


def test_after_180_days_questions_and_what_shows_them_are_gone(database, asked_long_ago, clock):
    clock.advance(days=81)
    for _ in range(2):
        assert forget(database) == ["is gift wrapping offered"]
    with database.reading() as session:
        assert kept(session) == ["is gift wrapping offered"]
        vote = session.exec(select(ArticleVote)).one()
        assert (vote.helped, vote.reason, vote.question) == (False, "", "")


def test_a_night_killed_in_the_middle_is_made_up_for_by_the_next(
    database, asked_long_ago, clock, monkeypatch
):
    class Killed(BaseException):
        pass

    def die(*_given):
        raise Killed

    clock.advance(days=81)
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr("faq.grouping.typical", die)
        jobs.forget_questions(database)
    assert forget(database) == ["is gift wrapping offered"]


def test_forgetting_goes_on_through_many(database, clock, monkeypatch):
    monkeypatch.setattr("faq.questions.FORGOTTEN_AT_ONCE", 10)
    with database.writing() as session:
        shop = factories.store(session)
        ask(session, shop, "return", times=35, days_ago=181)
        ask(session, shop, "return", days_ago=timedelta(days=179).days)
    jobs.forget_questions(database)
    with database.reading() as session:
        assert len(kept(session)) == 1


def test_a_question_without_hits_keeps_no_article(session, shop):
    note(session, shop, "return", answer=NOTHING)
    assert session.exec(select(AskedQuestion)).one().article_id is None
