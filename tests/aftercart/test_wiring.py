"""The table of causes and effects is complete and true."""

import importlib
import importlib.resources
import inspect
import pkgutil
from dataclasses import fields, replace

import pytest

from aftercart import wiring
from connector import actions
from connector.schemas import Address, StoreFacts
from connector.tables import Store
from core.database import Database
from core.events import Event
from core.settings import Settings
from tests import factories
from tests.standins import Clock, HandWorker

ROOMS = ("connector", "outbox", "staff", "invoices", "faq", "customers", "chat")
BOOK = {job.name: job for job in wiring.JOBS}


def declared_events() -> set[type[Event]]:
    found = set()
    for room in ROOMS:
        module = importlib.import_module(f"{room}.events")
        found |= {
            kind
            for _, kind in inspect.getmembers(module, inspect.isclass)
            if issubclass(kind, Event) and kind is not Event
        }
    return found


def test_every_declared_event_stands_in_the_table() -> None:
    assert declared_events() == set(wiring.REACTIONS)


@pytest.mark.parametrize("event", wiring.REACTIONS, ids=lambda event: event.__name__)
def test_every_reaction_takes_what_its_event_tells(event: type[Event]) -> None:
    told = {field.name for field in fields(event)}
    for name in wiring.REACTIONS[event]:
        wanted = inspect.signature(BOOK[name].run).parameters
        assert told <= set(wanted), f"{name} does not take {told - set(wanted)}"


def test_every_public_job_function_of_a_room_is_in_the_book() -> None:
    known = {job.run for job in wiring.JOBS}
    by_hand = {"sync_until_done"}  # The command line calls it itself.
    for room in (*ROOMS, "connector.woo", "connector.wordpress"):
        if importlib.util.find_spec(f"{room}.jobs") is None:
            continue
        module = importlib.import_module(f"{room}.jobs")
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not name.startswith("_") and name not in by_hand:
                assert function in known, f"{room}.jobs.{name} is called by nobody"


@pytest.mark.parametrize("seconds", [5, 10, 15, 20, 30, 60])
def test_every_schedule_names_a_job_and_polls_as_often_as_said(seconds: int) -> None:
    schedules = {one.job: one.cron for one in wiring.schedules(Settings(poll_seconds=seconds))}
    assert set(schedules) <= set(BOOK)
    first = schedules["woo.tick"].split()[0]
    assert first == ("0" if seconds == 60 else f"*/{seconds}")


def test_every_room_with_templates_is_known_to_the_pages() -> None:
    with_templates = {
        module.name
        for module in pkgutil.iter_modules()
        if module.name in (*ROOMS, "core")
        and importlib.resources.files(module.name).joinpath("templates").is_dir()
    }
    assert with_templates == set(wiring.TEMPLATES)


def facts_of(shop: Store, **changes: object) -> StoreFacts:
    told = StoreFacts(
        name=shop.name,
        home_address=shop.home_address,
        software=shop.software,
        currency=shop.currency,
        decimals=shop.decimals,
        zone=shop.zone,
        locale=shop.locale,
        prices_include_tax=shop.prices_include_tax,
        taxes_enabled=shop.taxes_enabled,
        seller=Address(**shop.seller),
        statuses=shop.statuses,
        gateways=shop.gateways,
        settings=shop.settings,
    )
    return replace(told, **changes)  # type: ignore[arg-type]


@pytest.mark.database
def test_each_move_of_a_shop_pauses_its_letters_also_back_to_an_address_it_had(
    database: Database, clock: Clock, run_jobs: HandWorker
) -> None:
    with database.writing() as session:
        shop = factories.store(session)
        home = shop.home_address
    for address in ("https://copy.example", home, "https://copy.example"):
        clock.advance(minutes=10)
        with database.writing() as session:
            found = session.get(Store, shop.id)
            assert found is not None
            actions.keep_facts(session, found, facts_of(found, home_address=address))
        assert run_jobs() == ["outbox.pause_for_address"]
