"""Keeping what was asked, without anything that tells who asked."""

from sqlmodel import Session

from core import clock
from faq.answering import Answer
from faq.question_tables import AskedQuestion


def note(
    session: Session, *, store_id: int, locale: str, question: str, channel: str, answer: Answer
) -> None:
    """Keep a question and what became of it."""
    session.add(
        AskedQuestion(
            store_id=store_id,
            locale=locale,
            question=question,
            channel=channel,
            outcome=answer.outcome,
            confidence=answer.confidence,
            article_id=answer.hits[0].article_id if answer.outcome == "answer" else None,
            asked_at=clock.now(),
        )
    )
    session.flush()
