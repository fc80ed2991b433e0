"""How sure a hit is, and thresholds that follow votes."""

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from core import clock
from faq import calibration, voting
from faq.calibration import FARTHEST, FEWEST_VOTES, STEP, USUAL, Thresholds, fit
from faq.help_centres import help_centre_of
from faq.question_tables import ArticleVote
from faq.ranking import Asked, Ranked
from tests import factories
from tests.faq.factories import article


def votes(count: int, *, helped_from: float) -> list[tuple[float, bool]]:
    """So many votes over all confidences, by readers whom articles help from that confidence on."""
    chance = random.Random(3)
    return [(sure, sure >= helped_from) for sure in (chance.random() for _ in range(count))]


def after_weeks(found: list[tuple[float, bool]], weeks: int) -> Thresholds:
    now = USUAL
    for _ in range(weeks):
        now = fit(found, now)
    return now


def test_confidence_grows_with_score_and_lead_and_stays_between_0_and_1():
    def sure(*scores: float) -> float:
        ranked = [Ranked(number, score, None, None) for number, score in enumerate(scores)]
        return calibration.confidence(ranked, Asked([]), by_meaning=False)

    assert 0 < sure(0.1) < sure(0.5, 0.5) < sure(0.5, 0.2) < sure(1.2) < 1
    assert sure() == 0


def test_few_votes_or_votes_of_one_kind_change_nothing():
    assert fit(votes(FEWEST_VOTES - 1, helped_from=0.9), USUAL) == USUAL
    assert fit([(0.7, True)] * 500, USUAL) == USUAL
    assert fit([(0.7, False)] * 500, USUAL) == USUAL


def test_one_week_moves_a_threshold_by_one_step_at_most():
    moved = fit(votes(400, helped_from=0.9), USUAL)
    assert moved.answer == pytest.approx(USUAL.answer + STEP)


def test_a_shop_whose_answers_seldom_help_answers_only_when_surer():
    assert after_weeks(votes(400, helped_from=0.9), 10).answer > USUAL.answer


def test_a_shop_whose_answers_help_answers_sooner():
    assert after_weeks(votes(400, helped_from=0.2), 10).answer < USUAL.answer


def test_votes_that_agree_with_the_curve_settle():
    chance = random.Random(5)
    honest = [(sure, chance.random() < sure) for sure in (chance.random() for _ in range(2000))]
    settled = after_weeks(honest, 20)
    assert settled == fit(honest, settled)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=300), st.integers(1, 12))
def test_no_votes_move_the_thresholds_out_of_bounds(found: list[tuple[float, bool]], weeks: int):
    moved = after_weeks(found, weeks)
    assert abs(moved.answer - USUAL.answer) <= FARTHEST + 1e-9
    assert 0 < moved.suggest < moved.answer < 1


@pytest.mark.database
def test_refitting_keeps_the_thresholds_for_what_scored_and_counts_only_recent_votes_of_the_shop(
    session: Session,
):
    shop, other = factories.store(session), factories.store(session)
    text = article(session, shop)
    centre = help_centre_of(session, int(shop.id or 0))
    help_centre_of(session, int(other.id or 0))
    for number, (sure, helped) in enumerate(votes(200, helped_from=0.9)):
        voting.vote(
            session, article_id=text.article_id, locale="en", key=str(number), helped=helped, confidence=sure
        )
    assert calibration.refit(session, int(other.id or 0), None) == USUAL
    fitted = calibration.refit(session, int(shop.id or 0), None)
    assert fitted.answer > USUAL.answer
    assert centre.thresholds["words"] == {"answer": fitted.answer, "suggest": fitted.suggest}
    assert calibration.thresholds(session, int(shop.id or 0), None) == fitted
    for vote in session.exec(select(ArticleVote)):
        vote.voted_at = clock.now() - timedelta(days=181)
    session.flush()
    assert calibration.refit(session, int(shop.id or 0), None) == fitted
