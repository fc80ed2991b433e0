"""A WordPress to ask."""

from collections.abc import Iterator

import pytest
import stamina

from connector.wordpress.asking import Line

from .blog import PASSWORD, USER, Blog, running_blog


@pytest.fixture
def blog() -> Iterator[Blog]:
    with running_blog() as found:
        yield found


@pytest.fixture
def line(blog: Blog) -> Iterator[Line]:
    with Line(blog.address, USER, PASSWORD, timeout_seconds=10) as found:
        yield found


@pytest.fixture(autouse=True)
def no_waiting() -> Iterator[None]:
    """Tries come at once."""
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)
