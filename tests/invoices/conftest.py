"""A shop with one paid order, and jobs that react as they do in the running service."""

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

from ..standins import Clock
from .making import make_order, make_store
from .standins import Paper

REACTIONS = {
    OrderPaid: ("invoices.issue_for_order",),
    RefundMade: ("invoices.credit_for_refund",),
    RefundRemoved: ("invoices.refund_removed",),
    InvoiceIssued: ("invoices.render",),
}


@pytest.fixture(autouse=True)
def this_room_only(database: Database) -> None:
    """Only this room reacts, and no letter is sent: the tests hold whatever else the service may do."""
    database.attached["reactions"] = defaultdict(tuple, REACTIONS)
    database.attached["jobs"].jobs["outbox.send"] = Job("outbox.send", _stay)


def _stay(*, letter_id: int) -> None:
    """The letter stays where it was handed in."""


@pytest.fixture
def paper() -> Paper:
    return Paper()


@pytest.fixture
def services(settings: Settings, keys: Keys, files: Files, paper: Paper) -> dict[str, Any]:
    return {"settings": settings, "keys": keys, "files": files, "limits": RateLimits(), "renderer": paper}


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    with database.writing() as session:
        return make_store(session)


@pytest.fixture
def order(database: Database, store: Store) -> ShopOrder:
    """A paid order of 11,000 won."""
    with database.writing() as session:
        return make_order(session, store)
