"""The list of orders: searching, filtering, paging."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import Session

from connector import listing, mirroring
from connector.listing import Wanted
from core import clock
from tests import factories
from tests.factories import ANNA, MINJI, PAID

pytestmark = pytest.mark.database


def numbers(session: Session, **wanted) -> list[str]:
    return [order.number for order in listing.orders(session, Wanted(**wanted)).orders]


@pytest.fixture
def shop(session: Session):
    """A shop with an order in each state, oldest first: 1 paid, 2 unpaid, 3 refunded, 4 partly, 5 deleted, 6 draft."""
    store = factories.store(session)
    for number, changes in enumerate(
        [
            {"billing": MINJI},
            {"billing": ANNA, "paid_at": None, "status": "pending"},
            {
                "billing": replace(
                    ANNA, first_name="Änne", last_name="O'Brien 100%", email="anne_b@example.com"
                )
            },
            {"billing": replace(MINJI, first_name="", last_name="", company="차나무 상사")},
            {"billing": ANNA},
            {"billing": ANNA, "status": "checkout-draft", "paid_at": None},
        ],
        1,
    ):
        moment = PAID + timedelta(hours=number)
        changes |= {"number": f"N{number}", "created_at": moment, "modified_at": moment}
        order = factories.order(session, store, **changes)
        if number == 3:
            factories.refund(session, store, order)
        if number == 4:
            factories.refund(session, store, order, amount_minor=1000)
        if number == 5:
            mirroring.remove_orders(session, store, [order.remote_id], now=clock.now())
    return store


def test_the_newest_order_comes_first_and_drafts_and_deleted_ones_are_left_out(session, shop) -> None:
    assert numbers(session) == ["N4", "N3", "N2", "N1"]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("paid", ["N4", "N3", "N1"]),
        ("unpaid", ["N2"]),
        ("refunded", ["N4", "N3"]),
        ("deleted", ["N5"]),
    ],
)
def test_a_filter_shows_its_orders(session, shop, shown, expected) -> None:
    assert numbers(session, shown=shown) == expected


def test_each_order_says_where_its_money_stands(session, shop) -> None:
    rows = [
        *listing.orders(session, Wanted()).orders,
        *listing.orders(session, Wanted(shown="deleted")).orders,
    ]
    assert {row.number: row.money_state for row in rows} == {
        "N1": "paid",
        "N2": "unpaid",
        "N3": "refunded",
        "N4": "partly_refunded",
        "N5": "deleted",
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("N2", ["N2"]),
        ("#n2", ["N2"]),
        ("김민지", ["N1"]),
        ("민지", ["N1"]),
        ("민지 김", ["N1"]),
        ("MINJI@example", ["N4", "N1"]),
        ("anna web", ["N2"]),
        ("weber anna", ["N2"]),
        ("annaweber", ["N2"]),
        ("100%", ["N3"]),
        ("anne_b", ["N3"]),
        ("%", ["N3"]),
        ("_", ["N3"]),
        ("nobody", []),
        ("   ", ["N4", "N3", "N2", "N1"]),
    ],
)
def test_words_find_a_person_however_they_are_written(session, shop, words, expected) -> None:
    assert numbers(session, words=words) == expected


def test_a_number_finds_exactly_its_order(session) -> None:
    store = factories.store(session)
    for number in ("105", "1050"):
        factories.order(session, store, number=number, billing=replace(MINJI, email="x@example.com"))
    assert numbers(session, words="#105") == ["105"]


def test_two_shops_are_told_apart(session, shop) -> None:
    other = factories.store(session, currency="EUR")
    factories.order(session, other, number="E1")
    assert numbers(session, store_id=int(other.id or 0)) == ["E1"]
    assert "E1" not in numbers(session, store_id=int(shop.id or 0))


def test_a_row_tells_the_first_goods_and_how_many_more(session) -> None:
    store = factories.store(session)
    lines = [factories.line(100, name=name) for name in ("우전", "세작", "중작")]
    lines.append(factories.line(50, kind="shipping", name="택배"))
    factories.order(session, store, lines)
    row = listing.orders(session, Wanted()).orders[0]
    assert (row.first_line, row.more_lines) == ("우전", 2)


def test_pages_hold_every_order_once(session, monkeypatch) -> None:
    monkeypatch.setattr(listing, "PAGE", 3)
    store = factories.store(session)
    for number in range(7):
        factories.order(session, store, number=str(number))
    seen, more = [], []
    for page in (1, 2, 3):
        found = listing.orders(session, Wanted(page=page))
        seen += [order.number for order in found.orders]
        more.append(found.more)
    assert sorted(seen) == [str(number) for number in range(7)]
    assert more == [True, True, False]
