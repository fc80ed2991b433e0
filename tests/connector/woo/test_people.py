"""Registered customers: whoever is new by polling, whoever changed by webhook or sweep; staff never."""

import pytest

from connector.woo import people
from connector.woo.intake import look_into
from connector.woo.payloads import STAFF_ROLES
from demo import clicks
from demo.customers import blank_customer
from demo.storage import Shop

from .mirrors import Mirror, client_for

pytestmark = pytest.mark.database


def register(shop: Shop, email: str) -> int:
    """A new customer in the shop, as its own registration makes one."""
    made = client_for(shop).post("customers", {"email": email, "first_name": "새", "last_name": "손님"}).body
    return int(made["id"])


def test_staff_is_left_out_and_every_other_role_is_taken_over(synced: Mirror) -> None:
    """FACTS §5: the default list shows one role only; role=all shows staff too."""
    shop = synced.shop
    expected = {number for number, row in shop.customers.items() if row["role"] not in STAFF_ROLES}
    assert set(synced.customers()) == expected
    assert {row["role"] for row in shop.customers.values()} & STAFF_ROLES
    assert {"subscriber", "customer"} & {row.role for row in synced.customers().values()}


def test_people_who_only_ordered_as_guests_are_counted_apart(synced: Mirror) -> None:
    """FACTS §5: they are in no list of customers."""
    assert synced.counts()["guests"] == synced.truth()["guests"] > 0
    guests = {order.email for order in synced.orders().values() if order.customer_remote_id == 0}
    known = {row.email for row in synced.customers().values()}
    assert guests - known


def test_new_customers_come_by_polling(synced: Mirror) -> None:
    numbers = [register(synced.shop, f"new{count}@example.com") for count in range(3)]
    synced.sync_all()
    assert set(numbers) <= set(synced.customers())
    assert synced.customers()[numbers[0]].person == "손님새"
    assert synced.counts() == synced.truth()


def test_more_new_customers_than_a_page_come_by_polling(
    synced: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "PER_PAGE", 4)
    numbers = [register(synced.shop, f"many{count}@example.com") for count in range(11)]
    synced.sync_all()
    assert set(numbers) <= set(synced.customers())


def test_a_changed_profile_comes_by_webhook_or_sweep(synced: Mirror) -> None:
    number = min(synced.customers())
    client_for(synced.shop).put(f"customers/{number}", {"first_name": "바뀐"})
    synced.sync_all()
    assert "바뀐" not in synced.customers()[number].person, "FACTS §2: no list tells of it"
    look_into(synced.visit(), [("customer", number)])
    assert "바뀐" in synced.customers()[number].person
    client_for(synced.shop).put(f"customers/{number}", {"last_name": "밤"})
    synced.sweep()
    assert "밤" in synced.customers()[number].person


def test_a_deleted_customer_is_removed_by_webhook(synced: Mirror) -> None:
    number = min(synced.customers())
    client_for(synced.shop).delete(f"customers/{number}", force="true")
    look_into(synced.visit(), [("customer", number)])
    assert synced.customers()[number].deleted_at is not None
    assert synced.counts() == synced.truth()


def test_a_deleted_customer_is_removed_by_the_sweep(synced: Mirror) -> None:
    number = min(synced.customers())
    client_for(synced.shop).delete(f"customers/{number}", force="true")
    synced.sweep()
    assert synced.customers()[number].deleted_at is not None
    assert synced.counts() == synced.truth()


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
def test_a_customer_who_became_staff_is_removed_and_comes_back(synced: Mirror, role: str) -> None:
    number = min(synced.customers())
    clicks.change_role(synced.shop, {"id": number, "role": role})
    synced.sweep()
    assert synced.customers()[number].deleted_at is not None
    clicks.change_role(synced.shop, {"id": number, "role": "customer"})
    synced.sweep()
    assert synced.customers()[number].deleted_at is None
    assert synced.counts() == synced.truth()


def test_a_customer_with_another_role_stays(synced: Mirror) -> None:
    """FACTS §5: a user whose role became subscriber disappears from the default list."""
    number = min(synced.customers())
    clicks.change_role(synced.shop, {"id": number, "role": "subscriber"})
    synced.sweep()
    assert (synced.customers()[number].role, synced.customers()[number].deleted_at) == ("subscriber", None)


def test_a_customer_of_an_unknown_number_does_no_harm(synced: Mirror) -> None:
    before = synced.whole()
    look_into(synced.visit(), [("customer", 999_999), ("customer", 0), ("nothing", 7)])
    assert synced.whole() == before


def test_the_name_is_taken_from_the_bill_when_the_profile_has_none(synced: Mirror) -> None:
    customer = blank_customer(synced.shop, "bill@example.com", "bill")
    customer["billing"] |= {"first_name": "민지", "last_name": "한"}
    synced.shop.customers[customer["id"]] = customer
    synced.sync_all()
    assert synced.customers()[customer["id"]].person == "한민지"
