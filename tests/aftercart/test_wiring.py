"""The table of causes and effects is complete and true."""

import importlib
import inspect
import pkgutil
from dataclasses import fields

import pytest

from aftercart import wiring
from core.events import Event
from core.settings import Settings

ROOMS = ("connector", "outbox", "staff", "invoices")
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
    for room in (*ROOMS, "connector.woo"):
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
        module.name for module in pkgutil.iter_modules() if module.name in (*ROOMS, "core") and module.ispkg
    }
    assert with_templates == set(wiring.TEMPLATES)
