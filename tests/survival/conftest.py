"""Real processes of the service for tests that harm them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

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
