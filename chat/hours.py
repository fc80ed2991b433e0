"""Business hours: when people of a shop answer, told by the shop's own wall clock.

A moment is open when the wall clock shows a time within a span of its weekday and the date is no holiday. So an hour
that a change of the clock repeats counts twice, and one that it leaves out does not count.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from chat.public_holidays import public_holidays
from core import clock

DAY = timedelta(days=1)
MINUTES_OF_DAY = 24 * 60
FARTHEST = timedelta(days=400)  # A shop that does not open within this time has no next opening.


@dataclass(frozen=True, order=True)
class Span:
    """From the one minute of the day (0 to 1439) up to the other one (1 to 1440), which is closed already."""

    opens: int
    closes: int


@dataclass(frozen=True)
class Holiday:
    """Closed dates, both included; `yearly` ones come again on the same days of every year, also over New Year."""

    name: str
    first: date
    last: date
    yearly: bool = False

    def covers(self, day: date) -> bool:
        """Whether the shop is closed that day for this reason."""
        if not self.yearly:
            return self.first <= day <= self.last
        first, last = (self.first.month, self.first.day), (self.last.month, self.last.day)
        here = (day.month, day.day)
        if self.last - self.first >= timedelta(days=365):
            return True
        return first <= here <= last if first <= last else here >= first or here <= last


@dataclass(frozen=True)
class Hours:
    """Opening times: `week` has the spans of each day, Monday first; `country` adds its public holidays."""

    zone: str
    week: tuple[tuple[Span, ...], ...]
    holidays: tuple[Holiday, ...] = ()
    country: str = ""

    def spans(self, day: date) -> tuple[Span, ...]:
        """When it is open that day; nothing on holidays."""
        return () if self.is_holiday(day) else joined(self.week[day.weekday()])

    def is_holiday(self, day: date) -> bool:
        """Whether it is closed that day although the week may say otherwise."""
        if any(holiday.covers(day) for holiday in self.holidays):
            return True
        return bool(self.country) and day in public_holidays(self.country, day.year)

    @property
    def ever_open(self) -> bool:
        """Whether there is any opening time at all."""
        return any(self.week)


def joined(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    """The spans in order, those that touch or overlap made one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.opens <= found[-1].closes:
            found[-1] = Span(found[-1].opens, max(found[-1].closes, span.closes))
        else:
            found.append(span)
    return tuple(found)


def is_open(hours: Hours, moment: datetime) -> bool:
    """Whether people answer at that moment."""
    local = moment.astimezone(clock.zone(hours.zone))
    minute = local.hour * 60 + local.minute
    return any(span.opens <= minute < span.closes for span in hours.spans(local.date()))


def next_opening(hours: Hours, moment: datetime) -> datetime | None:
    """That moment itself when it is open, else when it opens next; None when it does not within a year."""
    return due(hours, moment, 0)


def due(hours: Hours, start: datetime, minutes: float) -> datetime | None:
    """When that many open minutes have passed since `start`; None when that takes more than a year."""
    left = timedelta(minutes=minutes)
    for opens, closes in open_times(hours, start, start + FARTHEST):
        if closes - opens >= left:
            return opens + left
        left -= closes - opens
    return None


def business_minutes(hours: Hours, start: datetime, end: datetime) -> float:
    """How many open minutes lie between two moments; parts of a minute count."""
    open_time = sum((closes - opens for opens, closes in open_times(hours, start, end)), timedelta())
    return open_time / timedelta(minutes=1)


def open_times(hours: Hours, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The open times within those moments (UTC), in order."""
    if not hours.ever_open:
        return
    zone = clock.zone(hours.zone)
    for since, until in _steady(zone, start.astimezone(UTC), end.astimezone(UTC)):
        offset = _offset(zone, since)
        shown, shown_until = (moment.replace(tzinfo=None) + offset for moment in (since, until))
        day = shown.date()
        while day <= shown_until.date():
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the wall clock's own
            for span in hours.spans(day):
                opens = max(midnight + timedelta(minutes=span.opens), shown)
                closes = min(midnight + timedelta(minutes=span.closes), shown_until)
                if opens < closes:
                    yield (opens - offset).replace(tzinfo=UTC), (closes - offset).replace(tzinfo=UTC)
            day += DAY


def _steady(zone: ZoneInfo, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Pieces of at most a day in which the zone's clock is not changed (it never is twice within one day)."""
    while start < end:
        until = min(start + DAY, end)
        if _offset(zone, start) != _offset(zone, until):
            until = min(_change(zone, start, until), until)
        yield start, until
        start = until


def _change(zone: ZoneInfo, start: datetime, end: datetime) -> datetime:
    """The second in which the clock is changed between two moments."""
    floor = start.replace(microsecond=0)
    before, after = 0, ceil((end - floor).total_seconds())
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(zone, floor + timedelta(seconds=middle)) == _offset(zone, start):
            before = middle
        else:
            after = middle
    return floor + timedelta(seconds=after)


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
