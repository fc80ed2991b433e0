"""Looking into what was hinted at: ask the shop for the thing itself, then mirror it.

A webhook's body may be late, doubled, about something deleted meanwhile, or an error object; only the shop's answer
counts.
"""

from collections.abc import Callable, Sequence
from typing import Any

from connector import actions, mirroring, queries
from connector.errors import GoneInStore
from connector.tables import ShopProduct
from connector.woo import goods, orders, payloads, people
from connector.woo.visits import Body, Visit
from core import clock

ASKED_AT_ONCE = 100  # More ids in one address made a proxy answer 502 (FACTS §2).


def look_into(visit: Visit, hints: Sequence[tuple[str, int]]) -> None:
    """Refetch and mirror each (kind, number); kinds are "order", "product" and "customer"."""
    looks: dict[str, Callable[[Visit, list[int]], None]] = {
        "order": look_at_orders,
        "product": look_at_products,
        "customer": look_at_customers,
    }
    for kind, look in looks.items():
        numbers = sorted({number for hinted, number in hints if hinted == kind and number > 0})
        for start in range(0, len(numbers), ASKED_AT_ONCE):
            look(visit, numbers[start : start + ASKED_AT_ONCE])


def look_at_orders(visit: Visit, numbers: list[int]) -> None:
    """Refetch those orders, at most a hundred. A trashed one is in no list, but answers by its number; a deleted one is gone."""
    bodies = _listed(visit, "orders", numbers)
    gone = _one_by_one(visit, "orders", numbers, bodies)
    found = visit.readable(list(bodies.values()), payloads.order)
    refunds = orders.refunds_of(visit, found)
    with visit.database.writing() as session:
        orders.write(session, visit, found, refunds)
        mirroring.remove_orders(session, visit.shop(session), gone, now=clock.now())


def look_at_products(visit: Visit, numbers: list[int]) -> None:
    """Only numbers that are products: `product.deleted` was seen for ordinary pages and posts too (FACTS §7)."""
    bodies = _listed(visit, "products", numbers, status="any")
    with visit.database.reading() as session:
        known = queries.known_ids(session, ShopProduct, visit.store_id)
    gone = _one_by_one(visit, "products", [number for number in numbers if number in known], bodies)
    # A variation is read with its siblings, from the product that it belongs to.
    parents = sorted(
        {int(body["parent_id"]) for body in bodies.values() if body.get("parent_id")} - set(bodies)
    )
    bodies |= _listed(visit, "products", parents, status="any") if parents else {}
    whole = [body for body in bodies.values() if not body.get("parent_id")]
    products = visit.readable(whole, payloads.product)
    children = goods.read_variations(visit, goods.variations_of(visit, whole))
    with visit.database.writing() as session:
        goods.write(session, visit, products, children)
        store = visit.shop(session)
        actions.remove_products(session, store, gone, now=clock.now())
        for number in gone:
            left = queries.variations_known(session, visit.store_id, number)
            actions.remove_products(session, store, sorted(left), now=clock.now())


def look_at_customers(visit: Visit, numbers: list[int]) -> None:
    """Refetch those customers, at most a hundred; one that answers to nothing is gone."""
    bodies = _listed(visit, "customers", numbers, **people.EVERYBODY)
    gone = _one_by_one(visit, "customers", numbers, bodies)
    found = people.read(visit, list(bodies.values()))
    with visit.database.writing() as session:
        people.write(session, visit, found)
        actions.remove_customers(session, visit.shop(session), gone, now=clock.now())


def _listed(visit: Visit, path: str, numbers: list[int], **parameters: Any) -> dict[int, Body]:
    found = visit.client.get(path, include=numbers, per_page=ASKED_AT_ONCE, **parameters).rows
    return {int(body["id"]): body for body in found if "id" in body}


def _one_by_one(visit: Visit, path: str, numbers: Sequence[int], bodies: dict[int, Body]) -> list[int]:
    """Ask for each number that its list left out, adding what answers to `bodies`; returns those that are gone."""
    gone = []
    for number in numbers:
        if number in bodies:
            continue
        try:
            bodies[number] = visit.client.get(f"{path}/{number}").body
        except GoneInStore:
            gone.append(number)
    return gone
