"""The wiring as tests see it; until aftercart/wiring.py stands, jobs are found by their name in their room."""

import importlib
from collections import defaultdict
from typing import Any

from core.database import Database
from core.jobs import Jobs
from core.work import Job


class _Found(dict[str, Job]):
    def __missing__(self, name: str) -> Job:
        room, _, function = name.rpartition(".")
        self[name] = Job(name, getattr(importlib.import_module(f"{room}.jobs"), function))
        return self[name]


try:
    from aftercart.wiring import JOBS, REACTIONS

    STANDS = True
except ImportError:
    JOBS: Any = ()
    REACTIONS: Any = defaultdict(tuple)
    STANDS = False


def wire(database: Database) -> Jobs:
    """The book of jobs of that database, and the reactions to its events."""
    book = Jobs(database, JOBS)
    if not STANDS:
        book.jobs = _Found()
    database.attached["reactions"] = REACTIONS
    return book
