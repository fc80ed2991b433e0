"""The figures of conversations, counted anew from events each time. What each means stands in docs/chat.md."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from sqlmodel import Session

from chat import cases as reading
from chat.cases import Case
from chat.hours import business_minutes
from chat.settings import Setting, Targets, change, of
from connector.tables import Store
from core import clock

SATISFIED = 4  # A score from here on is a good one.
MEASURED_DAYS = 28
FEWEST_MEASURED = 20  # Fewer first responses say nothing about the next one.


@dataclass(frozen=True)
class Times:
    """How long something took, in minutes: by the clock, and counted in open time. None when it never happened."""

    count: int
    clock: float | None
    business: float | None


@dataclass(frozen=True)
class Day:
    """One day in the shop's zone: cases that began, and the first responses of waits that began."""

    day: date
    started: int
    first_response: float | None  # Median in open minutes.


@dataclass(frozen=True)
class Figures:
    """The figures of a shop for a time. Shares are between 0 and 1, None where there is nothing to divide by."""

    started: int
    reopened: int
    handed_over: int
    spam: int
    received: int
    covered: int
    first_response: Times
    within_target: float | None
    unanswered: int
    waiting: int
    bot_response: Times
    resolution: Times
    resolved_without_person: int
    ratings: int
    satisfied: float | None
    average: float | None
    scores: dict[int, int]
    days: tuple[Day, ...]

    @property
    def coverage(self) -> float | None:
        """Replied or closed ÷ received."""
        return _share(self.covered, self.received)


def figures(session: Session, store: Store, setting: Setting, since: datetime, until: datetime) -> Figures:
    """What happened in that time."""
    return counted(
        reading.cases(session, int(store.id or 0), since, until), setting, since, until, zone=store.zone
    )


def counted(
    found: Sequence[Case], setting: Setting, since: datetime, until: datetime, *, zone: str
) -> Figures:
    """The figures of those cases."""

    def inside(moment: datetime | None) -> bool:
        return moment is not None and since <= moment < until

    spam = [case for case in found if case.spam and inside(case.began)]
    honest = [case for case in found if not case.spam]
    began = [case for case in honest if inside(case.began)]
    received = [case for case in began if case.asked is not None]
    waited = [case for case in honest if case.waits and inside(case.waits[0].began)]
    answered = [case for case in waited if case.waits[0].answered]
    resolved = [case for case in honest if inside(case.resolved)]
    scores = [case.rating for case in honest if case.rating is not None and inside(case.rated)]
    by_bot = [case for case in began if case.asked is not None and case.bot_replied is not None]
    return Figures(
        started=len(began),
        reopened=sum(case.reopened for case in began),
        handed_over=sum(case.handed_over for case in began),
        spam=len(spam),
        received=len(received),
        covered=sum(case.covered for case in received),
        first_response=_times(setting, [_first_response(case) for case in answered]),
        within_target=_share(sum(_is_within(setting, case) for case in answered), len(waited)),
        unanswered=sum(case.waits[0].ended is not None and not case.waits[0].answered for case in waited),
        waiting=sum(case.waits[0].ended is None for case in waited),
        bot_response=_times(setting, [(case.asked, case.bot_replied) for case in by_bot]),
        resolution=_times(setting, [(case.began, case.resolved) for case in resolved]),
        resolved_without_person=sum(case.agent_replied is None for case in resolved),
        ratings=len(scores),
        satisfied=_share(sum(score >= SATISFIED for score in scores), len(scores)),
        average=sum(scores) / len(scores) if scores else None,
        scores={score: scores.count(score) for score in range(1, 6)},
        days=_days(setting, began, answered, (since, until), zone),
    )


def measure(session: Session, store: Store) -> float:
    """Keep what the last weeks' first responses took, for the promise that shoppers read; 0 while there are too few."""
    now = clock.now()
    setting = of(session, store)
    found = figures(session, store, setting, now - timedelta(days=MEASURED_DAYS), now)
    enough = found.first_response.count >= FEWEST_MEASURED
    minutes = float(found.first_response.business or 0) if enough else 0.0
    if minutes != setting.targets.measured:
        targets = Targets(setting.targets.minutes, setting.targets.warn_at, minutes)
        change(session, store, targets=targets)
    return minutes


def _first_response(case: Case) -> tuple[datetime, datetime | None]:
    return case.waits[0].began, case.waits[0].ended


def _is_within(setting: Setting, case: Case) -> bool:
    began, ended = _first_response(case)
    return _open_minutes(setting, began, ended) <= setting.targets.of(case.channel)


def _open_minutes(setting: Setting, began: datetime, ended: datetime | None) -> float:
    return business_minutes(setting.hours, began, ended or began)


def _times(setting: Setting, pairs: Iterable[tuple[datetime | None, datetime | None]]) -> Times:
    whole = [(began, ended) for began, ended in pairs if began is not None and ended is not None]
    return Times(
        count=len(whole),
        clock=_median((ended - began) / timedelta(minutes=1) for began, ended in whole),
        business=_median(_open_minutes(setting, began, ended) for began, ended in whole),
    )


def _median(values: Iterable[float]) -> float | None:
    found = list(values)
    return float(median(found)) if found else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _days(
    setting: Setting,
    began: Sequence[Case],
    answered: Sequence[Case],
    span: tuple[datetime, datetime],
    zone: str,
) -> tuple[Day, ...]:
    def day_of(moment: datetime) -> date:
        return moment.astimezone(clock.zone(zone)).date()

    started = Counter(day_of(case.began) for case in began)
    times: dict[date, list[float]] = {}
    for case in answered:
        times.setdefault(day_of(case.waits[0].began), []).append(
            _open_minutes(setting, *_first_response(case))
        )
    first, last = day_of(span[0]), day_of(span[1] - timedelta(microseconds=1))
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(Day(day, started[day], _median(times.get(day, ()))) for day in days)
