"""Whether articles helped, and how often they were read."""

from sqlmodel import Session

from core import clock
from core.database import upsert
from faq.question_tables import ArticleDay, ArticleVote


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
    """Keep one reader's word on an article; the same key again replaces it."""
    row = {
        "article_id": article_id,
        "locale": locale,
        "key": key,
        "helped": helped,
        "reason": reason,
        "question": question,
        "confidence": confidence,
        "voted_at": clock.now(),
    }
    upsert(session, ArticleVote, [row], key=["article_id", "key"])


def viewed(session: Session, *, article_id: int, locale: str) -> None:
    """Count one reading of the article today."""
    row = {"article_id": article_id, "locale": locale, "day": clock.now().date(), "views": 0}
    upsert(session, ArticleDay, [row], key=["article_id", "locale", "day"], update=[])
    found = session.get(ArticleDay, (article_id, locale, row["day"]), with_for_update=True)
    if found is not None:
        found.views += 1
        session.add(found)
