"""Looking into hints: in hundreds, once each, and by the shop's own word."""

from typing import Any

import pytest

from connector.woo.intake import look_at_orders, look_into
from demo import clicks
from demo.figures import listed_orders
from demo.multiplying import multiply

from .mirrors import Mirror

pytestmark = pytest.mark.database


def asked_of(visit: Any, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, list[int]]]:
    """What that visit asks from now on: paths, and the numbers that lists were asked to include."""
    asked: list[tuple[str, list[int]]] = []
    real = visit.client.get

    def get(path: str, **parameters: Any) -> Any:
        asked.append((path, list(parameters.get("include", []))))
        return real(path, **parameters)

    monkeypatch.setattr(visit.client, "get", get)
    return asked


def test_no_address_names_more_than_a_hundred_numbers(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    """FACTS §2: 399 of them made a proxy answer 502."""
    multiply(mirror.shop, 250)
    numbers = sorted(order["id"] for order in listed_orders(mirror.shop))
    visit = mirror.visit()
    asked = asked_of(visit, monkeypatch)
    look_into(visit, [("order", number) for number in numbers])
    assert set(numbers) <= set(mirror.orders())
    included = [numbers for path, numbers in asked if path == "orders"]
    assert [number for part in included for number in part] == numbers
    assert max(len(part) for part in included) <= 100


def test_a_thing_hinted_at_twice_is_asked_for_once(synced: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    visit = synced.visit()
    asked = asked_of(visit, monkeypatch)
    look_into(visit, [("order", 71), ("order", 71), ("order", 0), ("order", -5)])
    assert asked == [("orders", [71])]


def test_a_change_that_moves_no_date_is_taken_over_when_somebody_hints_at_it(synced: Mirror) -> None:
    """FACTS §3 and §8: on posts storage meta writes, and everywhere item meta, move no change date."""
    clicks.edit_order(
        synced.shop,
        {"id": 71, "quiet": True, "meta_data": [{"key": "_business_no", "value": "123-45-67890"}]},
    )
    synced.sync_all()
    look_at_orders(synced.visit(), [71])
    assert synced.order(71).meta["_business_no"] == "123-45-67890"


def test_a_refunds_number_is_no_order(synced: Mirror) -> None:
    """FACTS §4: refunds count in the same number space; asked for as an order, one is gone."""
    refund = next(iter(synced.refunds()))
    before = synced.whole()
    look_into(synced.visit(), [("order", refund)])
    assert synced.whole() == before
