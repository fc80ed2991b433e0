"""The front door's wiring on a test's database, also for the processes that tests start."""

from aftercart import wiring
from core.database import Database
from core.jobs import Jobs


def wire(database: Database) -> Jobs:
    """The book of jobs of that database, and the reactions to its events."""
    database.attached["reactions"] = wiring.REACTIONS
    return Jobs(database, wiring.JOBS)
