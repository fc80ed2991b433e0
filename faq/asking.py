"""A question on its way to the index and back: made clean, answered, cut to what a list shows."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from faq.answering import Answer, said_to
from faq.meaning import Meaning
from faq.schemas import LONGEST_SAMPLE, Reader
from faq.search import Hit, search

LONGEST_QUESTION = LONGEST_SAMPLE  # Any question may become a sample question.
LONGEST_EXCERPT = 240
WHOLE = re.compile("[가-힣\u3040-\u30ff\u4e00-\u9fff]")


def asked(text: str) -> str:
    """The question in one line without characters that are no text, cut to its longest."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text[: LONGEST_QUESTION * 4])
    return " ".join(unicodedata.normalize("NFC", printable).split())[:LONGEST_QUESTION].strip()


def worth_suggesting(beginning: str) -> bool:
    """Whether enough was typed: two Latin letters or one Korean syllable."""
    return bool(WHOLE.search(beginning)) or sum(letter.isalnum() for letter in beginning) >= 2


@dataclass(frozen=True)
class Results:
    """What a results page shows: the answer's own hits, then the others."""

    answer: Answer
    others: Sequence[Hit]

    @property
    def hits(self) -> Sequence[Hit]:
        """All of them, best first."""
        return [*self.answer.hits, *self.others]


def results(
    session: Session,
    *,
    reader: Reader,
    locale: str,
    locales: Sequence[str],
    question: str,
    limit: int,
    meaning: Meaning | None,
) -> Results:
    """The answer to a question and what else it hits, in languages that the help centre has."""
    found = search(session, reader=reader, locale=locale, question=question, limit=limit, meaning=meaning)
    said = said_to(session, question=question, reader=reader, found=found, meaning=meaning)
    kept = tuple(hit for hit in said.hits if hit.locale in locales)
    if said.hits and not kept:
        said = Answer("nothing", (), said.confidence, said.reason)
    first = {hit.article_id for hit in kept}
    others = [hit for hit in found.hits if hit.locale in locales and hit.article_id not in first]
    return Results(replace(said, hits=kept), others[: max(0, limit - len(kept))])


def excerpt(passage: str) -> str:
    """The beginning of a passage, ended between words."""
    line = " ".join(passage.split())
    if len(line) <= LONGEST_EXCERPT:
        return line
    cut = line[:LONGEST_EXCERPT]
    return f"{cut.rpartition(' ')[0] or cut}…"
