"""Readers of a help centre: what they ask, read and say, as many and as long ago as a test wants."""

from datetime import timedelta

from sqlmodel import Session

from connector.tables import Store
from core import clock
from faq import questions
from faq.answering import Answer
from faq.question_tables import AskedQuestion
from faq.search import Hit

NOTHING = Answer("nothing", (), 0.0, "no_hit")


def hit(article_id: int, *, locale: str = "en", fallback: bool = False) -> Hit:
    return Hit(
        article_id=article_id,
        text_id=article_id,
        locale=locale,
        slug="x",
        title="x",
        passage="",
        anchor="",
        score=0.9,
        fallback=fallback,
    )


def answered(article_id: int, **of_the_hit: object) -> Answer:
    return Answer("answer", (hit(article_id, **of_the_hit),), 0.9, "sure")  # type: ignore[arg-type]


def note(
    session: Session,
    shop: Store,
    question: str,
    *,
    locale: str = "en",
    channel: str = "search",
    answer: Answer = NOTHING,
) -> None:
    questions.note(
        session, store_id=int(shop.id or 0), locale=locale, question=question, channel=channel, answer=answer
    )


def ask(
    session: Session,
    shop: Store,
    *asked: str,
    locale: str = "en",
    times: int = 1,
    days_ago: float = 0,
    outcome: str = "nothing",
) -> None:
    """Put questions into the book as `note` would have kept them then."""
    for question in asked:
        for turn in range(times):
            session.add(
                AskedQuestion(
                    store_id=int(shop.id or 0),
                    locale=locale,
                    question=question,
                    channel="search",
                    outcome=outcome,
                    confidence=0.0,
                    asked_at=clock.now() - timedelta(days=days_ago, seconds=turn),
                )
            )
    session.flush()
