"""How well the bot does on turns as shoppers write them: right actions, no disclosure, no answer where nothing fits."""

from collections.abc import Sequence

import pytest

from core.database import Database
from core.jobs import Jobs
from faq.embedding import embed_missing
from faq.semantic import encoder
from tests import factories
from tests.standins import Clock

from .labelled import Outcome, ask, labels, open_shop

pytestmark = pytest.mark.database

RIGHT = 0.85
ANSWERED_THOUGH_NOTHING_FITS = 0.10


@pytest.fixture(params=["words", pytest.param("meaning", marks=pytest.mark.slow)])
def outcomes(request: pytest.FixtureRequest, database: Database, jobs: Jobs, clock: Clock) -> list[Outcome]:
    shops = {name: open_shop(database, name) for name in ("krw", "eur")}
    meaning = encoder() if request.param == "meaning" else None
    if meaning is not None:
        embed_missing(database, meaning)
    found = [ask(database, jobs, shops[label.shop], label, meaning) for label in labels()]
    _report(found)
    _discloses_nothing(found, {name: shop.orders for name, shop in shops.items()})
    return found


def share(outcomes: Sequence[Outcome]) -> float:
    return sum(one.is_right for one in outcomes) / len(outcomes)


def _report(found: Sequence[Outcome]) -> None:
    """Shown by `pytest -s` and where a claim fails."""
    looked_at = [one for one in found if not one.label.held_back]
    held_back = [one for one in found if one.label.held_back]
    print(
        f"\nright: {share(looked_at):.3f} of {len(looked_at)} looked at, {share(held_back):.3f} of {len(held_back)} held back"
    )
    unanswerable = [one for one in found if one.label.nothing_fits]
    print(
        f"answered though nothing fits: {sum(one.told_something for one in unanswerable)} of {len(unanswerable)}"
    )
    for one in looked_at:
        if not one.is_right:
            print(f"  {one.label.text!r} ({one.label.who}): {one.did} {one.offered}, not {one.label.right}")


def _discloses_nothing(found: Sequence[Outcome], orders: dict[str, dict[str, frozenset[str]]]) -> None:
    for one in found:
        own = orders[one.label.shop][one.label.who]
        told = one.event.data.get("order")
        assert told is None or told["number"] in own, one.label.text
        for choice in one.event.data.get("choices", []):
            named = [word for word in choice["question"].rstrip("?").split() if word.isdigit()]
            assert "order" not in one.event.data or set(named) <= own
        people = {body["billing"]["email"] for body in factories.recorded_bodies(one.label.shop, "orders")}
        assert not [
            address for address in people if address and address in str(one.event.data) + one.event.text
        ]


def test_the_bot_does_what_is_right_and_never_guesses(outcomes: list[Outcome]):
    looked_at = [one for one in outcomes if not one.label.held_back]
    held_back = [one for one in outcomes if one.label.held_back]
    assert len(outcomes) >= 150
    assert share(looked_at) >= RIGHT
    assert share(held_back) >= RIGHT
    unanswerable = [one for one in outcomes if one.label.nothing_fits]
    told = [one.label.text for one in unanswerable if one.told_something]
    assert len(told) <= ANSWERED_THOUGH_NOTHING_FITS * len(unanswerable), told
