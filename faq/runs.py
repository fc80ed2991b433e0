"""Imports and publishings that members of staff start: kept as rows, worked off by a job, shown while they run."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlmodel import Session, col, select

from core import clock, jobs
from core.errors import Conflict, NotFound
from core.files import Files
from core.languages import Text
from faq import parcels
from faq.carried import Taken
from faq.exchange_tables import ExchangeRun

RunKind = Literal["files", "site", "publish"]
LISTED = 10
MOST_RESULTS = 2_000  # Rows that one page shows and one column holds; counts are of all.
ALONE = (".zip", ".csv", ".json")


def begin(
    session: Session, *, store_id: int, kind: RunKind, name: str, by: str, digest: str = "", **options: Any
) -> ExchangeRun:
    """A new run. An import is tried first, so that a person sees what it would do; publishing begins at once."""
    run = ExchangeRun(
        store_id=store_id,
        kind=kind,
        name=name[:200],
        digest=digest,
        options=options,
        state="taking" if kind == "publish" else "trying",
        results=[],
        started_by=by,
        started_at=clock.now(),
    )
    session.add(run)
    session.flush()
    _hand_in(session, run)
    return run


def take(session: Session, run: ExchangeRun, **options: Any) -> None:
    """Do what was tried. Raises Conflict when it runs already or has ended."""
    if run.state != "tried":
        raise Conflict(Text("This import runs already or is done. Start a new one for another go."))
    run.state, run.done, run.options = "taking", 0, {**run.options, **options}
    session.add(run)
    session.flush()
    _hand_in(session, run)


def _hand_in(session: Session, run: ExchangeRun) -> None:
    jobs.enqueue(session, "faq.exchange", f"{run.id}-{run.state}", run_id=run.id)


def run(session: Session, run_id: int) -> ExchangeRun:
    """That run. Raises NotFound."""
    found = session.get(ExchangeRun, run_id)
    if found is None:
        raise NotFound(Text("There is no such import here."))
    return found


def latest(session: Session, store_id: int) -> Sequence[ExchangeRun]:
    """The shop's last runs, newest first."""
    chosen = select(ExchangeRun).where(ExchangeRun.store_id == store_id)
    return session.exec(chosen.order_by(col(ExchangeRun.id).desc()).limit(LISTED)).all()


def note_progress(session: Session, run_id: int, *, done: int, total: int) -> None:
    """How far the run has come."""
    found = run(session, run_id)
    found.done, found.total = done, max(total, done)
    session.add(found)


def end(session: Session, run_id: int, taken: Sequence[Taken]) -> None:
    """The run has done what it could; a trial then waits for a person's word."""
    found = run(session, run_id)
    found.state = "tried" if found.state == "trying" else "done"
    found.done = found.total = len(taken)
    found.results = [_row(one) for one in _worst_first(taken)[:MOST_RESULTS]]
    found.options = {**found.options, "counts": _counts(taken)}
    found.ended_at = clock.now()
    session.add(found)


def fail(session: Session, run_id: int, sentence: Text | str) -> None:
    """The run could not be worked off at all."""
    found = run(session, run_id)
    found.state, found.ended_at = "failed", clock.now()
    found.problem = sentence.kept() if isinstance(sentence, Text) else sentence
    session.add(found)


ORDER = ("refused", "conflict", "gone", "new", "changed", "unchanged")


def _worst_first(taken: Sequence[Taken]) -> list[Taken]:
    return sorted(taken, key=lambda one: ORDER.index(one.outcome))


def _counts(taken: Sequence[Taken]) -> dict[str, int]:
    counts = dict.fromkeys(ORDER, 0)
    for one in taken:
        counts[one.outcome] += 1
    return {name: count for name, count in counts.items() if count}


def _row(one: Taken) -> dict[str, object]:
    sentence = one.sentence.kept() if isinstance(one.sentence, Text) else one.sentence
    return {
        "outcome": one.outcome,
        "key": one.key[:300],
        "title": one.title,
        "why": sentence,
        "place": one.place[:300],
        "article": one.article_id,
    }


def stored_upload(files: Files, uploads: Sequence[tuple[str, bytes]]) -> tuple[str, str]:
    """Keep uploaded files until the job reads them: the name that tells their format, and their digest."""
    name, content = uploads[0]
    if len(uploads) == 1 and name.lower().endswith(ALONE):
        return name, files.keep(content)
    return "articles.zip", files.keep(
        parcels.zipped({name: load() for name, load in parcels.uploaded(uploads).loads.items()})
    )
