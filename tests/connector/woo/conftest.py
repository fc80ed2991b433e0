"""Demo shops behind a real port, connected to a clean database."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import stamina
import structlog
from starlette.testclient import TestClient

from aftercart.app import make_app
from aftercart.service import Service, build
from core import logs
from core.database import Database
from core.jobs import Jobs
from core.security import Keys
from core.settings import Settings
from demo.serving import address_of, listening, running, running_shop
from demo.storage import Shop, open_shop
from tests.standins import HandWorker

from .mirrors import Mirror


@pytest.fixture(autouse=True)
def impatient() -> Iterator[None]:
    """Three tries as in life, without the pauses between them."""
    stamina.set_testing(True, attempts=3)
    yield
    stamina.set_testing(False)


@pytest.fixture
def serve() -> Iterator[Callable[..., Shop]]:
    """`serve("krw")` opens a demo shop on a free port; its webhooks leave only when the test says so."""
    with ExitStack() as stack:

        def opened(name: str = "krw") -> Shop:
            shop = open_shop(name)
            shop.conduct.webhook_delay_seconds = 3600
            stack.enter_context(running_shop(shop))
            return shop

        yield opened


@pytest.fixture
def mirror(serve: Callable[..., Shop], database: Database, keys: Keys, settings: Settings) -> Mirror:
    """The KRW shop, connected and not yet synchronised."""
    found = Mirror(serve("krw"), database, keys, settings)
    found.connect()
    return found


@pytest.fixture
def service(database: Database, settings: Settings) -> Iterator[Service]:
    """All parts of the service over the test's database, nothing started."""
    built = build(settings)
    yield built
    built.close()


@pytest.fixture
def door(service: Service) -> TestClient:
    """The service's front door as a shop sees it, without a network."""
    return TestClient(make_app(service, run_jobs=False))


@pytest.fixture
def served(service: Service, settings: Settings) -> Iterator[str]:
    """The service on a real port, and its address, which is public to the shops of the test."""
    opened = listening()
    settings.public_url = address_of(opened)
    with running(make_app(service, run_jobs=False), opened):
        yield settings.public_url


@pytest.fixture
def synced(mirror: Mirror) -> Mirror:
    """The KRW shop after its first synchronisation."""
    mirror.sync()
    return mirror


class ShopWorker(HandWorker):
    """Runs the jobs about shops; what other rooms would do with their facts stays waiting, to be looked at."""

    def _waiting(self, *, later: bool) -> list[Any]:
        return [found for found in super()._waiting(later=later) if found.name.startswith("woo.")]


@pytest.fixture
def run_jobs(jobs: Jobs) -> ShopWorker:
    return ShopWorker(jobs)


@pytest.fixture
def logged(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """`logged()` is all that the service logged since the test began or since the last call."""
    root, engine = logging.getLogger(), logging.getLogger("dbos")
    kept = root.handlers, root.level, engine.handlers, engine.propagate
    logs.start(level="DEBUG")
    yield lambda: capsys.readouterr().err
    root.handlers, root.level, engine.handlers, engine.propagate = kept
    structlog.reset_defaults()
