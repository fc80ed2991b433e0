"""Keeping what was asked, without anything that tells who asked; and forgetting it in time."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from core import clock
from faq.answering import Answer
from faq.blotting import blotted
from faq.question_tables import ArticleVote, AskedQuestion, QuestionGroup

LONGEST_QUESTION = 300  # As long as a sample question may be, so that each can become one.
# Half a year: a season comes round within it, and nothing that a shopper wrote stays longer.
KEPT = timedelta(days=180)
# Who reloads the page, goes back to it or sends one word more asks once. Nothing tells two readers apart here, so the
# time is short: two shoppers who ask just the same within it count as one.
SAME_BREATH = timedelta(seconds=30)
FORGOTTEN_AT_ONCE = 1_000


def note(
    session: Session, *, store_id: int, locale: str, question: str, channel: str, answer: Answer
) -> None:
    """Keep a submitted question and what became of it; for what is only being typed this is not called.

    Whatever could tell who asked is blotted out first, and a question of which nothing is left then is not kept.
    """
    said = blotted(question, longest=LONGEST_QUESTION)
    if not said:
        return
    row = _just_asked(session, store_id=store_id, locale=locale, channel=channel, said=said)
    row.question, row.outcome, row.confidence = said, answer.outcome, answer.confidence
    row.article_id = answer.hits[0].article_id if answer.outcome == "answer" else None
    session.add(row)
    session.flush()


def _just_asked(session: Session, *, store_id: int, locale: str, channel: str, said: str) -> AskedQuestion:
    """The row of a moment ago that this question repeats or, in search, goes on writing; else a new one."""
    now = clock.now()
    recent = select(AskedQuestion).where(
        AskedQuestion.store_id == store_id,
        AskedQuestion.locale == locale,
        AskedQuestion.channel == channel,
        AskedQuestion.asked_at > now - SAME_BREATH,
        col(AskedQuestion.group_id).is_(None),
    )
    words = said.casefold()
    for row in session.exec(recent.order_by(col(AskedQuestion.id).desc()).limit(50)):
        before = row.question.casefold()
        if words == before or (channel == "search" and words.startswith(before)):
            return row
    return AskedQuestion(
        store_id=store_id,
        locale=locale,
        question="",
        channel=channel,
        outcome="",
        confidence=0.0,
        asked_at=now,
    )


# -- forgetting --------------------------------------------------------------------------------------------------


def forget_batch(session: Session, before: datetime) -> bool:
    """Remove the oldest questions from before that moment; whether there may be more."""
    rows = session.exec(
        select(AskedQuestion.id)
        .where(AskedQuestion.asked_at < before)
        .order_by(col(AskedQuestion.id))
        .limit(FORGOTTEN_AT_ONCE)
    ).all()
    session.execute(delete(AskedQuestion).where(col(AskedQuestion.id).in_(rows)))
    return len(rows) == FORGOTTEN_AT_ONCE


def outlived(session: Session) -> Sequence[int]:
    """Groups that still show a question which was forgotten; they need another one of theirs."""
    spoken = (
        select(AskedQuestion.id)
        .where(AskedQuestion.group_id == QuestionGroup.id, AskedQuestion.question == QuestionGroup.question)
        .exists()
    )
    return [int(number or 0) for number in session.exec(select(QuestionGroup.id).where(~spoken))]


def forget_empty_groups(session: Session) -> None:
    """Remove groups none of whose questions is left: what they show is one of those questions."""
    asked = select(AskedQuestion.id).where(AskedQuestion.group_id == QuestionGroup.id).exists()
    session.execute(delete(QuestionGroup).where(~asked))


def forget_words_of_votes(session: Session, before: datetime) -> None:
    """Votes stay, what was written with them goes."""
    old = (col(ArticleVote.voted_at) < before) & ((ArticleVote.question != "") | (ArticleVote.reason != ""))
    session.execute(update(ArticleVote).where(old).values(question="", reason=""))
