"""How often search finds the right article, on a folder with labelled questions, beside what shops have today.

The folder holds `articles.jsonl`, `queries.jsonl` and `score.py` (by default ../shared/faq-bench beside this
repository). Ours goes through the product on SQLite and on PostgreSQL; the baselines search the same articles by
SQLite's FTS5 with whole words, by FTS5 with trigrams, and by LIKE for each word as WordPress does.
"""

import argparse
import json
import re
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.stage.measuring import machine

TOP = Path(__file__).resolve().parent.parent
GOALS = {
    False: {"en": {"top1": 0.60, "recall3": 0.80}, "ko": {"top1": 0.66, "recall3": 0.80}},
    True: {
        "en": {"top1": 0.75, "recall3": 0.90, "right_at_oos90": 0.52},
        "ko": {"top1": 0.73, "recall3": 0.88, "right_at_oos90": 0.60},
    },
}
EQUAL, ZERO = 0.95, 0.01

Answers = dict[str, dict[str, Any]]


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def ours(folder: Path, questions: Sequence[dict[str, Any]], *options: str) -> Answers:
    """What the product answers, asked through bench/faq_search.py."""
    asking = subprocess.Popen(
        [sys.executable, "-m", "bench.faq_search", *options],
        cwd=TOP,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert asking.stdin
    assert asking.stdout
    found: Answers = {}
    given = [{"articles": str(folder / "articles.jsonl")}, *questions]
    for one in track(given, " ".join(("ours", *options)), console=Console(stderr=True), transient=True):
        known = {
            name: one[name] for name in ("articles", "qid", "locale", "text", "kb_locale") if name in one
        }
        asking.stdin.write(json.dumps(known, ensure_ascii=False) + "\n")
        asking.stdin.flush()
        said = json.loads(asking.stdout.readline())
        found[said.get("qid", "")] = said
    asking.stdin.close()
    asking.wait(60)
    return found


def fts5(tokenizer: str) -> Callable[[Sequence[dict[str, Any]], Sequence[dict[str, Any]]], Answers]:
    """The built-in full text search: any of the question's words, by its own ranking."""

    def answers(articles: Sequence[dict[str, Any]], questions: Sequence[dict[str, Any]]) -> Answers:
        file = sqlite3.connect(":memory:")
        file.execute(
            f"CREATE VIRTUAL TABLE found USING fts5(id UNINDEXED, locale, title, body, tokenize='{tokenizer}')"
        )
        file.executemany("INSERT INTO found VALUES (:id, :locale, :title, :body)", articles)
        said: Answers = {}
        for one in questions:
            words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", one["text"]))
            rows = file.execute(
                "SELECT id, -bm25(found) FROM found WHERE found MATCH ? AND locale = ? ORDER BY 2 DESC LIMIT 10",
                (f"{{title body}} : ({words})", one.get("kb_locale", one["locale"])),
            ).fetchall()
            said[one["qid"]] = {
                "results": [list(row) for row in rows],
                "confidence": rows[0][1] if rows else 0.0,
            }
        return said

    return answers


def wordpress(articles: Sequence[dict[str, Any]], questions: Sequence[dict[str, Any]]) -> Answers:
    """WordPress' own search: every word somewhere in title or text."""
    said: Answers = {}
    for one in questions:
        words = one["text"].lower().split()
        hits = [
            (article["id"], float(sum(word in article["title"].lower() for word in words)))
            for article in articles
            if article["locale"] == one.get("kb_locale", one["locale"])
            and all(word in f"{article['title']} {article['body']}".lower() for word in words)
        ]
        hits.sort(key=lambda hit: -hit[1])
        said[one["qid"]] = {
            "results": [list(hit) for hit in hits[:10]],
            "confidence": hits[0][1] if hits else 0.0,
        }
    return said


def scored(folder: Path, questions: str, answers: Answers) -> dict[str, dict[str, Any]]:
    """The figures of the folder's own score.py."""
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        for qid, said in answers.items():
            file.write(json.dumps({**said, "qid": qid}) + "\n" if qid else "")
        file.flush()
        command = [sys.executable, str(folder / "score.py"), "--results", file.name, "--json"]
        told = subprocess.run(
            [*command, "--queries", str(folder / questions)], capture_output=True, text=True, check=True
        )
    figures: dict[str, dict[str, Any]] = json.loads(told.stdout)
    return figures


def equal_top3(one: Answers, other: Answers) -> float:
    def top(said: dict[str, Any]) -> list[str]:
        return [name for name, _ in said["results"][:3]]

    asked = [qid for qid in one if qid]
    return sum(top(one[qid]) == top(other[qid]) for qid in asked) / len(asked)


def table(figures: dict[str, dict[str, dict[str, Any]]]) -> Table:
    shown = Table("Search", "Language", "top 1", "in 3", "mrr", "auroc", "right at 90 % kept out")
    for name, groups in figures.items():
        for locale in sorted(
            group for group in groups if ":" not in group and group not in ("all", "latency_ms")
        ):
            found = groups[locale]
            cells = [found.get(key) for key in ("top1", "recall3", "mrr10", "auroc", "right_at_oos90")]
            shown.add_row(name, locale, *("–" if cell is None else f"{cell:.3f}" for cell in cells))
    return shown


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=TOP.parent / "shared" / "faq-bench")
    parser.add_argument("--semantic", action="store_true", help="with the extra of that name")
    parser.add_argument("--queries", default="queries.jsonl", help="the file of questions in the folder")
    parser.add_argument("--one-database", action="store_true", help="leave PostgreSQL out")
    chosen = parser.parse_args()
    if not (chosen.folder / "articles.jsonl").exists():
        print(f"No labelled questions in {chosen.folder}; give their folder.")
        return
    print(machine())
    articles, questions = read(chosen.folder / "articles.jsonl"), read(chosen.folder / chosen.queries)
    options = ["--semantic"] if chosen.semantic else []
    found = ours(chosen.folder, questions, *options)
    answers = {
        "WordPress (LIKE)": wordpress(articles, questions),
        "FTS5 unicode61": fts5("unicode61")(articles, questions),
        "FTS5 trigram": fts5("trigram")(articles, questions),
        "ours with meaning" if chosen.semantic else "ours": found,
    }
    figures = {name: scored(chosen.folder, chosen.queries, said) for name, said in answers.items()}
    Console().print(table(figures))
    missed = [
        f"{locale} {name} {figures[list(answers)[-1]][locale][name]:.3f} < {goal}"
        for locale, goals in GOALS[chosen.semantic].items()
        if chosen.queries == "queries.jsonl"
        for name, goal in goals.items()
        if figures[list(answers)[-1]][locale][name] < goal
    ]
    answerable = [one["qid"] for one in questions if one["article"]]
    empty = sum(not found[qid]["results"] for qid in answerable) / len(answerable)
    print(f"answerable questions without any result: {empty:.1%} (goal {ZERO:.0%})")
    missed += ["zero results"] if empty > ZERO else []
    if not chosen.one_database:
        same = equal_top3(found, ours(chosen.folder, questions, *options, "--database", "postgresql"))
        print(f"equal top 3 on PostgreSQL: {same:.1%} (goal {EQUAL:.0%})")
        missed += ["equal top 3"] if same < EQUAL else []
    print(f"missed: {', '.join(missed) or 'none'}")


if __name__ == "__main__":
    main()
