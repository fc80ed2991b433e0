"""Figures counted from events, against an observer who looked at the conversations after every step."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

import pytest
from sqlmodel import Session

from chat import actions, cases, figures, handling, merging, rating, settings
from chat.errors import NotYet
from chat.hours import is_open
from chat.schemas import BOT, SHOPPER, Author
from chat.settings import Setting, Targets
from chat.tables import Conversation
from connector.tables import Store
from core.database import Database
from core.errors import Conflict
from core.security import SignedIn
from customers.tables import Contact
from tests import factories
from tests.standins import Clock

from .handlers import member, talk

pytestmark = pytest.mark.database

START = datetime(2026, 11, 20, 5, tzinfo=UTC)  # A Friday afternoon in Seoul; the weekend comes.


@dataclass
class Seen:
    """A case as the observer saw it."""

    began: datetime
    reopened: bool
    asked: datetime | None = None
    bot: datetime | None = None
    agent: datetime | None = None
    handed_over: bool = False
    spam: bool = False
    waits: list[list] = field(default_factory=list)  # [began, ended, answered]
    resolved: datetime | None = None
    score: int | None = None
    rated: datetime | None = None


class Observer:
    """Looks at a conversation's row after each step and notes what changed; knows nothing of events."""

    def __init__(self) -> None:
        self.cases: list[Seen] = []
        self.waiting: datetime | None = None
        self.state = "open"

    def look(self, row: Conversation, step: str, now: datetime) -> None:
        said = step in ("shopper", "bot", "agent")
        if not self.cases or (self.state == "resolved" and row.state == "open"):
            self.cases.append(Seen(now, reopened=bool(self.cases)))
        case = self.cases[-1]
        if step == "shopper":
            case.asked = case.asked or now
        if step == "bot" and said:
            case.bot = case.bot or now
        if step == "agent":
            case.agent = case.agent or now
        case.handed_over |= step == "person"
        if self.waiting is not None and row.waiting_since != self.waiting:
            case.waits[-1][1:] = [now, step == "agent"]
        if row.waiting_since is not None and row.waiting_since != self.waiting:
            case.waits.append([row.waiting_since, None, False])
        case.spam = row.state == "spam"
        if row.state == "resolved" and self.state != "resolved":
            case.resolved = now
        self.waiting, self.state = row.waiting_since, row.state

    def rate(self, score: int, now: datetime) -> None:
        self.cases[-1].score, self.cases[-1].rated = score, now


def do(session: Session, step: str, number: int, who: SignedIn) -> None:
    agent = Author("agent", who.staff_id)
    if step == "shopper":
        actions.post_message(session, number, author=SHOPPER, text="?")
    elif step == "bot":
        actions.post_message(session, number, author=BOT, text="!")
    elif step == "agent":
        actions.post_message(session, number, author=agent, text="!")
    elif step == "person":
        actions.hand_over(session, number, author=SHOPPER, reason="asked")
    elif step == "resolve":
        handling.resolve(session, number, who)
    elif step == "reopen":
        handling.reopen(session, number, who)
    elif step == "spam":
        handling.mark_spam(session, number, who)
    elif step == "snooze":
        handling.snooze(session, number, who, until=datetime(2027, 1, 1, tzinfo=UTC))


STEPS = ["shopper", "shopper", "shopper", "bot", "bot", "agent", "agent", "person", "resolve", "rate"]
STEPS += ["reopen", "snooze", "rate", "resolve"]


def lived(database: Database, store: Store, clock: Clock, seed: int) -> list[Observer]:
    """A week of conversations, each step by chance."""
    chance = random.Random(seed)
    with database.writing() as session:
        who = member(session, f"Mina{seed}")
        talks = [int(talk(session, store).id or 0) for _ in range(12)]
    seen = {number: Observer() for number in talks}
    clock.moment = START
    for number in talks:
        with database.writing() as session:
            do(session, "shopper", number, who)
            seen[number].look(session.get_one(Conversation, number), "shopper", clock.now())
    for _ in range(220):
        clock.advance(minutes=chance.choice([1, 3, 10, 45, 200]))
        number = chance.choice(talks)
        step = chance.choice([*STEPS, "spam"] if chance.random() < 0.1 else STEPS)
        try:
            with database.writing() as session:
                row = session.get_one(Conversation, number)
                if step == "person" and row.state == "spam":
                    continue
                if step == "rate":
                    score = chance.randint(1, 5)
                    if rating.rate(session, number, score=score) is not None:
                        seen[number].rate(score, clock.now())
                    continue
                do(session, step, number, who)
                session.flush()
                seen[number].look(session.get_one(Conversation, number), step, clock.now())
        except (Conflict, handling.HandlingRefused, NotYet):
            continue  # The bot where people are, a rating before the end.
    return list(seen.values())


