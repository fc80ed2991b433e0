"""The nightly sweep: compare all numbers of a shop with its mirror, for what no change date and no webhook tells."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connector import queries
from connector.woo import people
from connector.woo.client import PER_PAGE
from connector.woo.intake import ASKED_AT_ONCE, look_at_orders, look_into
from connector.woo.payloads import STAFF_ROLES
from connector.woo.values import moment
from connector.woo.visits import Body, Visit
from core import clock

# Change dates count whole seconds: of two changes in one, the mirror may have the first. The next night looks again.
RECENT = timedelta(days=2)


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


def sweep_people(visit: Visit) -> None:
    """Refetch the customers that changed: no list can be asked for them, but each tells its change date and role."""
    listed = _all(visit, "customers", "id,date_modified_gmt,role", **people.EVERYBODY)
    with visit.database.reading() as session:
        known = queries.customers_known(session, visit.store_id)
    told = {int(body["id"]): (moment(body["date_modified_gmt"]), str(body["role"])) for body in listed}
    recent = clock.now() - RECENT
    changed = [
        number
        for number, (changed_at, role) in told.items()
        if (number in known or role not in STAFF_ROLES)
        and (known.get(number) != (changed_at, role) or (changed_at is not None and changed_at > recent))
    ]
    look_into(visit, [("customer", number) for number in (*changed, *(known.keys() - told.keys()))])


def sweep_goods(visit: Visit) -> None:
    """Look at the products that only the shop or only the mirror has; changed ones are polled."""
    listed = {int(body["id"]) for body in _all(visit, "products", "id", status="any")}
    with visit.database.reading() as session:
        known = queries.products_known(session, visit.store_id)
    look_into(visit, [("product", number) for number in known ^ listed])


def _all(visit: Visit, path: str, fields: str, **parameters: Any) -> list[Body]:
    found: list[Body] = []
    page = 1
    while True:
        listed = _numbers(visit, path, page, fields, **parameters)
        found += listed
        if len(listed) < PER_PAGE:
            return found
        page += 1


def _numbers(visit: Visit, path: str, page: int, fields: str, **parameters: Any) -> list[Body]:
    return visit.client.get(
        path, per_page=PER_PAGE, page=page, orderby="id", order="asc", _fields=fields, **parameters
    ).rows
