"""The answer to a question, for the chat and the results page: one article, up to three to choose from, or nothing."""

from dataclasses import dataclass

from sqlmodel import Session

from faq import calibration
from faq.meaning import Meaning
from faq.schemas import Outcome, Reader
from faq.search import Found, Hit, search

CHOICES = 3
WORTH_A_CHOICE = 0.5  # Of the first one's score; what is farther behind would only distract.


@dataclass(frozen=True)
class Answer:
    """What to say: with "answer" one hit, with "did_you_mean" up to three, with "nothing" none.

    `reason` says why: "sure", "unsure" (likely, but not sure), "unlikely" (something shares words with the question,
    and it is probably not meant), "no_hit" (nothing does) or "no_question" (there are no words in it).
    """

    outcome: Outcome
    hits: tuple[Hit, ...]
    confidence: float
    reason: str


def answer(
    session: Session, *, question: str, locale: str, reader: Reader, meaning: Meaning | None = None
) -> Answer:
    """Answer only when sure; rather offer a choice, rather nothing, than a wrong article."""
    found = search(session, reader=reader, locale=locale, question=question, meaning=meaning)
    return said_to(session, question=question, reader=reader, found=found, meaning=meaning)


def said_to(
    session: Session, *, question: str, reader: Reader, found: Found, meaning: Meaning | None
) -> Answer:
    """The same where the search was made already."""
    if not any(sign.isalnum() for sign in question):
        return Answer("nothing", (), 0.0, "no_question")
    return judged(found, calibration.thresholds(session, reader.store_id, meaning))


def judged(found: Found, thresholds: calibration.Thresholds) -> Answer:
    """What to say to what was found."""
    if not found.hits:
        return Answer("nothing", (), 0.0, "no_hit")
    if found.confidence >= thresholds.answer:
        return Answer("answer", found.hits[:1], found.confidence, "sure")
    if found.confidence >= thresholds.suggest:
        least = WORTH_A_CHOICE * found.hits[0].score
        choices = tuple(hit for hit in found.hits[:CHOICES] if hit.score >= least)
        return Answer("did_you_mean", choices, found.confidence, "unsure")
    return Answer("nothing", (), found.confidence, "unlikely")
