"""Who cares for a conversation: a person, a team, or nobody yet; by hand and by turn."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from sqlalchemy import func
from sqlmodel import Session, col, select

from chat import actions, settings
from chat.actions import Posted
from chat.desk_tables import ChatSetting, StaffDuty, Team, TeamMember
from chat.errors import HandlingRefused
from chat.handling import Who, author_of
from chat.schemas import NewEvent
from chat.tables import Conversation
from core import clock
from core.database import upsert
from core.errors import NotFound
from core.languages import Text
from core.security import SignedIn
from staff.tables import StaffMember

AWAY_AFTER = timedelta(
    minutes=2
)  # Open pages renew the duty every 30 s; three lost in a row are a closed one.
Because = Literal["hand", "took", "turn", "away"]


# -- by hand -----------------------------------------------------------------------------------------------------


def assign(session: Session, conversation_id: int, who: Who, *, staff_id: int | None) -> Posted | None:
    """Give it to that person, or to nobody; the team stays. Raises HandlingRefused for who cannot answer."""
    author_of(who)
    if staff_id is not None:
        _require_answering(session, staff_id)
    team_id = actions.hold(session, conversation_id).team_id
    return _given(session, conversation_id, who, staff_id, team_id, because="hand")


def take(session: Session, conversation_id: int, who: SignedIn) -> Posted | None:
    """Care for it oneself."""
    author_of(who)
    team_id = actions.hold(session, conversation_id).team_id
    return _given(session, conversation_id, who, who.staff_id, team_id, because="took")


def hand_to_team(session: Session, conversation_id: int, who: Who, *, team_id: int | None) -> Posted | None:
    """Give it to a team; somebody who is not in it cares for it no longer. None takes it out of its team.

    If the shopper waits, one of the team is found as after a hand-over. Raises NotFound.
    """
    author_of(who)
    conversation = actions.hold(session, conversation_id)
    staff_id = conversation.assignee_id
    if team_id is not None:
        team(session, team_id)
        staff_id = staff_id if staff_id in members_of(session, team_id) else None
    posted = _given(session, conversation_id, who, staff_id, team_id, because="hand")
    if posted is not None and staff_id is None:
        give_by_turn(session, conversation_id)
    return posted


def _given(
    session: Session,
    conversation_id: int,
    who: Who,
    staff_id: int | None,
    team_id: int | None,
    *,
    because: Because,
) -> Posted | None:
    conversation = actions.hold(session, conversation_id)
    if (conversation.assignee_id, conversation.team_id) == (staff_id, team_id):
        return None
    data = {
        "staff_id": [conversation.assignee_id, staff_id],
        "team_id": [conversation.team_id, team_id],
        "because": because,
    }
    conversation.assignee_id, conversation.team_id = staff_id, team_id
    session.add(conversation)
    return actions.post(session, conversation_id, NewEvent("assigned", author_of(who), data=data))


def _require_answering(session: Session, staff_id: int) -> None:
    member = session.get(StaffMember, staff_id)
    if member is None or member.disabled_at is not None or member.role == "reader":
        raise HandlingRefused(Text("This person cannot answer conversations."))


# -- by turn -----------------------------------------------------------------------------------------------------


def give_by_turn(session: Session, conversation_id: int, *, because: Because = "turn") -> Posted | None:
    """Give a waiting conversation that nobody cares for to whoever's turn it is, as the shop has set it.

    None when the shop does not want that, somebody cares for it already, or nobody is there. The rows of all who could
    take it are held until the end of the transaction, so two at once see each other's choice.
    """
    conversation = actions.hold(session, conversation_id)
    how = settings.of_store(session, conversation.store_id).assignment
    waits = conversation.waiting_since is not None and conversation.state in ("open", "snoozed")
    if how == "off" or not waits or conversation.assignee_id is not None:
        return None
    there = available(session, team_id=conversation.team_id, hold=True)
    if not there:
        return None
    loads = open_counts(session, [one.staff_id for one in there]) if how == "least_busy" else {}
    never = clock.now() - timedelta(days=10_000)
    chosen = min(there, key=lambda one: (loads.get(one.staff_id, 0), one.assigned_at or never, one.staff_id))
    # Never the same moment twice, or two turns within one tick could not be told apart.
    latest = max((one.assigned_at for one in there if one.assigned_at), default=never)
    chosen.assigned_at = max(clock.now(), latest + timedelta(microseconds=1))
    session.add(chosen)
    return _given(session, conversation_id, None, chosen.staff_id, conversation.team_id, because=because)


def give_on(session: Session, conversation_id: int) -> Posted | None:
    """Take a waiting conversation from somebody who is away and give it to who is there; else it stays.

    None when there is nobody else, or the person came back.
    """
    conversation = actions.hold(session, conversation_id)
    if conversation.assignee_id is None or conversation.waiting_since is None:
        return None
    if settings.of_store(session, conversation.store_id).assignment == "off":
        return None
    there = {one.staff_id for one in available(session, team_id=conversation.team_id, hold=True)}
    if conversation.assignee_id in there or not there:
        return None
    _given(session, conversation_id, None, None, conversation.team_id, because="away")
    return give_by_turn(session, conversation_id)


def shops_with_turns(session: Session) -> Sequence[int]:
    """The shops that want conversations given by turn."""
    return session.exec(select(ChatSetting.store_id).where(ChatSetting.assignment != "off")).all()


def open_counts(session: Session, staff_ids: Sequence[int]) -> dict[int, int]:
    """How many open conversations each of them cares for."""
    chosen = (
        select(Conversation.assignee_id, func.count())
        .where(col(Conversation.assignee_id).in_(staff_ids), Conversation.state == "open")
        .group_by(col(Conversation.assignee_id))
    )
    return {int(staff_id or 0): count for staff_id, count in session.exec(chosen)}


# -- duty --------------------------------------------------------------------------------------------------------


def seen(session: Session, staff_id: int) -> None:
    """A page of the console is open; whoever was not on duty before stays so."""
    row = {"staff_id": staff_id, "available": False, "letters": True, "seen_at": clock.now()}
    upsert(session, StaffDuty, [row], key=["staff_id"], update=["seen_at"])


def set_available(session: Session, who: SignedIn, *, available: bool) -> None:
    """Begin to take conversations, or stop. Raises NotAllowed."""
    author_of(who)
    row = {"staff_id": who.staff_id, "available": available, "letters": True, "seen_at": clock.now()}
    upsert(session, StaffDuty, [row], key=["staff_id"], update=["available", "seen_at"])


def set_letters(session: Session, who: SignedIn, *, wanted: bool) -> None:
    """Whether that person wants a letter when somebody waits."""
    row = {"staff_id": who.staff_id, "available": False, "letters": wanted, "seen_at": clock.now()}
    upsert(session, StaffDuty, [row], key=["staff_id"], update=["letters"])


def duty_of(session: Session, staff_id: int) -> StaffDuty | None:
    """That person's duty; None for who never opened the inbox."""
    return session.get(StaffDuty, staff_id)


