"""The pages that belong to no other room: Today, Settings, Health."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from core.database import Reading
from core.web import Agent, AnyStaff, ProvenForm, page, see_other
from staff import entry, team

router = APIRouter(include_in_schema=False)
router.include_router(entry.router)
router.include_router(team.router)

JOBS_SHOWN = 50


def _panels(request: Request, name: str) -> list[str]:
    return list(request.app.state.panels.get(name, ()))


@router.get("/")
def today(request: Request, session: Reading, who: AnyStaff) -> Response:
    """What needs a hand, as the rooms tell it, and what is still to be set up."""
    checklist = getattr(request.app.state, "checklist", None)
    steps = checklist(session) if checklist else []
    return page(request, "staff/today.html", panels_here=_panels(request, "today"), steps=steps)


@router.get("/settings")
def settings(request: Request, who: AnyStaff) -> Response:
    return page(request, "staff/settings.html", panels_here=_panels(request, "settings"))


@router.get("/health")
def health(request: Request, who: AnyStaff, again: bool = False) -> Response:
    jobs = request.app.state.jobs
    return page(
        request,
        "staff/health.html",
        panels_here=_panels(request, "health"),
        counts=jobs.counts(),
        dead=jobs.dead(JOBS_SHOWN),
        unfinished=jobs.unfinished(JOBS_SHOWN),
        again=again,
    )


@router.post("/health/jobs/again", dependencies=[ProvenForm])
def run_again(request: Request, who: Agent, job: Annotated[str, Form()]) -> Response:
    """Give a dead job its attempts back."""
    request.app.state.jobs.retry(job)
    return see_other("/health?again=true")
