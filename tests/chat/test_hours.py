"""Business hours against a slow oracle that looks at the wall clock once a minute."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chat.hours import Holiday, Hours, Span, business_minutes, due, is_open, joined, next_opening
from chat.public_holidays import COUNTRIES, names, public_holidays
from chat.settings import OFFICE_WEEK, Setting, Targets, kept_hours, minute_of, read_hours, reply_by
from core import clock

MINUTE = timedelta(minutes=1)
# Berlin changes its clock by an hour, Lord Howe by half of one, Seoul never, Santiago at midnight; Apia left out a day.
ZONES = ["Europe/Berlin", "Australia/Lord_Howe", "Asia/Seoul", "America/Santiago", "Pacific/Apia", "UTC"]
# Around the changes of 2026 in those zones, New Year, and 30 December 2011 (which Apia never had).
STARTS = [
    datetime(2026, 3, 28, 12, tzinfo=UTC),
    datetime(2026, 10, 24, 12, tzinfo=UTC),
    datetime(2026, 4, 4, 4, tzinfo=UTC),
    datetime(2026, 10, 3, 6, tzinfo=UTC),
    datetime(2026, 9, 5, 12, tzinfo=UTC),
    datetime(2026, 12, 30, 20, tzinfo=UTC),
    datetime(2011, 12, 29, 4, tzinfo=UTC),
]


@some.composite
def spans(draw):
    opens = draw(some.integers(0, 1439))
    return Span(opens, draw(some.integers(opens + 1, 1440)))


@some.composite
def holidays(draw):
    first = draw(some.sampled_from([start.date() for start in STARTS])) + timedelta(
        draw(some.integers(-2, 3))
    )
    return Holiday("x", first, first + timedelta(draw(some.integers(0, 2))), draw(some.booleans()))


@some.composite
def hours(draw):
    week = tuple(tuple(draw(some.lists(spans(), max_size=3))) for _ in range(7))
    return Hours(draw(some.sampled_from(ZONES)), week, tuple(draw(some.lists(holidays(), max_size=2))))


moments = some.builds(
    lambda start, minutes: start + minutes * MINUTE, some.sampled_from(STARTS), some.integers(0, 2000)
)


def slow_is_open(setting: Hours, moment: datetime) -> bool:
    """What the wall clock shows, compared as it stands written."""
    local = moment.astimezone(clock.zone(setting.zone))
    for one in setting.holidays:
        day = one.first
        while day <= one.last:
            if day == local.date() or (one.yearly and (day.month, day.day) == (local.month, local.day)):
                return False
            day += timedelta(days=1)
    shown = local.strftime("%H:%M")
    return any(
        f"{one.opens // 60:02}:{one.opens % 60:02}" <= shown < f"{one.closes // 60:02}:{one.closes % 60:02}"
        for one in setting.week[local.weekday()]
    )


@given(hours(), moments)
def test_open_is_what_the_wall_clock_shows(setting: Hours, moment: datetime):
    assert is_open(setting, moment) == slow_is_open(setting, moment)


@settings(max_examples=60, deadline=None)
@given(hours(), moments, some.integers(0, 3000))
def test_open_minutes_are_those_that_the_oracle_counts(setting: Hours, start: datetime, length: int):
    counted = sum(slow_is_open(setting, start + n * MINUTE) for n in range(length))
    assert business_minutes(setting, start, start + length * MINUTE) == counted


@settings(max_examples=60, deadline=None)
@given(hours(), moments, some.integers(1, 600))
def test_due_is_when_the_oracle_has_counted_so_many(setting: Hours, start: datetime, minutes: int):
    found = due(setting, start, minutes)
    left, moment = minutes, start
    while left and moment < start + timedelta(days=4):
        left -= slow_is_open(setting, moment)
        moment += MINUTE
    if left:
        assert found is None or found > start + timedelta(days=4)
    else:
        assert found == moment


@settings(max_examples=60, deadline=None)
@given(hours(), moments)
def test_the_next_opening_is_the_first_open_minute(setting: Hours, start: datetime):
    found = next_opening(setting, start)
    moment = start
    while moment < start + timedelta(days=4) and not slow_is_open(setting, moment):
        moment += MINUTE
    if moment < start + timedelta(days=4):
        assert found == moment
    else:
        assert found is None or found >= moment


def test_parts_of_a_minute_count():
    setting = Hours("Asia/Seoul", OFFICE_WEEK)
    start = datetime(2026, 11, 23, 8, 59, 30, tzinfo=UTC)  # 17:59:30 on a Monday
    assert business_minutes(setting, start, start + timedelta(hours=1)) == 0.5
    assert due(setting, start, 1) == datetime(2026, 11, 24, 0, 0, 30, tzinfo=UTC)


def test_a_shop_that_never_opens_promises_nothing():
    never = Hours("Asia/Seoul", ((),) * 7)
    assert next_opening(never, STARTS[0]) is None
    assert reply_by(Setting(1, never), STARTS[0]) is None


def test_a_reply_is_promised_from_the_next_opening_when_closed():
    setting = Setting(1, Hours("Asia/Seoul", OFFICE_WEEK), targets=Targets({"chat": 5}))
    friday_night = datetime(2026, 11, 27, 12, tzinfo=UTC)
    assert reply_by(setting, friday_night) == datetime(2026, 11, 30, 0, 5, tzinfo=UTC)
    open_now = datetime(2026, 11, 27, 3, tzinfo=UTC)
    assert reply_by(setting, open_now) == open_now + timedelta(minutes=5)


def test_what_was_measured_is_promised_before_the_target():
    setting = Setting(1, Hours("Asia/Seoul", OFFICE_WEEK), targets=Targets({"chat": 5}, measured=11.2))
    open_now = datetime(2026, 11, 27, 3, tzinfo=UTC)
    assert reply_by(setting, open_now) == open_now + timedelta(minutes=12)


def test_spans_that_touch_are_one():
    assert joined((Span(600, 720), Span(540, 600), Span(700, 730), Span(800, 900))) == (
        Span(540, 730),
        Span(800, 900),
    )


@pytest.mark.parametrize(
    ("day", "closed"),
    [((2026, 12, 24), True), ((2027, 1, 2), True), ((2030, 12, 31), True), ((2027, 1, 3), False)],
)
def test_a_yearly_holiday_may_lie_over_new_year(day: tuple[int, int, int], closed: bool):
    assert Holiday("", date(2026, 12, 24), date(2027, 1, 2), yearly=True).covers(date(*day)) == closed


def test_public_holidays_of_a_country_are_closed():
    seoul = Hours("Asia/Seoul", OFFICE_WEEK, country="KR")
    assert seoul.is_holiday(date(2026, 2, 17))  # Lunar New Year
    assert seoul.is_holiday(date(2027, 2, 8))
    assert Hours("Europe/Berlin", OFFICE_WEEK, country="DE").is_holiday(date(2026, 10, 3))
    assert not seoul.is_holiday(date(2026, 2, 19))
    assert names("KR", 2026, "ko")[date(2026, 2, 17)] == "설날"
    assert public_holidays("XX", 2026) == {}


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_offered_country_has_a_new_years_day(country: str):
    assert date(2027, 1, 1) in public_holidays(country, 2027)


@settings(max_examples=30)
@given(hours())
def test_hours_are_read_as_they_were_kept(setting: Hours):
    assert read_hours(kept_hours(setting, own_zone="UTC"), "UTC") == setting


@pytest.mark.parametrize("text", ["", "9", "9:5", "25:00", "24:01", "-1:00", "09:60", "x:30"])
def test_what_is_no_time_of_day_is_refused(text: str):
    with pytest.raises(ValueError):
        minute_of(text)
