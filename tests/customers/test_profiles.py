"""Claims about what is known of a person: proven orders count, said addresses do not, and sums are exact."""

import time

import pytest

from connector import mirroring
from core import clock
from customers.profiles import profile
from tests import factories
from tests.chat.shop_page import customer
from tests.customers.conftest import statements

pytestmark = pytest.mark.database

MINJI = "minji@example.com"


def numbers(orders) -> list[str]:
    return [order.number for order in orders]


def test_an_address_that_is_only_said_shows_orders_as_not_proven_and_counts_none(session, shop):
    factories.order(session, shop, number="1")
    found = profile(session, factories.contact(session, shop, email=MINJI).id)
    assert (numbers(found.orders), numbers(found.not_proven)) == ([], ["1"])
    assert (found.order_count, found.worth) == (0, {})


def test_a_proven_address_and_an_account_show_their_orders(session, shop):
    customer(session, shop, 9, email="other@example.com")
    factories.order(session, shop, number="by address")
    factories.order(session, shop, number="by account", customer_remote_id=9, billing=factories.ANNA)
    factories.order(session, shop, number="someone's", billing=factories.ANNA)
    who = factories.contact(session, shop, email=MINJI, email_proven_at=clock.now(), customer_remote_id=9)
    found = profile(session, who.id)
    assert set(numbers(found.orders)) == {"by address", "by account"}
    assert (found.order_count, found.not_proven, found.account.remote_id) == (2, (), 9)


def test_an_account_shows_orders_of_its_unchecked_address_apart(session, shop):
    factories.order(session, shop, number="guest's")
    factories.order(session, shop, number="own", customer_remote_id=7)
    who = factories.contact(session, shop, email=MINJI, customer_remote_id=7)
    found = profile(session, who.id)
    assert (numbers(found.orders), numbers(found.not_proven)) == (["own"], ["guest's"])


def test_an_address_is_compared_without_its_capitals(session, shop):
    typed = factories.replace(factories.MINJI, email="MinJi@Example.com")
    factories.order(session, shop, number="1", billing=typed)
    who = factories.contact(session, shop, email=MINJI, email_proven_at=clock.now())
    assert numbers(profile(session, who.id).orders) == ["1"]


def test_worth_is_what_was_paid_less_what_went_back_by_currency(session, shop):
    mine = {"customer_remote_id": 7}
    order = factories.order(session, shop, **mine)
    factories.refund(session, shop, order, [factories.line(-1000, -100)])
    factories.order(session, shop, paid=False, **mine)
    factories.order(session, shop, [factories.line(1999)], currency="EUR", **mine)
    factories.order(session, shop, [factories.line(2**53 + 1)], **mine)
    factories.order(session, shop, status="trash", **mine)
    found = profile(session, factories.contact(session, shop, customer_remote_id=7).id)
    assert found.worth == {"EUR": 1999, "KRW": 39000 - 1100 + 2**53 + 1}
    assert found.order_count == 4
    assert [order.money for order in found.orders if order.refunded_minor] == ["partly_refunded"]


def test_nothing_of_another_shop_is_told(session, shops):
    factories.order(session, shops[1], customer_remote_id=7)
    factories.order(session, shops[1])
    who = factories.contact(session, shops[0], customer_remote_id=7, email=MINJI, email_proven_at=clock.now())
    found = profile(session, who.id)
    assert (found.orders, found.not_proven, found.worth) == ([], (), {})


def test_it_takes_a_handful_of_statements_and_milliseconds_among_thousands_of_orders(database, shop):
    told = [
        factories.told_order(
            customer_remote_id=7 if number % 100 == 0 else number,
            billing=factories.replace(factories.MINJI, email=f"{number % 50}@example.com"),
            paid_at=None,
            status="pending",
        )
        for number in range(3000)
    ]
    with database.writing() as session:
        mirroring.mirror_orders(session, shop, told, now=clock.now())
        who = factories.contact(
            session, shop, customer_remote_id=7, email="1@example.com", email_proven_at=clock.now()
        )
    with database.reading() as session:
        profile(session, who.id)
    taken = []
    with database.reading() as session, statements(database) as said:
        for _ in range(5):
            began = time.perf_counter()
            found = profile(session, who.id)
            taken.append(time.perf_counter() - began)
    assert found.order_count == 90 + 1 and len(said) <= 5 * 7
    assert min(taken) < 0.05
