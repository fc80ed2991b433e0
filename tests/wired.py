"""The front door's wiring on a test's database, also for the processes that tests start."""

from aftercart import wiring
from core.database import Database
from core.fanout import InProcess
from core.jobs import Jobs


def wire(database: Database) -> Jobs:
    """The book of jobs of that database, and the reactions to its events."""
    database.attached["reactions"] = wiring.REACTIONS
    database.attached["fanout"] = InProcess()
    return Jobs(database, wiring.JOBS)
