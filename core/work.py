"""What a job is, what a clock starts, and what a person sees of it; the engine that runs them is in core/jobs.py."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Queue = Literal["work", "shop", "chat"]
Status = Literal["waiting", "later", "running", "dead", "done"]


class JobDied(Exception):
    """A job's last attempt failed; the text is what a person reads in the list of dead jobs."""


@dataclass(frozen=True)
class Job:
    """A job and its limits.

    `queue`: "work" runs several at a time; "shop" runs one at a time for each `store_id`, so that two passes over
    one shop never overlap; "chat" is for what a shopper waits for, and is never behind the others. `urgency`: 0 before 10. `attempts` with a delay that doubles from `first_delay_seconds`
    to an hour: ten attempts from 5 s span about an hour and a half.
    """

    name: str
    run: Callable[..., None]
    queue: Queue = "work"
    urgency: int = 0
    attempts: int = 10
    first_delay_seconds: float = 5.0


@dataclass(frozen=True)
class Schedule:
    """A job that runs by the clock; `cron` has six fields, seconds first, in UTC."""

    job: str
    cron: str


@dataclass(frozen=True)
class JobRow:
    """One job as a person sees it in a list."""

    id: str
    name: str
    status: Status
    created: datetime
    updated: datetime
    arguments: dict[str, Any] = field(default_factory=dict)
    error: str = ""
    node: str = ""


def identity_of(name: str, key: str) -> str:
    """The id of the one run of that job for that key."""
    # "#" and "~" mark attempts and retries, and very long keys do not fit the engine's column.
    safe = key.replace("#", "-").replace("~", "-")
    return f"{name}:{safe if len(safe) <= 120 else hashlib.sha256(key.encode()).hexdigest()}"
