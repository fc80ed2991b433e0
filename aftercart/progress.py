"""Progress bars: how far the mirror of each shop has come, as the mirror itself tells it."""

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from aftercart.terminal import errors
from connector import queries
from connector.tables import Store
from core.database import Database
from core.languages import gettext as _

LOOK_SECONDS = 0.2


def bars() -> Progress:
    """Bars on standard error, so that what a script reads on standard output stays clean."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=errors,
    )


def resource_names() -> dict[str, str]:
    """What people call the mirrored resources, in the order in which they come."""
    return {
        "orders": _("Orders"),
        "refunds": _("Refunds"),
        "customers": _("Customers"),
        "products": _("Products"),
    }


@contextmanager
def watch_sync(database: Database, stores: Sequence[Store]) -> Iterator[None]:
    """Show the first synchronisation of those shops while the block runs (or another process does it)."""
    ended = threading.Event()
    with bars() as shown:
        tasks = {
            (int(store.id or 0), resource): shown.add_task(f"{escape(store.name)}: {name}", total=None)
            for store in stores
            for resource, name in resource_names().items()
        }
        watcher = threading.Thread(target=_follow, args=(database, shown, tasks, ended), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()


def _follow(
    database: Database, shown: Progress, tasks: dict[tuple[int, str], TaskID], ended: threading.Event
) -> None:
    last = False
    while True:
        with database.reading() as session:
            for store_id in {store_id for store_id, _resource in tasks}:
                for state in queries.sync_states(session, store_id):
                    task = tasks.get((store_id, state.resource))
                    if task is not None:
                        total = max(state.expected, state.seen)
                        shown.update(
                            task, completed=state.seen, total=total if total or state.complete else None
                        )
        if last:
            return
        last = ended.wait(LOOK_SECONDS)