def slow_minutes(setting: Setting, began: datetime, ended: datetime) -> int:
    return sum(
        is_open(setting.hours, began + timedelta(minutes=n))
        for n in range(round((ended - began) / timedelta(minutes=1)))
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_figures_are_what_an_observer_has_seen(database: Database, clock: Clock, seed: int):
    clock.moment = START
    with database.writing() as session:
        store = factories.store(session)
        setting = settings.change(session, store, targets=Targets({"chat": 30}))
    observers = lived(database, store, clock, seed)
    since, until = START, clock.now() + timedelta(seconds=1)
    with database.reading() as session:
        found = figures.figures(session, store, setting, since, until)
    seen = [case for one in observers for case in one.cases]
    honest = [case for case in seen if not case.spam]
    waits = [case.waits[0] for case in honest if case.waits]
    answered = [(began, ended) for began, ended, by_agent in waits if by_agent]
    open_minutes = [slow_minutes(setting, *pair) for pair in answered]
    received = [case for case in honest if case.asked]
    resolved = [case for case in honest if case.resolved]
    scores = [case.score for case in honest if case.score]
    assert len(answered) >= 2
    assert found.started == len(honest)
    assert found.reopened == sum(case.reopened for case in honest)
    assert found.handed_over == sum(case.handed_over for case in honest)
    assert found.spam == len(seen) - len(honest)
    assert found.received == len(received)
    assert found.covered == sum(
        not (case.waits and case.waits[-1][1] is None) and bool(case.bot or case.agent or case.resolved)
        for case in received
    )
    assert found.first_response.count == len(answered)
    assert found.first_response.clock == median([(b - a).total_seconds() / 60 for a, b in answered])
    assert found.first_response.business == median(open_minutes)
    assert found.within_target == sum(one <= 30 for one in open_minutes) / len(waits)
    assert found.unanswered == sum(ended is not None and not by_agent for _, ended, by_agent in waits)
    assert found.waiting == sum(ended is None for _, ended, _ in waits)
    bots = [(case.bot - case.asked).total_seconds() / 60 for case in received if case.bot]
    assert found.bot_response.clock == median(bots)
    lasted = [(case.resolved - case.began).total_seconds() / 60 for case in resolved]
    assert found.resolution.clock == median(lasted)
    assert found.resolved_without_person == sum(case.agent is None for case in resolved)
    assert found.ratings == len(scores)
    assert found.satisfied == sum(score >= 4 for score in scores) / len(scores)
    assert sum(day.started for day in found.days) == found.started


def test_of_one_conversation_told_by_hand(database: Database, clock: Clock):
    clock.moment = datetime(2026, 11, 23, 1, tzinfo=UTC)  # Ten on a Monday in Seoul.
    with database.writing() as session:
        store = factories.store(session)
        mina = member(session, "Mina")
        agent = Author("agent", mina.staff_id)
        found = talk(session, store, "where?")
        clock.advance(seconds=30)
        actions.post_message(session, found.id, author=BOT, text="perhaps there")
        clock.advance(minutes=1)
        actions.hand_over(session, found.id, author=SHOPPER, reason="asked")
        clock.advance(minutes=4)
        actions.post_message(session, found.id, author=agent, text="here")
        clock.advance(minutes=5)
        handling.resolve(session, found.id, mina)
        rating.rate(session, found.id, score=5)
        clock.advance(days=1)
        actions.post_message(session, found.id, author=SHOPPER, text="and now?")
        told = figures.figures(
            session,
            store,
            settings.of(session, store),
            datetime(2026, 11, 22, tzinfo=UTC),
            clock.now() + timedelta(seconds=1),
        )
    assert (told.started, told.reopened, told.handed_over) == (2, 1, 1)
    assert (told.bot_response.clock, told.first_response.business, told.resolution.clock) == (0.5, 4.0, 10.5)
    assert (told.within_target, told.coverage, told.satisfied) == (1.0, 0.5, 1.0)
    assert [day.started for day in told.days] == [0, 1, 1]


def test_merging_changes_no_moment(database: Database, clock: Clock):
    clock.moment = datetime(2026, 11, 23, 1, tzinfo=UTC)
    with database.writing() as session:
        store, mina = factories.store(session), member(session, "Mina")
        first = talk(session, store, "a")
        clock.advance(minutes=1)
        second = talk(session, store, "b", contact=session.get(Contact, first.contact_id))
        clock.advance(minutes=1)
        actions.hand_over(session, first.id, author=SHOPPER, reason="asked")
        clock.advance(minutes=3)
        merging.merge(session, first.id, second.id, mina)
        agent = Author("agent", mina.staff_id)
        actions.post_message(session, second.id, author=agent, text="c")
        (case,) = cases.cases(session, store.id, clock.now() - timedelta(hours=1), clock.now() + timedelta(1))
    assert case.waits == [cases.Wait(clock.now() - timedelta(minutes=3), clock.now(), answered=True)]
    assert case.began == clock.now() - timedelta(minutes=5)


def test_the_promise_follows_what_was_measured_once_there_is_enough(database: Database, clock: Clock):
    clock.moment = datetime(2026, 11, 23, 1, tzinfo=UTC)
    with database.writing() as session:
        store, mina = factories.store(session), member(session, "Mina")
        for n in range(figures.FEWEST_MEASURED):
            assert figures.measure(session, store) == 0.0
            found = talk(session, store, "?")
            actions.hand_over(session, found.id, author=SHOPPER, reason="asked")
            clock.advance(minutes=7)
            actions.post_message(session, found.id, author=Author("agent", mina.staff_id), text=f"{n}")
        clock.advance(seconds=1)
        assert figures.measure(session, store) == 7.0
        setting = settings.of(session, store)
        assert settings.reply_by(setting, clock.now()) == clock.now() + timedelta(minutes=7)
        assert setting.targets.of("chat") == 5
    clock.advance(days=40)
    with database.writing() as session:
        assert figures.measure(session, store) == 0.0
