"""Demo shops behind a real port, connected to a clean database."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import stamina

from core.database import Database
from core.security import Keys
from core.settings import Settings
from demo.serving import running_shop
from demo.storage import Shop, open_shop

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
def synced(mirror: Mirror) -> Mirror:
    """The KRW shop after its first synchronisation."""
    mirror.sync()
    return mirror
