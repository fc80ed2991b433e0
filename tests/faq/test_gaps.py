"""Claims about the counts of what readers ask in vain."""

from datetime import timedelta

import pytest

from faq import gaps, grouping, jobs, settling, voting
from faq.gaps import Wanted
from tests import factories

from .asking import ask
from .factories import article

pytestmark = pytest.mark.database


@pytest.fixture
def shop(database, clock):
    with database.writing() as session:
        return factories.store(session)


@pytest.fixture
def asked(database, shop):
    def ask_and_group(*said, **given):
        with database.writing() as session:
            ask(session, given.pop("at", shop), *said, **given)
        jobs.group_questions(database)

    return ask_and_group


def shown(database, **wanted):
    with database.reading() as session:
        return [gap.question for gap in gaps.gaps(session, Wanted(**wanted))[0]]


def settle(database, number, what, *given, **more):
    with database.writing() as session:
        getattr(settling, what)(session, settling.group(session, number), *given, **more)


def test_a_group_counts_7_30_and_180_days_and_what_its_askers_met(database, asked):
    for days, times in ((1, 2), (10, 3), (60, 4), (179, 1)):
        asked("gift wrap", days_ago=days, times=times)
    asked("gift wrapping", days_ago=2, times=5, outcome="did_you_mean")
    with database.reading() as session:
        found = gaps.gap(session, 1)
    assert found.counts == {7: 7, 30: 10, 180: 15}
    assert (found.nothing, found.unsure) == (10, 5)


def test_weeks_are_counted_one_by_one_with_the_newest_last(database, asked):
    asked("gift wrap", days_ago=0.5, times=3)
    asked("gift wrap", days_ago=8, times=2)
    asked("gift wrap", days_ago=7 * 11 + 1)
    asked("gift wrap", days_ago=7 * 13)
    with database.reading() as session:
        weeks = gaps.gap(session, 1).weeks
    assert weeks == (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3)


def test_the_most_asked_of_the_wanted_days_stands_first(database, asked):
    asked("gift wrap", days_ago=20, times=9)
    asked("cancel order", days_ago=1, times=3)
    asked("wool wash", days_ago=100)
    assert shown(database) == ["gift wrap", "cancel order"]
    assert shown(database, days=7) == ["cancel order"]
    assert shown(database, days=180) == ["gift wrap", "cancel order", "wool wash"]


def test_each_filter_shows_its_groups(database, shop, asked):
    asked("gift wrap", times=3)
    asked("cancel order", times=2, outcome="did_you_mean")
    asked("wool wash", "size chart", "student discount")
    with database.writing() as session:
        to = article(session, shop).article_id
    settle(database, 3, "take_as_sample", article_id=to, by="Mina")
    settle(database, 4, "draft", by="Mina")
    settle(database, 5, "set_aside", by="Mina")
    assert shown(database) == ["gift wrap", "cancel order", "size chart"]
    assert shown(database, shown="repeated") == ["gift wrap"]
    assert shown(database, shown="nothing") == ["gift wrap", "size chart"]
    assert shown(database, shown="did_you_mean") == ["cancel order"]
    assert shown(database, shown="in_work") == ["size chart"]
    assert shown(database, shown="answered") == ["wool wash"]
    assert shown(database, shown="ignored") == ["student discount"]
    with database.reading() as session:
        assert gaps.numbers(session, Wanted()) == {"open": 3, "repeated": 1}
        taken = gaps.gap(session, 4).taken
    assert (taken.title, taken.state) == ("size chart", "draft")


def test_languages_shops_and_pages_are_chosen(database, shop, asked, monkeypatch):
    with database.writing() as session:
        other = factories.store(session)
    asked("gift wrap", "wool wash", "size chart")
    asked("선물 포장", locale="ko")
    asked("gift wrap", at=other, times=2)
    assert shown(database, locale="ko") == ["선물 포장"]
    assert shown(database, store_id=other.id) == ["gift wrap"]
    with database.reading() as session:
        pages = [gaps.gaps(session, Wanted(page=number), limit=2) for number in (1, 2, 3)]
    assert [(len(found), more) for found, more in pages] == [(2, True), (2, True), (1, False)]
    assert len({gap.id for found, _ in pages for gap in found}) == 5


def test_wordings_are_counted(database, asked):
    asked("gift wrap", times=3)
    asked("gift wrapping", "wrapping gifts")
    with database.reading() as session:
        assert [(said, times) for said, times, _ in gaps.wordings(session, 1)] == [
            ("gift wrap", 3), ("gift wrapping", 1), ("wrapping gifts", 1),
        ]  # fmt: skip


def test_a_vote_that_an_article_did_not_help_with_a_question_is_a_hint_of_what_it_lacks(database, shop):
    with database.writing() as session:
        lacking, fine = article(session, shop, "Returns"), article(session, shop, "Shipping")
        for place, asked_there in enumerate(("Without a box?", "Without a box?", "From abroad?", "")):
            voting.vote(
                session,
                article_id=lacking.article_id,
                locale="en",
                key=f"k{place}",
                helped=False,
                question=asked_there,
            )
        voting.vote(session, article_id=fine.article_id, locale="en", key="k", helped=True, question="When?")
    with database.reading() as session:
        found = gaps.hints(session, Wanted())
        assert gaps.hints(session, Wanted(locale="ko")) == []
    assert [(hint.title, hint.votes, set(hint.questions)) for hint in found] == [
        ("Returns", 3, {"Without a box?", "From abroad?"})
    ]


def test_what_was_asked_between_two_moments(database, shop, asked, clock):
    for outcome, times in (("answer", 5), ("did_you_mean", 2), ("nothing", 1)):
        asked("gift wrap", outcome=outcome, times=times, days_ago=1)
    asked("gift wrap", days_ago=10)
    with database.reading() as session:
        start = clock.now() - timedelta(days=7)
        assert gaps.asked_since(session, shop.id, start, clock.now()) == {
            "answer": 5,
            "did_you_mean": 2,
            "nothing": 1,
        }
        most = gaps.most_asked(session, shop.id, start, clock.now(), limit=10)
    assert [(found.question, times) for found, times in most] == [("gift wrap", 3)]


def test_grouping_waits_for_nothing_when_all_has_a_group(database, asked):
    asked("gift wrap")
    with database.reading() as session:
        assert grouping.places(session) == []
