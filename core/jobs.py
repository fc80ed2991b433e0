"""Durable work, and the only file that knows the engine behind it (DBOS).

A job is a plain function that takes ids and may run twice. It is handed in within the caller's transaction: no job
without the fact, no fact without the job. `enqueue` runs a job once per key; `request` runs it at least once more
from now on, however often it is asked for meanwhile. A failing job is tried again later as a new, delayed run; the
last failure is a dead letter that a person sees and can run again.
"""

import inspect
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from dbos import DBOS, DBOSClient, EnqueueOptions
from sqlmodel import Session

from core import clock, turns
from core.database import Database
from core.errors import AftercartError, NotConfigured, NotFound, OutsideError
from core.languages import Text
from core.logs import log, without_secrets
from core.work import Job, JobDied, JobRow, Schedule, Status, identity_of

# One constant version: a job handed in by an older release is taken up by a newer one.
APPLICATION_VERSION = "1"
LONGEST_DELAY_SECONDS = 3600.0
DEAD = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
LISTED_AT_MOST = 1000

STATUS: dict[str, Status] = {
    "ENQUEUED": "waiting",
    "DELAYED": "later",
    "PENDING": "running",
    "SUCCESS": "done",
}


class Jobs:
    """The book of jobs: hands them in, and in a working process also runs them."""

    def __init__(self, database: Database, jobs: Sequence[Job], schedules: Sequence[Schedule] = ()) -> None:
        self.database = database
        self.jobs = {job.name: job for job in jobs}
        self.schedules = schedules
        self.services: dict[str, Any] = {}
        self.known_turns = turns.KnownTurns()
        self.client = DBOSClient(system_database_engine=database.jobs_engine, lazy=True)
        database.attached["jobs"] = self

    def start(self, services: Mapping[str, Any], *, node: str, workers: int, poll_seconds: float) -> None:
        """Begin to run jobs in this process; recovers what this node left unfinished."""
        if not node:
            raise NotConfigured(
                Text(
                    "On PostgreSQL every process that runs jobs needs a fixed, distinct name: set AFTERCART_NODE."
                )
            )
        self.services = {"database": self.database, "jobs": self, **services}
        _engine_of_process[:] = [self]
        for name in self.jobs:
            _register(name)
        logging.getLogger("dbos").setLevel(logging.WARNING)
        DBOS(
            config={
                "name": "aftercart",
                "system_database_url": self.database.address,
                "system_database_engine": self.database.jobs_engine,
                "executor_id": node,
                "application_version": APPLICATION_VERSION,
                "log_level": "WARNING",
                "notification_listener_polling_interval_sec": poll_seconds * 4,  # `stop` waits for it.
                "use_listen_notify": False,
                "run_migrations": False,
            }
        )
        DBOS.launch()
        register_queues(self.client, workers=workers, poll_seconds=poll_seconds)
        self.client.apply_schedules(
            [
                {
                    "schedule_name": schedule.job,
                    "workflow_name": schedule.job,
                    "schedule": schedule.cron,
                    "context": None,
                    "queue_name": "work",
                }
                for schedule in self.schedules
            ]
        )

    def stop(self, *, drain_seconds: int = 10) -> None:
        """Stop taking jobs, give running ones the time to end, and close."""
        DBOS.destroy(workflow_completion_timeout_sec=drain_seconds)
        _engine_of_process.clear()

    def close(self) -> None:
        """Close the connections of a process that only hands jobs in."""
        self.client.destroy()

    def hand_in(
        self, session: Session, job: Job, identity: str, delay_seconds: float, arguments: dict[str, Any]
    ) -> None:
        options: EnqueueOptions = {
            "workflow_name": job.name,
            "queue_name": job.queue,
            "workflow_id": identity,
            "app_version": APPLICATION_VERSION,
            "application_name": "aftercart",
        }
        if delay_seconds > 0:
            options["delay_seconds"] = delay_seconds
        if job.urgency:
            options["priority"] = job.urgency
        if job.queue == "shop":
            options["queue_partition_key"] = str(arguments["store_id"])
        self.client.enqueue_in_transaction(session, options, json.dumps(arguments, sort_keys=True))

    def counts(self) -> dict[str, int]:
        """How many jobs are running, waiting, waiting for later, and dead (each counted up to a thousand)."""
        return {
            "running": len(self._listed("PENDING")),
            "waiting": len(self._listed("ENQUEUED")),
            "later": len(self._listed("DELAYED")),
            "dead": len(self._listed(DEAD)),
        }

    def dead(self, limit: int = 100) -> list[JobRow]:
        """The jobs whose last attempt failed, newest first."""
        return [_row(found) for found in self._listed(DEAD, limit=limit, details=True)]

    def unfinished(self, limit: int = 100) -> list[JobRow]:
        """The jobs that run or wait, newest first."""
        return [
            _row(found)
            for found in self._listed(["PENDING", "ENQUEUED", "DELAYED"], limit=limit, details=True)
        ]

    def _listed(
        self, status: str | list[str], *, limit: int = LISTED_AT_MOST, details: bool = False
    ) -> list[Any]:
        return self.client.list_workflows(
            status=status, limit=limit, sort_desc=True, load_input=details, load_output=details
        )

    def retry(self, job_id: str) -> None:
        """Run a dead job again from its first attempt. Raises NotFound when it is not dead (any more)."""
        found = self.client.list_workflows(workflow_ids=[job_id], status=DEAD, limit=1)
        if not found or found[0].name not in self.jobs:
            raise NotFound(Text("There is no dead job with that id."))
        arguments = {name: value for name, value in _row(found[0]).arguments.items() if name != "_attempt"}
        # Without the attempt's number: the attempts of the new run must not meet those of the old one.
        base, _, times = job_id.split("#", maxsplit=1)[0].partition("~")
        with self.database.writing() as session:
            self.hand_in(session, self.jobs[found[0].name], f"{base}~{int(times or 0) + 1}", 0, arguments)
        # A crash here leaves the dead row beside its second run: seen twice, never lost.
        self.client.delete_workflow(job_id)

    def adopt(self, node: str) -> int:
        """Give the unfinished jobs of a worker that never returns back to the queues; returns how many."""
        left = self.client.list_workflows(
            executor_id=node, status="PENDING", load_input=False, load_output=False
        )
        for found in left:
            self.client.resume_workflow(found.workflow_id, queue_name=found.queue_name or "work")
        return len(left)

    def purge(self, *, days: int) -> int:
        """Forget finished jobs older than that; returns how many. Domain constraints guard against a very late double."""
        before = (clock.now() - timedelta(days=days)).isoformat()
        removed = 0
        while old := self.client.list_workflows(
            status=["SUCCESS", "CANCELLED"],
            completed_before=before,
            limit=500,
            load_input=False,
            load_output=False,
        ):
            self.client.delete_workflows([found.workflow_id for found in old])
            removed += len(old)
        return removed

    def perform(self, name: str, payload: str, identity: str) -> None:
        """Run one attempt; a failure that may pass is handed in again with a delay."""
        job = self.jobs[name]
        arguments = json.loads(payload)
        attempt = int(arguments.pop("_attempt", 1))
        requested = arguments.pop("_requested", None)
        try:
            if requested:
                with self.database.writing() as session:
                    turns.begin(session, name, *requested)
            job.run(**self._collaborators(job, arguments, attempt), **arguments)
        except Exception as problem:
            hopeless = isinstance(problem, AftercartError) and (
                problem.permanent if isinstance(problem, OutsideError) else True
            )
            said = without_secrets(
                str(problem)
                if isinstance(problem, AftercartError)
                else f"{type(problem).__name__}: {problem}"
            )
            if hopeless or attempt >= job.attempts:
                log("jobs").error(
                    "job_died", job=name, id=identity, attempt=attempt, exc_info=not hopeless, problem=said
                )
                raise JobDied(said) from None
            log("jobs").warning("job_failed", job=name, id=identity, attempt=attempt, problem=said)
            again = {**arguments, "_attempt": attempt + 1, **({"_requested": requested} if requested else {})}
            self._try_again(job, identity, again)

    def _try_again(self, job: Job, identity: str, arguments: dict[str, Any]) -> None:
        attempt: int = arguments["_attempt"]
        delay = min(job.first_delay_seconds * 2 ** (attempt - 2), LONGEST_DELAY_SECONDS)
        with self.database.writing() as session:
            self.hand_in(session, job, f"{identity.split('#', maxsplit=1)[0]}#{attempt}", delay, arguments)

    def _collaborators(self, job: Job, arguments: Mapping[str, Any], attempt: int) -> dict[str, Any]:
        offered = {**self.services, "attempt": attempt, "last_attempt": attempt >= job.attempts}
        wanted = inspect.signature(job.run).parameters
        return {name: offered[name] for name in wanted if name in offered and name not in arguments}


