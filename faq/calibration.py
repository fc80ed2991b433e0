"""How sure a hit is, as the share of such hits that are right, and from where on search answers or suggests.

The curves were fitted once on half of a labelled set of questions and looked at on the other half (bench/faq.py); the
two thresholds start from them and then follow each shop's own votes, slowly and within bounds.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from core import clock
from faq import queries
from faq.meaning import Meaning
from faq.question_tables import ArticleVote
from faq.ranking import Asked, Ranked
from faq.tables import Article

LEAD = 0.5  # What the distance to the second text counts beside the first one's score.


@dataclass(frozen=True)
class Curve:
    """A logistic curve from score to confidence: the score at which half are right, and how fast that changes."""

    half: float
    steepness: float


@dataclass(frozen=True)
class Thresholds:
    """The confidence from which search answers, and from which it offers a choice."""

    answer: float
    suggest: float


WORDS, MEANING = "words", "meaning"  # What scored a hit.
CURVES = {WORDS: Curve(0.43, 5.7), MEANING: Curve(0.295, 7.0)}
USUAL = Thresholds(answer=0.6, suggest=0.25)

VOTES_DAYS = 180
FEWEST_VOTES = 40  # Below that, and with fewer than the next of either kind, a shop's votes say too little.
FEWEST_OF_EACH = 8
ANSWERS_HELP = 0.8  # Of the answers given, so many should help.
CHOICES_HELP = 0.35  # Of what stands just above the threshold of suggesting, so much should help.
BELIEF = 20.0  # How many votes the curve itself is worth.
FARTHEST = 0.2  # From the usual threshold, whatever is voted.
STEP = 0.05  # Of one week.
NEARBY = 0.1  # How far above a threshold its own votes lie.


def scorer(meaning: Meaning | None) -> str:
    """The name under which a shop keeps its thresholds."""
    return MEANING if meaning else WORDS


def confidence(ranked: Sequence[Ranked], asked: Asked, *, by_meaning: bool) -> float:
    """How sure the first text answers the question, 0 to 1."""
    if not ranked:
        return 0.0
    second = ranked[1].score if len(ranked) > 1 else 0.0
    standing = ranked[0].score + LEAD * (ranked[0].score - second)
    curve = CURVES[MEANING if by_meaning else WORDS]
    return round(1 / (1 + math.exp(-curve.steepness * (standing - curve.half))), 4)


def thresholds(session: Session, store_id: int, meaning: Meaning | None) -> Thresholds:
    """The shop's thresholds for what scores its hits; the usual ones until its votes say otherwise."""
    centre = queries.help_centre(session, store_id)
    return _kept(centre.thresholds if centre else {}, scorer(meaning))


def refit(session: Session, store_id: int, meaning: Meaning | None) -> Thresholds:
    """Move the shop's thresholds towards what its votes of the last half year say; keeps and returns them."""
    centre = queries.help_centre(session, store_id)
    if centre is None:
        return USUAL
    now = _kept(centre.thresholds, scorer(meaning))
    fitted = fit(_votes(session, store_id), now)
    if fitted != now:
        centre.thresholds = {**centre.thresholds, scorer(meaning): asdict(fitted)}
        session.add(centre)
    return fitted


def fit(votes: Sequence[tuple[float, bool]], now: Thresholds) -> Thresholds:
    """The thresholds after a week with those votes: each a confidence, and whether the article helped."""
    helped = sum(one for _, one in votes)
    if len(votes) < FEWEST_VOTES or min(helped, len(votes) - helped) < FEWEST_OF_EACH:
        return now
    steps = [step / 100 for step in range(5, 100)]
    answer = next(
        (one for one in steps if _share([vote for vote in votes if vote[0] >= one]) >= ANSWERS_HELP), 1.0
    )
    suggest = next(
        (one for one in steps if _share([v for v in votes if one <= v[0] < one + NEARBY]) >= CHOICES_HELP),
        1.0,
    )
    moved = _moved(now.answer, answer, USUAL.answer)
    return Thresholds(moved, min(_moved(now.suggest, suggest, USUAL.suggest), round(moved - NEARBY, 2)))


def _share(votes: Iterable[tuple[float, bool]]) -> float:
    """The share that helped; few votes leave it near what their confidences say themselves."""
    found = list(votes)
    if not found:
        return 0.0
    expected = sum(sure for sure, _ in found) / len(found)
    return (sum(helped for _, helped in found) + BELIEF * expected) / (len(found) + BELIEF)


def _moved(now: float, wanted: float, usual: float) -> float:
    """One step from where it stands towards where it should be, not too far from the usual."""
    bounded = min(max(wanted, usual - FARTHEST), usual + FARTHEST)
    return round(now + min(max(bounded - now, -STEP), STEP), 2)


def _kept(kept: Mapping[str, Any], name: str) -> Thresholds:
    found = kept.get(name, {})
    try:
        answer, suggest = float(found["answer"]), float(found["suggest"])
    except (KeyError, TypeError, ValueError):
        return USUAL
    return Thresholds(answer, suggest) if 0 < suggest < answer < 1 else USUAL


def _votes(session: Session, store_id: int) -> list[tuple[float, bool]]:
    chosen = (
        select(ArticleVote.confidence, ArticleVote.helped)
        .join(Article, col(Article.id) == ArticleVote.article_id)
        .where(
            Article.store_id == store_id,
            col(ArticleVote.confidence).is_not(None),
            ArticleVote.voted_at >= clock.now() - timedelta(days=VOTES_DAYS),
        )
    )
    return [(float(sure or 0), helped) for sure, helped in session.exec(chosen)]
