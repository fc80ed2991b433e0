"""Whether articles helped, how often they were read, and whether their readers then asked a person."""

from sqlalchemy import update
from sqlmodel import Session, col

from core import clock
from core.database import upsert
from faq.blotting import blotted
from faq.question_tables import ArticleDay, ArticleVote
from faq.questions import LONGEST_QUESTION

LONGEST_REASON = 500
LONGEST_KEY = 64  # A random word of the asking page; longer ones are no such word.


def vote(
    session: Session,
    *,
    article_id: int,
    locale: str,
    key: str,
    helped: bool,
    reason: str = "",
    question: str = "",
    confidence: float | None = None,
) -> None:
    """Keep one reader's word on an article; the same key again replaces it.

    Reason and question are kept without what could tell who wrote them. A question with "did not help" is a hint
    of what the article lacks.
    """
    row = {
        "article_id": article_id,
        "locale": locale,
        "key": key[:LONGEST_KEY],
        "helped": helped,
        "reason": blotted(reason, longest=LONGEST_REASON),
        "question": blotted(question, longest=LONGEST_QUESTION),
        "confidence": confidence,
        "voted_at": clock.now(),
    }
    upsert(session, ArticleVote, [row], key=["article_id", "key"])


def viewed(session: Session, *, article_id: int, locale: str) -> None:
    """Count one reading of the article today."""
    _count(session, article_id, locale, "views")


def asked_person(session: Session, *, article_id: int, locale: str) -> None:
    """Count one reader of the article who asked a person afterwards."""
    _count(session, article_id, locale, "asked_person")


def _count(session: Session, article_id: int, locale: str, what: str) -> None:
    today = clock.now().date()
    row = {"article_id": article_id, "locale": locale, "day": today, "views": 0, "asked_person": 0}
    upsert(session, ArticleDay, [row], key=["article_id", "locale", "day"], update=[])
    # In the database, not here: two readers at the same moment are two.
    number = getattr(ArticleDay, what)
    session.execute(
        update(ArticleDay)
        .where(
            col(ArticleDay.article_id) == article_id,
            col(ArticleDay.locale) == locale,
            col(ArticleDay.day) == today,
        )
        .values({what: number + 1})
    )
