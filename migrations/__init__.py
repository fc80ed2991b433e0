"""The history of all tables, one for all rooms: brings a database to this release's state, or tells whether it lacks that.

The work is done by migrations/upgrading.py in a process of its own: what a migration loads would otherwise stay in the
memory of a service that runs for months (16 MB). New revisions are written by `make revision` (migrations/revising.py).
"""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

from sqlalchemy import inspect, text

from core.database import Database
from core.errors import AftercartError

VERSIONS = Path(__file__).parent / "versions"
FAILED = 3  # The child's code for a MigrationFailed, whose sentence it has printed.


class MigrationFailed(AftercartError):
    """The database could not be brought to this release's state; nothing was changed."""

    code = "migration_failed"


def upgrade(database: Database) -> None:
    """Bring the tables, and those of the jobs engine, to this release's state; does nothing when they are there.

    Several processes may call it at once: one works, the others wait and find it done. Raises MigrationFailed.
    """
    done = subprocess.run(
        [sys.executable, "-m", "migrations.upgrading"],
        input=database.address,  # Not on the command line: it may hold a password.
        env=os.environ | {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part)},
        capture_output=True,
        text=True,
    )
    if done.returncode == FAILED:
        raise MigrationFailed(done.stdout.strip())
    if done.returncode:
        raise RuntimeError(f"the migration ended with {done.returncode}: {done.stderr[-2000:]}")


def behind(database: Database) -> bool:
    """Whether the database lacks revisions of this release; one of a newer release is not behind."""
    with database.reading_engine.connect() as connection:
        reached = set()
        if inspect(connection).has_table("alembic_version"):
            reached = set(connection.scalars(text("SELECT version_num FROM alembic_version")))
    known = _revisions()
    return max(known) not in reached and reached <= known


@cache
def _revisions() -> frozenset[str]:
    """The revisions of this release, by the beginning of their files' names; the highest is the newest."""
    return frozenset(path.name.partition("_")[0] for path in VERSIONS.glob("[0-9]*_*.py"))
