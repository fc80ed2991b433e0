"""Putting questions without an answer together when they ask the same, and choosing the one that speaks for all.

New questions are compared with the one that speaks for each group, never with every question, so that groups do not
creep from one matter to the next. What has a group keeps it: grouping again changes nothing.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from core import clock
from faq.help_centres import help_centre_of
from faq.likeness import ALIKE, Weights, alike, most_typical, weights
from faq.question_tables import AskedQuestion, QuestionGroup
from faq.tables import HelpCentre

# Questions grouped at a time: comparing them with 2,500 groups takes 0.4 s, writing them down 35 ms.
AT_A_TIME = 100
# Of a group's questions, the newest that decide which one speaks for it.
LOOKED_AT = 200


class Place(NamedTuple):
    """One language of one shop."""

    store_id: int
    locale: str


class Waiting(NamedTuple):
    """What there is to group in a place: groups and questions by number, and the newest group that was seen."""

    groups: Sequence[tuple[int, str]]
    questions: Sequence[tuple[int, str]]
    newest: int


@dataclass
class Plan:
    """Which question goes where: into a group that is there, or into new ones together."""

    joined: dict[int, list[int]] = field(default_factory=dict)
    opened: list[list[int]] = field(default_factory=list)


def places(session: Session) -> Sequence[Place]:
    """Where questions without an answer wait for a group."""
    chosen = select(AskedQuestion.store_id, AskedQuestion.locale).where(*_ungrouped()).distinct()
    return [Place(*row) for row in session.exec(chosen.order_by("store_id", "locale"))]


def waiting(session: Session, place: Place) -> Waiting:
    """The place's groups, and its oldest questions that wait for one."""
    groups = session.exec(
        select(QuestionGroup.id, QuestionGroup.question)
        .where(QuestionGroup.store_id == place.store_id, QuestionGroup.locale == place.locale)
        .order_by(col(QuestionGroup.id))
    ).all()
    questions = session.exec(
        select(AskedQuestion.id, AskedQuestion.question)
        .where(*_ungrouped(), AskedQuestion.store_id == place.store_id, AskedQuestion.locale == place.locale)
        .order_by(col(AskedQuestion.id))
        .limit(AT_A_TIME)
    ).all()
    found = [(int(number or 0), said) for number, said in groups]
    # Not asked anew: on PostgreSQL that could name a group which the list before does not hold.
    newest = found[-1][0] if found else 0
    return Waiting(found, [(int(number or 0), said) for number, said in questions], newest)


def plan(found: Waiting, locale: str) -> Plan:
    """Find each question's group in the order of asking; the same input gives the same plan."""
    known = _Known()
    for number, said in found.groups:
        known.add(number, weights(said, locale))
    made = Plan()
    for number, said in found.questions:
        weighed = weights(said, locale)
        home = known.nearest(weighed)
        if home is None:
            made.opened.append([])
            home = -len(made.opened)  # A group that is not there yet.
            known.add(home, weighed)
        (made.joined.setdefault(home, []) if home > 0 else made.opened[-home - 1]).append(number)
    return made


class _Known:
    """Groups by their words, so that a question is compared only with those that share one."""

    def __init__(self) -> None:
        self.weighed: dict[int, Weights] = {}
        self.holding: dict[str, list[int]] = defaultdict(list)

    def add(self, number: int, weighed: Weights) -> None:
        self.weighed[number] = weighed
        for word in weighed:
            self.holding[word].append(number)

    def nearest(self, weighed: Weights) -> int | None:
        """The group that asks the same; of equally near ones the oldest."""
        sharing = {number for word in weighed for number in self.holding.get(word, ())}
        near = [(-alike(weighed, self.weighed[number]), number < 0, abs(number)) for number in sharing]
        best = min(near, default=(0.0, False, 0))
        return None if -best[0] < ALIKE else (-best[2] if best[1] else best[2])


def carry_out(session: Session, place: Place, found: Waiting, made: Plan) -> list[int] | None:
    """Write the plan down and return the new groups; None when another run opened groups meanwhile.

    Then nothing is written, and the plan must be made anew. A question that another run has put somewhere stays there.
    """
    _alone(session, place.store_id)
    if _newest(session, place) != found.newest:
        return None
    said = dict(found.questions)
    new = [
        QuestionGroup(
            store_id=place.store_id, locale=place.locale, question=said[questions[0]], opened_at=clock.now()
        )
        for questions in made.opened
    ]
    session.add_all(new)
    session.flush()
    opened = [int(group.id or 0) for group in new]
    homes = [*made.joined.items(), *zip(opened, made.opened, strict=True)]
    pairs = [{"question_id": one, "home": home} for home, questions in homes for one in questions]
    asked = AskedQuestion.metadata.tables[str(AskedQuestion.__tablename__)]
    session.execute(
        update(asked)
        .where(asked.c.id == bindparam("question_id"), asked.c.group_id.is_(None))
        .values(group_id=bindparam("home")),
        pairs,
    )
    _open_again(session, list(made.joined))
    return opened


def typical(session: Session, group_ids: Sequence[int]) -> dict[int, str]:
    """The question that should speak for each of those groups, where it is another one than now."""
    found = {}
    for group in session.exec(select(QuestionGroup).where(col(QuestionGroup.id).in_(group_ids))):
        asked = session.exec(
            select(AskedQuestion.question)
            .where(AskedQuestion.group_id == group.id)
            .order_by(col(AskedQuestion.id).desc())
            .limit(LOOKED_AT)
        ).all()
        if asked and (best := most_typical(asked, group.locale)) != group.question:
            found[int(group.id or 0)] = best
    return found


def speak(session: Session, chosen: Mapping[int, str]) -> None:
    """Let those questions speak for their groups."""
    for number, question in chosen.items():
        session.execute(
            update(QuestionGroup).where(col(QuestionGroup.id) == number).values(question=question)
        )


def _ungrouped() -> tuple[ColumnElement[bool], ...]:
    return (col(AskedQuestion.group_id).is_(None), col(AskedQuestion.outcome) != "answer")


def _newest(session: Session, place: Place) -> int:
    chosen = select(func.max(QuestionGroup.id)).where(
        QuestionGroup.store_id == place.store_id, QuestionGroup.locale == place.locale
    )
    return session.exec(chosen).one() or 0


def _alone(session: Session, store_id: int) -> None:
    """Make other runs wait that would open groups of this shop until this transaction ends (SQLite does it anyhow)."""
    with suppress(IntegrityError), session.begin_nested():
        help_centre_of(session, store_id)  # Another run may open it at this moment.
    session.exec(select(HelpCentre).where(HelpCentre.store_id == store_id).with_for_update()).one()


def _open_again(session: Session, group_ids: Sequence[int]) -> None:
    """Open the answered ones again whose questions went on without an answer after they were closed."""
    later = (
        select(AskedQuestion.id)
        .where(
            AskedQuestion.group_id == QuestionGroup.id,
            col(AskedQuestion.asked_at) > col(QuestionGroup.closed_at),
        )
        .exists()
    )
    session.execute(
        update(QuestionGroup)
        .where(col(QuestionGroup.id).in_(group_ids), col(QuestionGroup.state) == "answered", later)
        .values(state="open", opened_at=clock.now(), closed_at=None, closed_by="")
    )
