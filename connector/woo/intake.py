"""Looking into what webhooks hinted at: ask the shop for the thing itself, then mirror it.

A body may be late, doubled, about something deleted meanwhile, or an error object; only the shop's answer counts.
"""

from collections.abc import Callable, Sequence
from typing import Any

from connector import actions, mirroring, queries
from connector.errors import GoneInStore
from connector.tables import ShopCustomer, ShopProduct
from connector.woo import payloads
from connector.woo.syncing import Visit, mirror, mirror_goods, mirror_people, refunds_of, variations_of
from core import clock

ASKED_AT_ONCE = 100  # More ids in one address made a proxy answer 502 (FACTS §2).


def look_into(visit: Visit, hints: Sequence[tuple[str, int]]) -> None:
    """Refetch and mirror each (kind, number); kinds are "order", "product" and "customer"."""
    looks: dict[str, Callable[[Visit, list[int]], None]] = {
        "order": look_at_orders,
        "product": _look_at_products,
        "customer": _look_at_customers,
    }
    for kind, look in looks.items():
        numbers = sorted({number for hinted, number in hints if hinted == kind and number > 0})
        for start in range(0, len(numbers), ASKED_AT_ONCE):
            look(visit, numbers[start : start + ASKED_AT_ONCE])


def look_at_orders(visit: Visit, numbers: list[int]) -> None:
    """Refetch those orders, at most a hundred. A trashed one is not in lists, but answers by its number; a deleted one is gone."""
    bodies = {int(body["id"]): body for body in _listed(visit, "orders", numbers)}
    gone = _one_by_one(visit, "orders", numbers, bodies)
    orders = [payloads.order(body) for body in bodies.values()]
    refunds = refunds_of(visit, orders)
    with visit.database.writing() as session:
        mirror(session, visit, orders, refunds)
        if gone:
            mirroring.remove_orders(session, queries.store(session, visit.store_id), gone, now=clock.now())


def _look_at_products(visit: Visit, numbers: list[int]) -> None:
    """Only numbers that are products: `product.deleted` was seen for ordinary pages and posts too (FACTS §7)."""
    bodies = {int(body["id"]): body for body in _listed(visit, "products", numbers, status="any")}
    with visit.database.reading() as session:
        known = actions.known_ids(session, ShopProduct, visit.store_id)
    gone = _one_by_one(visit, "products", [number for number in numbers if number in known], bodies)
    parents = {number: body for number, body in bodies.items() if not body.get("parent_id")}
    variations = variations_of(visit, list(parents.values()))
    with visit.database.writing() as session:
        mirror_goods(session, visit, list(parents.values()), variations)
        actions.remove_products(session, queries.store(session, visit.store_id), gone, now=clock.now())


def _look_at_customers(visit: Visit, numbers: list[int]) -> None:
    bodies = {int(body["id"]): body for body in _listed(visit, "customers", numbers, role="all")}
    gone = [number for number in numbers if number not in bodies]
    with visit.database.writing() as session:
        mirror_people(session, visit, list(bodies.values()))
        actions.remove_customers(session, queries.store(session, visit.store_id), gone, now=clock.now())


def _listed(visit: Visit, path: str, numbers: list[int], **parameters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = visit.client.get(
        path, include=numbers, per_page=ASKED_AT_ONCE, **parameters
    ).data
    return found


def _one_by_one(
    visit: Visit, path: str, numbers: Sequence[int], bodies: dict[int, dict[str, Any]]
) -> list[int]:
    """Ask for each number that its list left out, adding what answers to `bodies`; returns those that are gone."""
    gone = []
    for number in numbers:
        if number in bodies:
            continue
        try:
            bodies[number] = visit.client.get(f"{path}/{number}").data
        except GoneInStore:
            gone.append(number)
    return gone


# -- the nightly sweep -------------------------------------------------------------------------------------------


def sweep_orders(visit: Visit, page: int) -> int | None:
    """Compare all order numbers with the mirror from that page on; returns the page to go on from, None at the end.

    Finds what no change date tells: orders deleted for good, refunds deleted, changes that were missed.
    """
    above = 0
    while True:
        listed = visit.client.get(
            "orders",
            per_page=100,
            page=page,
            orderby="id",
            order="asc",
            _fields="id,date_modified_gmt,refunds",
        ).data
        numbers = [int(body["id"]) for body in listed]
        last = len(listed) < ASKED_AT_ONCE
        above = above if page == 1 or above else (min(numbers) - 1 if numbers else 0)
        with visit.database.reading() as session:
            known = actions.known_orders(
                session, visit.store_id, above=above, up_to=None if last else max(numbers)
            )
            differing = queries.orders_with_other_refunds(session, visit.store_id, _refund_ids(listed))
        changed = [
            int(body["id"])
            for body in listed
            if known.get(int(body["id"])) != payloads.moment(body["date_modified_gmt"])
        ]
        missing = [number for number in known if number not in set(numbers)]
        wanted = sorted({*changed, *missing, *differing})
        for start in range(0, len(wanted), ASKED_AT_ONCE):
            look_at_orders(visit, wanted[start : start + ASKED_AT_ONCE])
        if last:
            return None
        page, above = page + 1, max(numbers)
        if visit.over:
            return page


def _refund_ids(bodies: Sequence[dict[str, Any]]) -> dict[int, set[int]]:
    return {int(body["id"]): {int(refund["id"]) for refund in body.get("refunds", [])} for body in bodies}


def sweep_people_and_goods(visit: Visit) -> None:
    """Refetch all customers (their lists tell no changes) and note which customers and products no longer exist."""
    customers = _all_numbers(visit, "customers", role="all")
    products = _all_numbers(visit, "products", status="any")
    with visit.database.reading() as session:
        known_customers = actions.known_ids(session, ShopCustomer, visit.store_id)
        known_products = queries.products_known(session, visit.store_id)
    look_into(visit, [("customer", number) for number in sorted(customers | known_customers)])
    look_into(visit, [("product", number) for number in sorted(known_products ^ products)])


def _all_numbers(visit: Visit, path: str, **parameters: Any) -> set[int]:
    numbers: set[int] = set()
    page = 1
    while True:
        listed = visit.client.get(
            path, per_page=100, page=page, orderby="id", order="asc", _fields="id", **parameters
        ).data
        numbers.update(int(body["id"]) for body in listed)
        if len(listed) < ASKED_AT_ONCE:
            return numbers
        page += 1
