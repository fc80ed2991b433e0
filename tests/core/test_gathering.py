"""Claims about small writes that are made together."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import Session, select

from core.database import Database, upsert
from core.gathering import Gathering, gathering
from core.turns import JobTurn

pytestmark = pytest.mark.database


def keep(session: Session, keys: Sequence[str]) -> None:
    upsert(session, JobTurn, [{"name": "n", "key": key, "turn": 0} for key in keys], key=["name", "key"])


def kept(database: Database) -> set[str]:
    with database.reading() as session:
        return {found.key for found in session.exec(select(JobTurn))}


def while_one_writes(
    database: Database, write: Callable[[Session, Sequence[str]], None], keys: Sequence[str]
) -> tuple[list[list[str]], list[BaseException | None]]:
    """Add the keys while a first write is held up; the batches that were written, and what each adding thread heard."""
    batches: list[list[str]] = []
    begun, go_on = threading.Event(), threading.Event()

    def held_up(session: Session, items: Sequence[str]) -> None:
        batches.append(list(items))
        begun.set()
        assert go_on.wait(10)
        write(session, items)

    shared = Gathering(database, held_up)
    with ThreadPoolExecutor(len(keys) + 1) as threads:
        first = threads.submit(shared.add, "first")
        assert begun.wait(10)
        others = [threads.submit(shared.add, key) for key in keys]
        while len(shared._waiting) < len(keys):
            threading.Event().wait(0.001)
        go_on.set()
        heard = [found.exception(10) for found in (first, *others)]
    return batches, heard


def test_what_comes_during_a_write_is_written_together(database: Database):
    keys = [f"key-{place}" for place in range(20)]
    batches, heard = while_one_writes(database, keep, keys)
    assert [sorted(batch) for batch in batches] == [["first"], sorted(keys)]
    assert heard == [None] * 21
    assert kept(database) == {"first", *keys}


def test_what_is_added_is_committed_when_add_returns(database: Database):
    shared = Gathering(database, keep)

    def add_and_look(key: str) -> bool:
        shared.add(key)
        return key in kept(database)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(add_and_look, [f"key-{place}" for place in range(100)]))


def test_a_failing_write_is_heard_by_all_of_its_batch_and_by_no_other(database: Database):
    def careful(session: Session, items: Sequence[str]) -> None:
        keep(session, items)
        if "bad" in items:
            raise ZeroDivisionError

    _batches, heard = while_one_writes(database, careful, ["bad", "beside"])
    assert [type(problem) for problem in heard] == [type(None), ZeroDivisionError, ZeroDivisionError]
    assert kept(database) == {"first"}


def test_writing_goes_on_after_a_failure(database: Database):
    def refuse_bad(session: Session, items: Sequence[str]) -> None:
        if "bad" in items:
            raise ZeroDivisionError
        keep(session, items)

    shared = Gathering(database, refuse_bad)
    with pytest.raises(ZeroDivisionError):
        shared.add("bad")
    shared.add("good")
    assert kept(database) == {"good"}


def test_a_database_has_one_gathering_for_each_way_to_write(database: Database):
    assert gathering(database, keep) is gathering(database, keep)
