"""Looking after the service itself: telling the owners when something has needed a hand for an hour, and tidying up."""

from datetime import timedelta

from sqlmodel import Session

from connector import queries as connector_queries
from connector.syncing import problem_since
from core import clock
from core.database import Database
from core.files import Files
from core.jobs import Jobs
from core.languages import Text, recall
from core.settings import Settings
from outbox.alerting import Alert, alert_owners
from staff import queries as staff_queries
from staff import sessions

PATIENCE = timedelta(hours=1)
LEAST_FREE_BYTES = 500 * 1024 * 1024


def watch(database: Database, *, jobs: Jobs, files: Files, settings: Settings) -> None:
    """Every few minutes: one letter to each owner for each thing that has needed a hand for longer than an hour."""
    dead = [row for row in jobs.dead() if clock.now() - row.updated >= PATIENCE]
    free = files.free_bytes()
    where = f"{settings.address}/health"
    with database.writing() as session:
        alerts = _shops(session, where)
        if dead:
            newest = max(dead, key=lambda row: row.updated)
            alerts.append(
                Alert(
                    incident=f"jobs:{newest.id}",
                    subject=Text("Work was left undone"),
                    sentence=Text(
                        "%(count)s tasks failed for good and wait for someone to look at them. The last one: %(problem)s",
                        count=len(dead),
                        problem=newest.error,
                    ),
                    address=where,
                )
            )
        if free < LEAST_FREE_BYTES:
            alerts.append(
                Alert(
                    incident=f"disk:{clock.now():%Y-%m-%d}",
                    subject=Text("The disk is nearly full"),
                    sentence=Text(
                        "Only %(megabytes)s MB are free. Without space no invoice can be stored; please free some.",
                        megabytes=free // 1024**2,
                    ),
                    address=where,
                )
            )
        owners = staff_queries.owner_addresses(session)
        for alert in alerts:
            alert_owners(session, alert, owners)


def _shops(session: Session, where: str) -> list[Alert]:
    alerts = []
    for store in connector_queries.stores(session):
        trouble = problem_since(session, int(store.id or 0))
        if trouble is None or clock.now() - trouble.since < PATIENCE:
            continue
        alerts.append(
            Alert(
                incident=f"sync:{store.id}:{trouble.since:%Y%m%d%H%M%S}",
                subject=Text("%(shop)s cannot be read", shop=store.name),
                sentence=Text(
                    "New orders of %(shop)s have not been seen for over an hour: %(problem)s",
                    shop=store.name,
                    problem=recall(trouble.sentence),
                ),
                address=where,
            )
        )
    return alerts


def purge(database: Database, *, jobs: Jobs, settings: Settings) -> None:
    """Every night: forget finished jobs, and sessions whose time is over."""
    jobs.purge(days=settings.job_retention_days)
    with database.writing() as session:
        sessions.forget_old(session)
