"""The outbox without the other rooms."""

from collections import defaultdict

from core.database import Database
from core.jobs import Jobs
from core.work import Job
from outbox import jobs

NAMES = ("send", "release_waiting", "pause_for_address")


def alone(database: Database) -> Jobs:
    """The database's book of jobs knows only those of the outbox, and nobody reacts to facts."""
    book: Jobs = database.attached["jobs"]
    book.jobs = {f"outbox.{name}": Job(f"outbox.{name}", getattr(jobs, name)) for name in NAMES}
    database.attached["reactions"] = defaultdict(tuple)
    return book
