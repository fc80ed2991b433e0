"""Teams and labels: what all shops of this service share."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from pydantic import BaseModel
from sqlmodel import Session
from starlette.responses import Response

from chat import assigning, labels, teams
from chat.errors import HandlingRefused
from core.database import Reading, Writing
from core.languages import Text
from core.web import Agent, AnyStaff, Owner, ProvenForm, page, see_other
from staff import queries as staff

router = APIRouter(include_in_schema=False)


class TeamForm(BaseModel):
    """A team as it was filled in; a new one has no number."""

    name: str = ""
    member: list[int] = []
    team_id: int | None = None


class LabelForm(BaseModel):
    """A label as it was filled in; a new one has no number."""

    name: str = ""
    colour: str = "grey"
    label_id: int | None = None


@router.get("/settings/chat/teams")
def all_teams(request: Request, session: Reading, who: AnyStaff) -> Response:
    return _teams_page(request, session, None)


@router.post("/settings/chat/teams", dependencies=[ProvenForm])
def save_team(
    request: Request,
    session: Writing,
    who: Owner,
    form: Annotated[TeamForm, Form()],
) -> Response:
    """Make a team or change one."""
    try:
        teams.save(session, name=form.name, members=form.member, team_id=form.team_id)
    except HandlingRefused as problem:
        return _teams_page(request, session, problem, opened=form.team_id)
    return see_other("/settings/chat/teams")


@router.post("/settings/chat/teams/{team_id}/forget", dependencies=[ProvenForm])
def forget_team(session: Writing, who: Owner, team_id: int) -> Response:
    teams.forget(session, team_id)
    return see_other("/settings/chat/teams")


def _teams_page(
    request: Request, session: Session, problem: HandlingRefused | None, *, opened: int | None = None
) -> Response:
    answering = [one for one in staff.members(session) if one.disabled_at is None and one.role != "reader"]
    found = assigning.teams(session)
    return page(
        request,
        "chat/teams.html",
        status=400 if problem else 200,
        teams=[(team, assigning.members_of(session, int(team.id or 0))) for team in found],
        people=answering,
        problem=_sentence(problem),
        opened=opened,
    )


# -- labels ------------------------------------------------------------------------------------------------------


@router.get("/settings/chat/labels")
def all_labels(request: Request, session: Reading, who: AnyStaff) -> Response:
    return _labels_page(request, session, None)


@router.post("/settings/chat/labels", dependencies=[ProvenForm])
def save_label(
    request: Request,
    session: Writing,
    who: Agent,
    form: Annotated[LabelForm, Form()],
) -> Response:
    """Make a label or change one."""
    try:
        labels.save(session, name=form.name, colour=form.colour, label_id=form.label_id)
    except HandlingRefused as problem:
        return _labels_page(request, session, problem, opened=form.label_id)
    return see_other("/settings/chat/labels")


@router.post("/settings/chat/labels/{label_id}/forget", dependencies=[ProvenForm])
def forget_label(session: Writing, who: Agent, label_id: int) -> Response:
    labels.forget(session, label_id)
    return see_other("/settings/chat/labels")


def _labels_page(
    request: Request, session: Session, problem: HandlingRefused | None, *, opened: int | None = None
) -> Response:
    return page(
        request,
        "chat/labels.html",
        status=400 if problem else 200,
        known=[(label, labels.count(session, int(label.id or 0))) for label in labels.labels(session)],
        colours=labels.COLOURS,
        problem=_sentence(problem),
        opened=opened,
    )


def _sentence(problem: HandlingRefused | None) -> Text | str:
    return problem.sentence if problem else ""
