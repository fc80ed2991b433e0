"""Claims about the weekly letter: one for each shop, week and owner, or none."""

import threading
from datetime import UTC, datetime

import pytest
from sqlmodel import select

from faq import gap_letter, jobs, settling
from faq.gap_letter import week_due
from faq.help_centres import help_centre_of
from outbox.tables import Letter
from staff import actions as staff
from tests import factories

from .asking import ask

pytestmark = pytest.mark.database


@pytest.fixture
def shop(database, clock):
    """A shop in Seoul whose readers asked during the week that ended; it is Monday noon there."""
    clock.moment = datetime(2026, 11, 23, 3, tzinfo=UTC)
    with database.writing() as session:
        for email, role, language in (
            ("owner@example.com", "owner", "en"),
            ("juin@example.com", "owner", "ko"),
            ("agent@example.com", "agent", "en"),
        ):
            staff.add_member(
                session, email=email, name="Somebody", role=role, language=language, password_hash="-"
            )
        shop = factories.store(session)
        help_centre_of(session, int(shop.id))
        ask(session, shop, "gift wrap <b>", times=3, days_ago=2)
        ask(session, shop, "선물 포장 되나요?", locale="ko", days_ago=3, outcome="did_you_mean")
        ask(session, shop, "cancel order", days_ago=1, times=4, outcome="answer")
        ask(session, shop, "long ago", days_ago=20, times=9)
    jobs.group_questions(database)
    return shop


def run(database, settings):
    jobs.weekly_letter(database, settings=settings)
    with database.reading() as session:
        return list(session.exec(select(Letter).order_by(Letter.to_address)))


def test_each_owner_gets_last_weeks_numbers_and_questions_with_links(database, settings, shop):
    korean, english = run(database, settings)
    assert (korean.to_address, english.to_address) == ("juin@example.com", "owner@example.com")
    assert (english.purpose, english.legal_class, english.language) == ("weekly", "service", "en")
    assert english.subject == "다온찻집: what readers looked for in vain last week"
    assert "Questions asked last week: 8. Answered: 4." in english.text
    assert f"3× – gift wrap <b>\n  {settings.address}/articles/questions/1" in english.text
    assert f'href="{settings.address}/articles/questions/1"' in english.html
    assert "gift wrap &lt;b&gt;" in english.html
    assert "<b>" not in english.html
    assert "long ago" not in english.text
    assert "선물 포장 되나요?" in korean.text
    assert "지난주" in korean.subject


def test_a_second_and_a_later_run_of_the_week_make_no_second_letter(database, settings, shop, clock):
    run(database, settings)
    for hours in (0, 1, 24, 100):
        clock.advance(hours=hours)
        assert len(run(database, settings)) == 2


def test_a_new_week_with_new_questions_has_its_own_letter(database, settings, shop, clock):
    run(database, settings)
    clock.advance(days=6)
    with database.writing() as session:
        ask(session, shop, "gift wrap")
    jobs.group_questions(database)
    assert len(run(database, settings)) == 2
    clock.advance(days=1)
    assert len(run(database, settings)) == 4


def test_a_missed_monday_is_made_up_for_within_the_week(database, settings, shop, clock):
    clock.advance(days=4)
    assert len(run(database, settings)) == 2


def test_nothing_is_sent_when_there_is_nothing_to_say(database, settings, shop):
    with database.writing() as session:
        for number in (1, 3):
            settling.set_aside(session, settling.group(session, number), by="Mina")
    assert run(database, settings) == []


def test_a_shop_that_wants_no_letter_and_one_without_a_help_centre_get_none(database, settings, shop):
    with database.writing() as session:
        help_centre_of(session, int(shop.id)).weekly_letter = False
        factories.store(session)
    assert run(database, settings) == []


def test_a_crash_before_the_end_leaves_no_letter_and_the_next_run_sends_all(
    database, settings, shop, monkeypatch
):
    class Killed(BaseException):
        pass

    calls, hand_in = [], gap_letter.outbox.hand_in

    def dying(*given):
        calls.append(given)
        if len(calls) == 2:
            raise Killed
        return hand_in(*given)

    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(gap_letter.outbox, "hand_in", dying)
        jobs.weekly_letter(database, settings=settings)
    with database.reading() as session:
        assert session.exec(select(Letter)).all() == []
    assert len(run(database, settings)) == 2


def test_two_runs_at_the_same_moment_make_one_letter_each(database, settings, shop):
    start, problems = threading.Barrier(2), []

    def go():
        start.wait(10)
        try:
            jobs.weekly_letter(database, settings=settings)
        except Exception as problem:
            problems.append(problem)

    threads = [threading.Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert problems == []
    assert len(run(database, settings)) == 2


def test_the_letter_lists_ten_questions_at_most(database, settings, shop):
    with database.writing() as session:
        for what in (
            "wool",
            "silk",
            "linen",
            "cotton",
            "velvet",
            "tweed",
            "denim",
            "felt",
            "jersey",
            "canvas",
            "satin",
        ):
            ask(session, shop, f"washing {what}", days_ago=1)
    jobs.group_questions(database)
    assert run(database, settings)[1].text.count("× – ") == 10


@pytest.mark.parametrize(
    ("zone", "now", "name", "start"),
    [
        (
            "Asia/Seoul",
            datetime(2026, 11, 22, 22, 59, tzinfo=UTC),
            "2026-W46",
            datetime(2026, 11, 8, 15, tzinfo=UTC),
        ),
        (
            "Asia/Seoul",
            datetime(2026, 11, 22, 23, 0, tzinfo=UTC),
            "2026-W47",
            datetime(2026, 11, 15, 15, tzinfo=UTC),
        ),
        (
            "Europe/Berlin",
            datetime(2026, 11, 23, 7, 0, tzinfo=UTC),
            "2026-W47",
            datetime(2026, 11, 15, 23, tzinfo=UTC),
        ),
        (
            "America/New_York",
            datetime(2026, 11, 9, 13, 0, tzinfo=UTC),
            "2026-W45",
            datetime(2026, 11, 2, 5, tzinfo=UTC),
        ),
        (
            "Asia/Seoul",
            datetime(2027, 1, 5, 0, 0, tzinfo=UTC),
            "2026-W53",
            datetime(2026, 12, 27, 15, tzinfo=UTC),
        ),
    ],
)
def test_a_week_is_due_on_monday_morning_in_the_shops_zone(zone, now, name, start):
    week = week_due(zone, now)
    assert (week.name, week.start) == (name, start)
    assert week.start < week.end <= now
