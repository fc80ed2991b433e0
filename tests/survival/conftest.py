"""Real processes of the service for tests that harm them."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from bench.stage.service import Stage, staged
from demo.letters import Letters
from demo.mailbox import running_mailbox
from tests.databases import Databases


@pytest.fixture
def database_url(databases: Databases, pytestconfig: pytest.Config, tmp_path: Path) -> Iterator[str]:
    """A clean database on the suite's PostgreSQL server; "" on SQLite, where the service makes its own file."""
    if pytestconfig.getoption("--database") == "sqlite":
        yield ""
        return
    address = databases.make(tmp_path)
    yield address
    databases.remove(address)


@pytest.fixture
def stage(pytestconfig: pytest.Config, tmp_path: Path, database_url: str) -> Iterator[tuple[Stage, Letters]]:
    """A service that is not started yet, and the mailbox that it will send to."""
    with ExitStack() as stack:
        receiver, _web = stack.enter_context(running_mailbox(tmp_path / "mail"))
        more = {"smtp_host": "127.0.0.1", "smtp_port": str(receiver.port), "log_level": "INFO"}
        database = pytestconfig.getoption("--database")
        opened = stack.enter_context(staged(tmp_path, database, more, url=database_url))
        yield opened, receiver.letters
