"""How fast search is among 10,000 articles, how long the index takes to build, and what the extra `semantic` holds."""

import argparse
import os
import sys
import time
from collections.abc import Sequence

from rich.console import Console
from rich.progress import track

from bench.stage.articles import Writer
from bench.stage.knowledge import Knowledge, knowledge
from bench.stage.measuring import machine, memory, share
from faq import rebuilding
from faq.search import search, suggest
from faq.semantic import encoder

GOALS = {False: (12, 40), True: (15, 45)}  # Milliseconds: half of all questions, and 99 of 100.
GOAL_MEMORY_MB = 150


Took = list[tuple[float, float]]  # Milliseconds by the clock, and of our own processor time.


def since(started: tuple[float, float]) -> tuple[float, float]:
    clock, own = moment()
    return (clock - started[0]) * 1000, (own - started[1]) * 1000


def moment() -> tuple[float, float]:
    return time.perf_counter(), time.process_time()


def milliseconds(known: Knowledge, questions: Sequence[tuple[str, str]], *, meaning: bool) -> Took:
    took = []
    for locale, question in questions:
        started = moment()
        with known.database.reading() as session:
            search(
                session,
                reader=known.reader,
                locale=locale,
                question=question,
                meaning=known.meaning if meaning else None,
            )
        took.append(since(started))
    return took


def suggesting(known: Knowledge, questions: Sequence[tuple[str, str]]) -> Took:
    took = []
    for locale, question in questions:
        started = moment()
        with known.database.reading() as session:
            suggest(
                session, reader=known.reader, locale=locale, beginning=question[: 3 if locale == "en" else 1]
            )
        took.append(since(started))
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--semantic", action="store_true", help="with the extra of that name")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    chosen = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    print(machine())
    console = Console(stderr=True)
    writer = Writer()
    articles = writer.articles(chosen.articles)
    questions = writer.questions(articles, chosen.questions)
    missed = []
    with knowledge(chosen.database, encoder() if chosen.semantic else None) as known:
        for start in track(range(0, len(articles), 200), "writing", console=console, transient=True):
            known.add(articles[start : start + 200], indexed=False)
        started = moment()
        done = sum(track(rebuilding.rebuild(known.database), "indexing", console=console, transient=True))
        clock, own = since(started)
        print(f"index of {done} articles: {clock / 1000:.0f} s, processor {own / 1000:.0f} s")
        milliseconds(known, questions[:20], meaning=False)
        core = milliseconds(known, questions, meaning=False)
        begun = suggesting(known, questions)
        missed += judged("search", core, GOALS[False])
        judged("suggestions", begun, None)
        before = memory(os.getpid())[0]
        print(f"memory: {before / 1e6:.0f} MB")
        if chosen.semantic:
            started = moment()
            known.embed()
            clock, own = since(started)
            print(f"vectors: {clock / 1000:.0f} s, processor {own / 1000:.0f} s")
            milliseconds(known, questions[:20], meaning=True)
            missed += judged("search with meaning", milliseconds(known, questions, meaning=True), GOALS[True])
            more = (memory(os.getpid())[0] - before) / 1e6
            print(f"memory of meaning: {more:.0f} MB (goal {GOAL_MEMORY_MB})")
            missed += ["memory"] if more > GOAL_MEMORY_MB else []
    print(f"missed: {', '.join(missed) or 'none'}")


def judged(name: str, took: Took, goal: tuple[int, int] | None) -> list[str]:
    """Print the figures; on a machine with other work the processor's time says more than the clock."""
    clock, own = [one for one, _ in took], [one for _, one in took]
    middle, slow = share(clock, 0.5), share(clock, 0.99)
    aim = f" (goals {goal[0]} and {goal[1]})" if goal else ""
    print(
        f"{name}: p50 {middle:.1f} ms, p99 {slow:.1f} ms{aim}; "
        f"processor p50 {share(own, 0.5):.1f} ms, p99 {share(own, 0.99):.1f} ms"
    )
    return [name] if goal and (middle > goal[0] or slow > goal[1]) else []


if __name__ == "__main__":
    main()
