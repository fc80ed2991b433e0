"""A shop with one paid order; nothing happens by itself unless a test asks for `reacting`."""

import inspect
from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from connector.events import OrderPaid, RefundMade, RefundRemoved
from connector.tables import ShopOrder, Store
from core import web
from core.database import Database
from core.files import Files
from core.jobs import Job, Jobs
from core.security import Keys, RateLimits, SignedIn
from core.settings import Settings
from invoices import console, endpoints, links
from invoices.events import InvoiceIssued
from invoices.schemas import Kind
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


@pytest.fixture
def perform(jobs: Jobs) -> Callable[..., None]:
    """`perform(function, order_id=…)` runs one job function with the services that it asks for."""

    def run(function: Callable[..., None], **given: Any) -> None:
        wanted = inspect.signature(function).parameters
        function(**{name: jobs.services[name] for name in wanted if name in jobs.services}, **given)

    return run


@pytest.fixture
def path_of(keys: Keys, settings: Settings, store: Store) -> Callable[..., str]:
    """`path_of(order)` is a link to its newest invoice, signed now."""

    def signed(order: ShopOrder, kind: Kind = "invoice", shop: Store = store) -> str:
        return f"/i/{links.token_for(keys, settings, shop, order, kind=kind)}"

    return signed


STAFF = {
    role: SignedIn(
        staff_id=n, name=role, email=f"{role}@shop.example", role=role, language="en", csrf=f"proof-{role}"
    )
    for n, role in enumerate(("owner", "agent", "reader"), 1)
}


@pytest.fixture
def app(database: Database, services: dict[str, Any], jobs: Jobs) -> FastAPI:
    """This room's routes alone, as the front door would mount them."""
    built = FastAPI()
    web.install(built)
    built.include_router(endpoints.router)
    built.include_router(console.router)
    for name, value in {"database": database, "jobs": jobs, **services}.items():
        setattr(built.state, name, value)
    built.state.templates = web.environment(["core", "invoices"])
    built.state.identify = lambda session, cookie: STAFF.get(cookie)
    return built


@pytest.fixture
def client(app: FastAPI) -> Iterator[TestClient]:
    """Somebody without an account."""
    with TestClient(app, headers={"Accept": "text/html"}, follow_redirects=False) as found:
        yield found


@pytest.fixture
def staff(client: TestClient) -> Callable[[str], TestClient]:
    """`staff("agent")` signs the client in with that role; forms need `csrf="proof-agent"`."""

    def signed_in(role: str) -> TestClient:
        client.cookies.set(web.SESSION_COOKIE, role)
        return client

    return signed_in
