"""The answer to a question, for the chat and the results page: one article, up to three to choose from, or nothing."""

from dataclasses import dataclass

from sqlmodel import Session

from faq.meaning import Meaning
from faq.schemas import Outcome, Reader
from faq.search import Hit, search


@dataclass(frozen=True)
class Answer:
    """What to say: with "answer" one hit, with "did_you_mean" up to three, with "nothing" none. `reason` says why."""

    outcome: Outcome
    hits: tuple[Hit, ...]
    confidence: float
    reason: str


def answer(
    session: Session, *, question: str, locale: str, reader: Reader, meaning: Meaning | None = None
) -> Answer:
    """Answer only when sure; rather offer a choice, rather nothing, than a wrong article."""
    found = search(session, reader=reader, locale=locale, question=question, meaning=meaning)
    if not found.hits:
        return Answer("nothing", (), 0.0, "no_hit")
    return Answer("did_you_mean", found.hits[:3], found.confidence, "unsure")
