"""How fast search is among 10,000 articles, how long the index takes to build, and what the extra `semantic` holds."""

import argparse
import os
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


def milliseconds(known: Knowledge, questions: Sequence[tuple[str, str]], *, meaning: bool) -> list[float]:
    took = []
    for locale, question in questions:
        started = time.perf_counter()
        with known.database.reading() as session:
            search(
                session,
                reader=known.reader,
                locale=locale,
                question=question,
                meaning=known.meaning if meaning else None,
            )
        took.append((time.perf_counter() - started) * 1000)
    return took


def suggesting(known: Knowledge, questions: Sequence[tuple[str, str]]) -> list[float]:
    took = []
    for locale, question in questions:
        started = time.perf_counter()
        with known.database.reading() as session:
            suggest(
                session, reader=known.reader, locale=locale, beginning=question[: 3 if locale == "en" else 1]
            )
        took.append((time.perf_counter() - started) * 1000)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=1_000)
    parser.add_argument("--semantic", action="store_true", help="with the extra of that name")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    chosen = parser.parse_args()
    print(machine())
    console = Console(stderr=True)
    writer = Writer()
    articles = writer.articles(chosen.articles)
    questions = writer.questions(articles, chosen.questions)
    missed = []
    with knowledge(chosen.database, encoder() if chosen.semantic else None) as known:
        for start in track(range(0, len(articles), 200), "writing", console=console, transient=True):
            known.add(articles[start : start + 200], indexed=False)
        started = time.perf_counter()
        done = sum(track(rebuilding.rebuild(known.database), "indexing", console=console, transient=True))
        print(f"index of {done} articles: {time.perf_counter() - started:.0f} s")
        milliseconds(known, questions[:20], meaning=False)
        core = milliseconds(known, questions, meaning=False)
        begun = suggesting(known, questions)
        missed += judged("search", core, GOALS[False])
        print(f"suggestions: p50 {share(begun, 0.5):.1f} ms, p99 {share(begun, 0.99):.1f} ms")
        before = memory(os.getpid())[0]
        print(f"memory: {before / 1e6:.0f} MB")
        if chosen.semantic:
            started = time.perf_counter()
            known.embed()
            print(f"vectors: {time.perf_counter() - started:.0f} s")
            milliseconds(known, questions[:20], meaning=True)
            missed += judged("search with meaning", milliseconds(known, questions, meaning=True), GOALS[True])
            more = (memory(os.getpid())[0] - before) / 1e6
            print(f"memory of meaning: {more:.0f} MB (goal {GOAL_MEMORY_MB})")
            missed += ["memory"] if more > GOAL_MEMORY_MB else []
    print(f"missed: {', '.join(missed) or 'none'}")


def judged(name: str, took: Sequence[float], goal: tuple[int, int]) -> list[str]:
    middle, slow = share(took, 0.5), share(took, 0.99)
    print(f"{name}: p50 {middle:.1f} ms (goal {goal[0]}), p99 {slow:.1f} ms (goal {goal[1]})")
    return [name] if middle > goal[0] or slow > goal[1] else []


if __name__ == "__main__":
    main()
