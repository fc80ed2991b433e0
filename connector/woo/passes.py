"""Reading long lists of a shop completely, although it changes meanwhile, and while earlier pages are being written.

Page numbers drift: one changed row silently moved another out of sight (FACTS §2). So a walk goes by the change
date: after each page it asks again from the last second seen. Where page numbers cannot be helped (more than a page
of rows in one second; lists without change dates) they are walked from the last page to the first, by ascending id:
what leaves the list then only moves rows into pages that are still to come.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from queue import Empty, Queue
from typing import Any

from connector.errors import StoreUnavailable
from connector.woo.answers import Answer
from connector.woo.client import PER_PAGE, WooClient
from connector.woo.values import moment
from core.languages import Text

SECOND = timedelta(seconds=1)
# A shop may commit a change some seconds after the moment that it is stamped with: a new pass looks back so far.
OVERLAP = timedelta(seconds=120)
AT_REST = 0
GO_ON = 1


@dataclass(frozen=True)
class Place:
    """Where a walk stands, as `SyncState` keeps it.

    `page`: AT_REST at its end; GO_ON to ask for anything from `cursor_at` on; n + 1 while n pages of that one second
    (or of a list without change dates) are still to be read, the last one first.
    """

    cursor_at: datetime | None = None
    page: int = GO_ON


@dataclass(frozen=True)
class Step:
    """One page and where the walk stands after it. `total` is what the shop counts in the list asked for."""

    rows: list[dict[str, Any]]
    after: Place
    total: int

    @property
    def last(self) -> bool:
        return self.after.page == AT_REST


Over = Callable[[], bool]


def never() -> bool:
    """A walk that goes to its end."""
    return False


def by_change(
    client: WooClient, path: str, start: Place, *, over: Over = never, **parameters: Any
) -> Iterator[Step]:
    """Walk a list by its change dates until its end, or until `over`; at least one page."""

    def ask(place: Place) -> Answer:
        if place.cursor_at is None:
            return _page(client, path, 1, "modified", **parameters)
        # Both bounds are exclusive (FACTS §3).
        after = {"modified_after": gmt(place.cursor_at - SECOND)}
        if place.page > GO_ON:
            before = {"modified_before": gmt(place.cursor_at + SECOND)}
            return _page(client, path, place.page - 1, "id", **after, **before, **parameters)
        return _page(client, path, 1, "modified", **after, **parameters)

    def follow(place: Place, answer: Answer) -> Place:
        if place.page > GO_ON and place.cursor_at is not None:
            left = place.page - 1
            return Place(place.cursor_at, left) if left > GO_ON else Place(place.cursor_at + SECOND)
        newest = max((_changed(client, row) for row in answer.rows), default=place.cursor_at)
        if len(answer.rows) < PER_PAGE or newest is None:
            return Place(newest, AT_REST)
        if place.cursor_at is None or newest > place.cursor_at:
            return Place(newest)
        if newest < place.cursor_at:
            raise _ignores_dates(client)
        tied = {"modified_after": gmt(newest - SECOND), "modified_before": gmt(newest + SECOND)}
        return Place(newest, _pages(client, path, **tied, **parameters) + 1)

    yield from _walk(_Way(ask, follow, start, over))


def by_id(
    client: WooClient, path: str, start: Place | None = None, *, over: Over = never, **parameters: Any
) -> Iterator[Step]:
    """Walk a list without change dates, from its last page to its first, or until `over`; at least one page.

    Rows that come meanwhile are not in it.
    """
    begin = start if start is not None and start.page > GO_ON else None

    def ask(place: Place) -> Answer:
        return _page(client, path, place.page - 1, "id", **parameters)

    def follow(place: Place, _answer: Answer) -> Place:
        return Place(None, place.page - 1 if place.page - 1 > GO_ON else AT_REST)

    begin = begin or Place(None, _pages(client, path, **parameters) + 1)
    yield from _walk(_Way(ask, follow, begin, over))


@dataclass(frozen=True)
class _Way:
    """How a walk asks from a place, which place follows an answer, where it begins, and when it is over."""

    ask: Callable[[Place], Answer]
    follow: Callable[[Place, Answer], Place]
    start: Place
    over: Over


def _walk(way: _Way) -> Iterator[Step]:
    """Hand out the pages; a thread fetches on meanwhile, at most two pages ahead, and ends with the walk."""
    steps: Queue[Step | Exception | None] = Queue(maxsize=1)
    left = threading.Event()
    fetcher = threading.Thread(target=_fetch, args=(way, steps, left), name="shop-pages", daemon=True)
    fetcher.start()
    try:
        while (found := steps.get()) is not None:
            if isinstance(found, Exception):
                raise found
            yield found
    finally:
        left.set()
        while fetcher.is_alive():  # It may wait for room in the queue, or for the shop.
            with suppress(Empty):
                steps.get_nowait()
            fetcher.join(0.02)


def _fetch(way: _Way, steps: Queue[Step | Exception | None], left: threading.Event) -> None:
    place = way.start
    try:
        while True:
            answer = way.ask(place)
            place = way.follow(place, answer)
            step = Step(answer.rows, place, answer.total)
            steps.put(step)
            if step.last or left.is_set() or way.over():
                break
    except Exception as problem:  # Whatever it is, the walk's own thread must raise it.
        steps.put(problem)
    steps.put(None)


def gmt(when: datetime) -> str:
    """A date parameter that no site setting can shift: bare values would be site-local (FACTS §3)."""
    return f"{when:%Y-%m-%dT%H:%M:%SZ}"


def _page(client: WooClient, path: str, number: int, by: str, **parameters: Any) -> Answer:
    return client.get(path, per_page=PER_PAGE, page=number, orderby=by, order="asc", **parameters)


def _pages(client: WooClient, path: str, **parameters: Any) -> int:
    """How many pages the list has now, at least one; a question of one row."""
    answer = client.get(path, per_page=1, _fields="id", **parameters)
    if answer.rows and not answer.total:
        raise StoreUnavailable(
            Text(
                "The answers of %(address)s lack their count (X-WP-Total). Something in front of the shop takes headers away.",
                address=client.address,
            ),
            permanent=True,
        )
    return max(1, -(-answer.total // PER_PAGE))


def _changed(client: WooClient, row: dict[str, Any]) -> datetime:
    try:
        found = moment(row.get("date_modified_gmt"))
    except (TypeError, ValueError):
        found = None
    if found is None:
        raise _ignores_dates(client)
    return found


def _ignores_dates(client: WooClient) -> StoreUnavailable:
    return StoreUnavailable(
        Text(
            "%(address)s does not answer by date of change. WooCommerce 5.8 or newer is needed.",
            address=client.address,
        ),
        permanent=True,
    )