def enqueue(
    session: Session,
    name: str,
    key: str,
    *,
    delay_seconds: float = 0,
    urgency: int | None = None,
    **arguments: Any,
) -> None:
    """Hand in a job in the caller's transaction, once per name and key; `urgency` may replace the job's own."""
    jobs: Jobs = session.info["jobs"]
    job = jobs.jobs[name] if urgency is None else replace(jobs.jobs[name], urgency=urgency)
    jobs.hand_in(session, job, identity_of(name, key), delay_seconds, arguments)


def request(session: Session, name: str, key: str, *, delay_seconds: float = 0, **arguments: Any) -> None:
    """Make sure that the job begins once more after this transaction; requests before it begins are one."""
    jobs: Jobs = session.info["jobs"]
    turn = turns.take(session, name, key)
    if jobs.known_turns.holds(name, key, turn):
        return  # Its run waits already, and cannot begin before we commit.
    identity = identity_of(name, f"{key}@{turn}")
    jobs.hand_in(session, jobs.jobs[name], identity, delay_seconds, {**arguments, "_requested": [key, turn]})
    jobs.known_turns.note(session, name, key, turn)


def migrate(database: Database) -> None:
    """Create or update the engine's own tables, and name it the queues: one that it meets only later waits a second."""
    logging.getLogger("dbos").setLevel(logging.WARNING)
    DBOS.migrate(database.address)
    client = DBOSClient(system_database_engine=database.jobs_engine)
    register_queues(client, workers=4, poll_seconds=0.25)
    client.destroy()


