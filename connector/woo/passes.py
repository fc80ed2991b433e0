"""Reading long lists of a shop completely, although it changes meanwhile, and while its last page is being written.

Page numbers drift (one changed row silently moved another out of sight: FACTS §2), so a pass goes by the change
date: after each page it asks again from the last second seen, and numbers pages only inside one tied second.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from connector.woo.answers import Answer
from connector.woo.client import WooClient
from connector.woo.payloads import moment

PER_PAGE = 100


@dataclass(frozen=True)
class Step:
    """One page and where the next one begins. `remaining` is what the shop still counts from this page on."""

    bodies: list[dict[str, Any]]
    cursor_at: datetime | None
    page: int
    remaining: int
    last: bool


def by_change(
    client: WooClient,
    path: str,
    *,
    cursor_at: datetime | None,
    page: int = 1,
    overlap_seconds: int = 1,
    date_field: str = "date_modified_gmt",
    **parameters: Any,
) -> Iterator[Step]:
    """Walk a list by its change dates from that second on; the next page is fetched while this one is used.

    `modified_after` excludes its own second, hence the overlap of at least one.
    """

    def ask(cursor: datetime | None, number: int, overlap: int) -> Answer:
        after = f"{cursor - timedelta(seconds=overlap):%Y-%m-%dT%H:%M:%SZ}" if cursor else None
        return client.get(
            path,
            per_page=PER_PAGE,
            page=number,
            orderby="modified",
            order="asc",
            modified_after=after,
            **parameters,
        )

    def follow(cursor: datetime | None, number: int, answer: Answer) -> Step:
        newest = max((moment(body.get(date_field)) for body in answer.data), default=None, key=_known_first)
        last = len(answer.data) < PER_PAGE
        if newest is not None and (cursor is None or newest > cursor):
            return Step(answer.data, newest, 1, answer.total, last)
        return Step(answer.data, cursor, number if last else number + 1, answer.total, last)

    yield from _ahead(ask, follow, cursor_at, page, overlap_seconds)


def _known_first(found: datetime | None) -> float:
    return found.timestamp() if found else 0.0


def _ahead(
    ask: Callable[[datetime | None, int, int], Answer],
    follow: Callable[[datetime | None, int, Answer], Step],
    cursor_at: datetime | None,
    page: int,
    overlap_seconds: int,
) -> Iterator[Step]:
    with ThreadPoolExecutor(1, thread_name_prefix="shop-page") as fetcher:
        coming = fetcher.submit(ask, cursor_at, page, overlap_seconds)
        cursor, number, overlap = cursor_at, page, overlap_seconds
        while True:
            step = follow(cursor, number, coming.result())
            if not step.last:
                # A wide overlap is for the first page of a poll only; further ones continue where this one ended.
                overlap = 1 if step.cursor_at != cursor else overlap
                cursor, number = step.cursor_at, step.page
                coming = fetcher.submit(ask, cursor, number, overlap)
            yield step
            if step.last:
                return


def by_id(client: WooClient, path: str, *, page: int = 1, **parameters: Any) -> Iterator[Step]:
    """Walk a list by ascending id; for resources without change dates, and for sweeps, whose gaps are verified."""

    def ask(_cursor: datetime | None, number: int, _overlap: int) -> Answer:
        return client.get(path, per_page=PER_PAGE, page=number, orderby="id", order="asc", **parameters)

    def follow(_cursor: datetime | None, number: int, answer: Answer) -> Step:
        last = len(answer.data) < PER_PAGE
        return Step(answer.data, None, number if last else number + 1, answer.total, last)

    yield from _ahead(ask, follow, None, page, 0)
