"""Claims about votes and readings."""

import threading

import pytest
from sqlmodel import select

from faq import voting
from faq.question_tables import ArticleDay, ArticleVote
from tests import factories

from .factories import article

pytestmark = pytest.mark.database


@pytest.fixture
def number(database, clock):
    with database.writing() as session:
        return article(session, factories.store(session)).article_id


def vote(database, number, **given):
    with database.writing() as session:
        voting.vote(session, article_id=number, locale="en", **{"key": "k", "helped": False} | given)


def votes(database):
    with database.reading() as session:
        return list(session.exec(select(ArticleVote).order_by(ArticleVote.id)))


def test_a_vote_with_the_same_key_replaces_the_one_before(database, number):
    vote(database, number, helped=False, reason="unclear")
    vote(database, number, helped=True)
    vote(database, number, key="another")
    assert [(one.key, one.helped, one.reason) for one in votes(database)] == [
        ("k", True, ""),
        ("another", False, ""),
    ]


def test_reason_and_question_are_kept_without_what_tells_who_wrote_and_not_for_ever_long(database, number):
    vote(
        database,
        number,
        reason="call me\0 010-1234-5678 " + "x " * 600,
        question="mail minji@example.com why?",
    )
    found = votes(database)[0]
    assert found.reason.startswith("call me ••• x")
    assert len(found.reason) <= 500
    assert found.question == "mail ••• why?"


def test_a_key_beyond_all_reason_is_cut(database, number):
    vote(database, number, key="k" * 10_000)
    assert len(votes(database)[0].key) == 64


def test_readings_and_those_who_asked_a_person_are_counted_by_day_and_language(database, number, clock):
    with database.writing() as session:
        for locale in ("en", "en", "ko"):
            voting.viewed(session, article_id=number, locale=locale)
        voting.asked_person(session, article_id=number, locale="en")
    clock.advance(days=1)
    with database.writing() as session:
        voting.asked_person(session, article_id=number, locale="en")
    with database.reading() as session:
        days = session.exec(select(ArticleDay).order_by(ArticleDay.day, ArticleDay.locale)).all()
    assert [(day.locale, day.views, day.asked_person) for day in days] == [
        ("en", 2, 1),
        ("ko", 1, 0),
        ("en", 0, 1),
    ]


def test_readers_at_the_same_moment_are_all_counted(database, number):
    def read():
        for _ in range(5):
            with database.writing() as session:
                voting.viewed(session, article_id=number, locale="en")

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    with database.reading() as session:
        assert session.exec(select(ArticleDay)).one().views == 20