def register_queues(client: DBOSClient, *, workers: int, poll_seconds: float) -> None:
    """Tell the engine the queues; repeated at every start with the present settings."""
    client.register_queue("work", worker_concurrency=workers, polling_interval_sec=poll_seconds)
    client.register_queue("chat", worker_concurrency=workers, polling_interval_sec=poll_seconds)
    # A look at a queue with partitions costs thrice as much: half of all that an idle service used.
    client.register_queue("shop", partition_concurrency=1, polling_interval_sec=3 * poll_seconds)


def _row(found: Any) -> JobRow:
    given = (found.input or {}).get("args") or ["{}"]
    return JobRow(
        id=found.workflow_id,
        name=found.name,
        status=STATUS.get(found.status, "dead"),
        created=datetime.fromtimestamp((found.created_at or 0) / 1000, UTC),
        updated=datetime.fromtimestamp((found.updated_at or 0) / 1000, UTC),
        arguments=json.loads(given[0]) if isinstance(given[0], str) else {},
        error=str(found.error or ""),
        node=found.executor_id or "",
    )


# The engine keeps one registry per process and calls by name, so its functions look up the running book.
_engine_of_process: list[Jobs] = []
_registered: set[str] = set()


def _register(name: str) -> None:
    if name in _registered:
        return

    def run(*given: Any) -> None:
        # A schedule calls with its time and context; everything else with one text of arguments.
        payload = given[0] if len(given) == 1 and isinstance(given[0], str) else "{}"
        _engine_of_process[0].perform(name, payload, str(DBOS.workflow_id))

    run.__qualname__ = f"job_{name}"
    DBOS.workflow(name=name)(run)
    _registered.add(name)