def available(session: Session, *, team_id: int | None = None, hold: bool = False) -> Sequence[StaffDuty]:
    """Who takes conversations now: on duty, with an open page, and able to answer; of that team if there is one."""
    chosen = (
        select(StaffDuty)
        .join(StaffMember, col(StaffMember.id) == StaffDuty.staff_id)
        .where(
            col(StaffDuty.available).is_(True),
            StaffDuty.seen_at > clock.now() - AWAY_AFTER,
            col(StaffMember.disabled_at).is_(None),
            StaffMember.role != "reader",
        )
        .order_by(col(StaffDuty.staff_id))
    )
    if team_id is not None:
        chosen = chosen.join(TeamMember, col(TeamMember.staff_id) == StaffDuty.staff_id).where(
            TeamMember.team_id == team_id
        )
    if hold:
        chosen = chosen.with_for_update(of=StaffDuty)
    return session.exec(chosen.execution_options(populate_existing=True)).all()


# -- teams -------------------------------------------------------------------------------------------------------


def team(session: Session, team_id: int) -> Team:
    """That team. Raises NotFound."""
    found = session.get(Team, team_id)
    if found is None:
        raise NotFound(Text("There is no such team."))
    return found


def teams(session: Session) -> Sequence[Team]:
    """All teams by name."""
    return session.exec(select(Team).order_by(func.lower(Team.name))).all()


def members_of(session: Session, team_id: int) -> list[int]:
    """The staff ids of a team."""
    chosen = select(TeamMember.staff_id).where(TeamMember.team_id == team_id)
    return list(session.exec(chosen.order_by(col(TeamMember.staff_id))))
