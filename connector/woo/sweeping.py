"""The nightly sweep: compare all numbers of a shop with its mirror, for what no change date and no webhook tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connector import queries
from connector.tables import ShopCustomer
from connector.woo import people
from connector.woo.client import PER_PAGE
from connector.woo.intake import ASKED_AT_ONCE, look_at_orders, look_into
from connector.woo.values import moment
from connector.woo.visits import Body, Visit


@dataclass(frozen=True)
class Stretch:
    """From where a sweep goes on: the next page of orders, and the last order number looked at before."""

    page: int = 1
    above: int = 0


def sweep_orders(visit: Visit, begin: Stretch) -> Stretch | None:
    """Compare order numbers from there on; returns from where to go on when the visit's time is over, None at the end.

    Finds orders deleted for good, refunds deleted, changes that were missed. Page numbers may drift here: what a
    page left out is asked for by its number.
    """
    page, above = begin.page, begin.above
    while True:
        listed = _numbers(visit, "orders", page, "id,date_modified_gmt,refunds")
        last = len(listed) < PER_PAGE
        highest = max((int(body["id"]) for body in listed), default=above)
        wanted = _wanted(visit, listed, above=above, up_to=None if last else highest)
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            look_at_orders(visit, wanted[start : start + ASKED_AT_ONCE])
        if last:
            return None
        page, above = page + 1, highest
        if visit.is_over():
            return Stretch(page, above)


def _wanted(visit: Visit, listed: Sequence[Body], *, above: int, up_to: int | None) -> list[int]:
    told = {int(body["id"]): {int(refund["id"]) for refund in body["refunds"]} for body in listed}
    with visit.database.reading() as session:
        known = queries.known_orders(session, visit.store_id, above=above, up_to=up_to)
        other_refunds = queries.orders_with_other_refunds(session, visit.store_id, told)
    changed = [
        int(body["id"]) for body in listed if known.get(int(body["id"])) != moment(body["date_modified_gmt"])
    ]
    missing = [number for number in known if number not in told]
    return sorted({*changed, *missing, *other_refunds})


def sweep_people_and_goods(visit: Visit) -> None:
    """Refetch all customers (their lists tell no changes) and note which customers and products no longer exist."""
    customers = _all_numbers(visit, "customers", **people.EVERYBODY)
    products = _all_numbers(visit, "products", status="any")
    with visit.database.reading() as session:
        known_customers = queries.known_ids(session, ShopCustomer, visit.store_id)
        known_products = queries.products_known(session, visit.store_id)
    look_into(visit, [("customer", number) for number in sorted(customers | known_customers)])
    look_into(visit, [("product", number) for number in sorted(known_products ^ products)])


def _all_numbers(visit: Visit, path: str, **parameters: Any) -> set[int]:
    numbers: set[int] = set()
    page = 1
    while True:
        listed = _numbers(visit, path, page, "id", **parameters)
        numbers.update(int(body["id"]) for body in listed)
        if len(listed) < PER_PAGE:
            return numbers
        page += 1


def _numbers(visit: Visit, path: str, page: int, fields: str, **parameters: Any) -> list[Body]:
    return visit.client.get(
        path, per_page=PER_PAGE, page=page, orderby="id", order="asc", _fields=fields, **parameters
    ).rows
