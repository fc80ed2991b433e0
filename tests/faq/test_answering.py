"""Answer, choice or nothing."""

import pytest
from sqlmodel import Session

from faq.answering import answer, judged
from faq.calibration import USUAL, Thresholds
from faq.help_centres import help_centre_of
from faq.schemas import Reader
from faq.search import Found, Hit
from tests import factories
from tests.faq.factories import article


def hit(score: float) -> Hit:
    return Hit(1, 1, "en", "a", "A", "", "", score)


def test_a_sure_hit_is_the_answer_alone():
    said = judged(Found((hit(0.9), hit(0.5)), 0.9), USUAL)
    assert (said.outcome, len(said.hits), said.reason) == ("answer", 1, "sure")


def test_an_unsure_hit_is_a_choice_of_up_to_three_that_are_near():
    said = judged(Found((hit(0.4), hit(0.35), hit(0.3), hit(0.3)), 0.4), USUAL)
    assert (said.outcome, len(said.hits), said.reason) == ("did_you_mean", 3, "unsure")
    assert len(judged(Found((hit(0.4), hit(0.1)), 0.4), USUAL).hits) == 1


def test_an_unlikely_hit_and_no_hit_are_nothing():
    assert judged(Found((hit(0.1),), 0.1), USUAL).reason == "unlikely"
    assert judged(Found(), USUAL).reason == "no_hit"
    assert judged(Found((hit(0.1),), 0.1), USUAL).hits == ()


@pytest.mark.database
def test_the_shops_own_thresholds_decide(session: Session):
    shop = factories.store(session)
    reader = Reader(int(shop.id or 0))
    article(session, shop, "Gift wrapping", "We wrap.")
    article(session, shop, "Opening hours", "From nine.")

    def outcome() -> str:
        return answer(session, question="gift wrapping", locale="en", reader=reader).outcome

    assert outcome() == "answer"
    centre = help_centre_of(session, reader.store_id)
    centre.thresholds = {"words": {"answer": 0.999, "suggest": 0.3}}
    session.flush()
    assert outcome() == "did_you_mean"
    centre.thresholds = {"words": {"answer": "broken"}}
    session.flush()
    assert outcome() == "answer"


@pytest.mark.database
@pytest.mark.parametrize("question", ["", "???", "🎁"])
def test_no_words_are_no_question(session: Session, question: str):
    reader = Reader(int(factories.store(session).id or 0))
    said = answer(session, question=question, locale="en", reader=reader)
    assert (said.outcome, said.reason) == ("nothing", "no_question")


def test_thresholds_may_say_never():
    assert judged(Found((hit(0.9),), 0.9), Thresholds(1.0, 0.95)).outcome == "nothing"
