"""The whole service as tests use it: its parts over the test's database, and the command line as a process."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest

from aftercart.service import Service, build
from core.database import Database
from core.settings import Settings

# The demo on a machine that does ten other things at the same time.
LONGEST_SECONDS = 600

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def service(database: Database, settings: Settings) -> Iterator[Service]:
    """All parts, nothing started; its own connections to the test's database."""
    built = build(settings)
    yield built
    built.close()


@pytest.fixture
def command(database: Database, settings: Settings) -> Command:
    """`command("jobs", "list")` runs `aftercart jobs list` as a user would, on the test's database."""

    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        surroundings = {
            **os.environ,
            "AFTERCART_DATA_FOLDER": str(settings.data_folder),
            "AFTERCART_DATABASE_URL": settings.database_url,
            "LANG": "C.UTF-8",
            "COLUMNS": "200",
            **more,
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "aftercart", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=surroundings,
        )
        try:
            said, complained = process.communicate(timeout=LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            process.terminate()  # Not kill: the demo would leave its children behind.
            process.communicate(timeout=60)
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, said, complained)

    return run
