"""Last week's questions without an article, as one letter to each owner: one for each shop and week, or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from connector import queries as connector_queries
from connector.tables import Store
from core import clock
from core.languages import Text
from faq import gaps, queries
from faq.question_tables import QuestionGroup
from outbox import actions as outbox
from outbox.own_letters import written
from outbox.queries import letter_of_cause
from outbox.schemas import NewLetter
from staff import queries as staff_queries

LISTED = 10
MORNING = 8  # Monday's hour in the shop's zone from which on the letter is due.


@dataclass(frozen=True)
class Week:
    """A Monday-to-Sunday week in a shop's zone that is over; `name` is its ISO name, "2026-W47"."""

    name: str
    start: datetime
    end: datetime


def week_due(zone: str, now: datetime) -> Week:
    """The newest week whose letter is due: last week's from Monday morning on, until then the one before."""
    local = now.astimezone(clock.zone(zone)) - timedelta(hours=MORNING)
    monday = (local - timedelta(days=local.weekday())).replace(hour=0, minute=0, second=0, microsecond=0)
    before = monday - timedelta(days=7)
    year, number, _day = before.isocalendar()
    return Week(f"{year}-W{number:02}", before.astimezone(UTC), monday.astimezone(UTC))


def hand_in(session: Session, store_id: int, *, address: str) -> list[int]:
    """Hand in the week's letter to every owner; returns the letters' numbers.

    Nothing happens without an open question of that week, where the shop's owner does not want the letter, and when
    the week has its letter already: all owners' letters are handed in together, so one of them tells. `address` is
    the service's own.
    """
    centre = queries.help_centre(session, store_id)
    if centre is None or not centre.weekly_letter:
        return []
    shop = connector_queries.store(session, store_id)
    week = week_due(shop.zone, clock.now())
    owners = staff_queries.owner_addresses(session)
    if any(letter_of_cause(session, _cause(store_id, week, owner)) for owner in owners):
        return []
    asked = gaps.most_asked(session, store_id, week.start, week.end, limit=LISTED)
    if not asked:
        return []
    counts = gaps.asked_since(session, store_id, week.start, week.end)
    return [
        outbox.hand_in(session, _letter(owner, shop, week, counts, asked, address=address))
        for owner in owners
    ]


def _cause(store_id: int, week: Week, owner: tuple[str, str, str]) -> str:
    return f"gaps:{store_id}:{week.name}:{owner[0].lower()}"


def _letter(
    owner: tuple[str, str, str],
    shop: Store,
    week: Week,
    counts: dict[str, int],
    asked: Sequence[tuple[QuestionGroup, int]],
    *,
    address: str,
) -> NewLetter:
    all_of_them = sum(counts.values())
    return written(
        owner,
        cause=_cause(int(shop.id or 0), week, owner),
        purpose="weekly",
        subject=Text("%(shop)s: what readers looked for in vain last week", shop=shop.name),
        sentences=[
            Text(
                "Questions asked last week: %(all)s. Answered: %(answered)s. Offered a choice of articles: %(unsure)s. "
                "Found nothing: %(nothing)s.",
                all=all_of_them,
                answered=counts["answer"],
                unsure=counts["did_you_mean"],
                nothing=counts["nothing"],
            ),
            Text("These were asked most often and have no article yet. Each can become one in a click:"),
        ],
        entries=[
            (found.question, f"{address}/articles/questions/{found.id}", f"{times}×")
            for found, times in asked
        ],
        button=(
            Text("See all questions"),
            f"{address}/articles/questions?days=7",
        ),
        small_print=Text(
            "Automatic message of your Aftercart service, once a week. It can be switched off in the help centre's "
            "settings. Questions are kept for 180 days, without anything that tells who asked."
        ),
    )
