"""Teams: people who answer together."""

from collections.abc import Sequence

from sqlalchemy import delete, func, update
from sqlmodel import Session, col, select

from chat.assigning import team
from chat.desk_tables import Team, TeamMember
from chat.errors import HandlingRefused
from chat.tables import Conversation
from core.languages import Text
from staff.tables import StaffMember

LONGEST_NAME = 60


def save(session: Session, *, name: str, members: Sequence[int], team_id: int | None = None) -> Team:
    """Make a team or change one; who cannot answer is left out. Raises HandlingRefused and NotFound."""
    tidy = " ".join(name.split())
    if not 0 < len(tidy) <= LONGEST_NAME:
        raise HandlingRefused(Text("A team has a name of at most %(most)s characters.", most=LONGEST_NAME))
    same = session.exec(select(Team).where(func.lower(Team.name) == tidy.lower())).first()
    if same is not None and same.id != team_id:
        raise HandlingRefused(Text("There is a team of that name already."))
    made = Team(name=tidy) if team_id is None else team(session, team_id)
    made.name = tidy
    session.add(made)
    session.flush()
    answering = select(StaffMember.id).where(
        col(StaffMember.id).in_(members), StaffMember.role != "reader", col(StaffMember.disabled_at).is_(None)
    )
    chosen = session.exec(answering).all()
    session.execute(delete(TeamMember).where(col(TeamMember.team_id) == made.id))
    session.add_all(TeamMember(team_id=int(made.id or 0), staff_id=int(one or 0)) for one in chosen)
    session.flush()
    return made


def forget(session: Session, team_id: int) -> None:
    """Dissolve a team; its conversations belong to no team then, and whoever cares for them goes on."""
    session.execute(update(Conversation).where(col(Conversation.team_id) == team_id).values(team_id=None))
    session.delete(team(session, team_id))
    session.flush()
