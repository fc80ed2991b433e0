"""Writes the revision of all changes to tables that no release has carried yet: `make revision`.

Until a release carries it, that one revision is written anew each time; afterwards RELEASED grows and it stands for ever.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command

from core.database import Database
from migrations.upgrading import configuration, connected

RELEASED = 0
TITLE = "The first tables"
VERSIONS = Path(__file__).parent / "versions"


def main() -> None:
    """Replace the open revision by the difference between the released tables and the rooms' present ones."""
    number = f"{RELEASED + 1:04}"
    for old in VERSIONS.glob(f"{number}_*.py"):
        old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/tables.sqlite3")
        with connected(database) as connection:
            command.upgrade(configuration(connection), f"{RELEASED:04}" if RELEASED else "base")
        with connected(database) as connection:
            command.revision(configuration(connection), message=TITLE, rev_id=number, autogenerate=True)
        database.dispose()
    written = [str(path) for path in VERSIONS.glob(f"{number}_*.py")]
    subprocess.run([sys.executable, "-m", "ruff", "check", "--fix", "--quiet", *written], check=True)
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", *written], check=True)


if __name__ == "__main__":
    main()
