"""The knowledge base's search behind the `--cmd` protocol of a labelled question set.

Standard input gives one JSON object a line: first {"articles": PATH}, then one question each, answered by one line.
The articles go through the product's own writing, publishing and indexing into a temporary database.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # It is also run by its path.

from bench.stage.knowledge import Knowledge, knowledge
from faq.answering import answer
from faq.search import search
from faq.semantic import encoder


def said(known: Knowledge, question: dict[str, Any]) -> dict[str, Any]:
    """What search and answer say to a question, in the form that the protocol wants."""
    locale = question.get("kb_locale", question["locale"])
    with known.database.reading() as session:
        found = search(
            session, reader=known.reader, locale=locale, question=question["text"], meaning=known.meaning
        )
        told = answer(
            session, question=question["text"], locale=locale, reader=known.reader, meaning=known.meaning
        )
    return {
        "qid": question["qid"],
        "results": [[known.names[hit.article_id], hit.score] for hit in found.hits],
        "confidence": found.confidence,
        "abstain": told.outcome != "answer",
        "outcome": told.outcome,
    }


def lines() -> Iterator[dict[str, Any]]:
    for line in sys.stdin:
        if line.strip():
            yield json.loads(line)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--semantic", action="store_true", help="with the extra of that name")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    chosen = parser.parse_args()
    if sys.stdin.isatty():
        print("This one answers another program; `python -m bench.faq` runs it.")
        return
    meaning = encoder() if chosen.semantic else None
    if chosen.semantic and meaning is None:
        sys.exit("The extra “semantic” is not installed.")
    asked = lines()
    with knowledge(chosen.database, meaning) as known:
        for first in asked:
            articles = Path(first["articles"]).read_text(encoding="utf-8").splitlines()
            known.add([json.loads(line) for line in articles if line.strip()])
            known.embed()
            print(json.dumps({"ready": True}), flush=True)
            break
        for question in asked:
            print(json.dumps(said(known, question), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
