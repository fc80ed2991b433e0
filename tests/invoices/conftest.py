"""A shop with one paid order; nothing happens by itself unless a test asks for `reacting`."""

from collections import defaultdict
from typing import Any

import pytest

from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.tables import ShopOrder, Store
from core.database import Database
from core.files import Files
from core.jobs import Job
from core.security import Keys, RateLimits
from core.settings import Settings
from invoices.events import InvoiceIssued
from tests import factories
from tests.standins import Clock

from .standins import Paper


@pytest.fixture(autouse=True)
def quiet(database: Database) -> None:
    """No reactions, and no letter is sent: how they are wired is tested elsewhere."""
    database.attached["reactions"] = defaultdict(tuple)
    database.attached["jobs"].jobs["outbox.send"] = Job("outbox.send", _stay)


def _stay(*, letter_id: int) -> None:
    """The letter stays where it was handed in."""


@pytest.fixture
def reacting(database: Database, quiet: None) -> None:
    """This room's reactions to the shop's facts and its own."""
    database.attached["reactions"].update(
        {
            OrderPaid: ("invoices.issue_for_order",),
            RefundMade: ("invoices.credit_for_refund",),
            RefundRemoved: ("invoices.refund_removed",),
            InvoiceIssued: ("invoices.render",),
        }
    )


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def services(settings: Settings, keys: Keys, files: Files, paper: Paper) -> dict[str, Any]:
    return {"settings": settings, "keys": keys, "files": files, "limits": RateLimits(), "renderer": paper}


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    with database.writing() as session:
        return factories.store(session)


@pytest.fixture
def order(database: Database, store: Store) -> ShopOrder:
    """A paid order of 39,000 won."""
    with database.writing() as session:
        return factories.order(session, store)
