"""Bringing the mirror of one shop up to date: each resource by its own way, in short steps that survive a crash.

A step reads a page, then writes its rows and its cursor in one transaction; the next page is fetched meanwhile.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from connector import actions, mirroring, queries, syncing
from connector.errors import GoneInStore
from connector.schemas import Order, Refund
from connector.tables import Store
from connector.woo import passes, payloads
from connector.woo.client import WooClient
from connector.woo.shops import read_facts
from core import clock
from core.database import Database

# A shop may commit a change some seconds after the moment that it is stamped with.
OVERLAP_SECONDS = 120
# How often the quieter resources are asked for.
QUIET = timedelta(minutes=5)
VARIABLE = ("variable", "variable-subscription")


@dataclass
class Visit:
    """One visit to one shop: what it may use, and when it must come back to its senses."""

    database: Database
    client: WooClient
    store: Store
    seconds: float = 10.0
    started: float = field(default_factory=time.monotonic)

    @property
    def store_id(self) -> int:
        return int(self.store.id or 0)

    @property
    def over(self) -> bool:
        """Whether this visit has taken its time; the rest is left to the next, so that webhooks get their turn."""
        return time.monotonic() - self.started > self.seconds


def bring_up_to_date(visit: Visit) -> bool:
    """Mirror whatever is due. Returns whether all of it was reached; False asks for another visit at once."""
    _facts(visit)
    return all(bring(visit) for bring in (_orders, _refunds, _trash, _customers, _products))


def _due(visit: Visit, resource: str) -> bool:
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, resource)
    return not state.complete or state.last_ok_at is None or clock.now() - state.last_ok_at >= QUIET


def _facts(visit: Visit) -> None:
    if not _due(visit, "facts"):
        return
    found, _ = read_facts(visit.client)
    with visit.database.writing() as session:
        visit.store = queries.store(session, visit.store_id)
        actions.keep_facts(session, visit.store, found)
        syncing.advance(session, visit.store_id, "facts", now=clock.now(), complete=True)


# -- orders ------------------------------------------------------------------------------------------------------


def _orders(visit: Visit) -> bool:
    return _order_pass(visit, "orders", status="")


def _trash(visit: Visit) -> bool:
    """Trashed orders leave the ordinary list without a trace; they have a list of their own."""
    return _order_pass(visit, "trash", status="trash")


def _order_pass(visit: Visit, resource: str, *, status: str) -> bool:
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, resource)
        backfilled = syncing.state(session, visit.store_id, "refunds").complete
    steps = passes.by_change(
        visit.client,
        "orders",
        cursor_at=state.cursor_at,
        page=1 if state.complete else state.page,
        overlap_seconds=OVERLAP_SECONDS if state.complete else 1,
        status=status,
    )
    seen = state.seen
    for step in steps:
        orders = [payloads.order(body) for body in step.bodies]
        # During the first pass the refunds follow as a list of their own, far fewer questions than one per order.
        refunds = refunds_of(visit, orders) if backfilled else []
        seen += len(orders)
        with visit.database.writing() as session:
            mirror(session, visit, orders, refunds)
            syncing.advance(
                session,
                visit.store_id,
                resource,
                now=clock.now(),
                cursor_at=step.cursor_at,
                page=step.page,
                seen=len(orders) if not state.complete else 0,
                expected=max(state.expected, seen + step.remaining - len(orders))
                if not state.complete
                else None,
                complete=True if step.last else None,
            )
        if visit.over and not step.last:
            return False
    return True


def mirror(session: Any, visit: Visit, orders: Sequence[Order], refunds: Sequence[Refund]) -> None:
    """Write orders and then their refunds, within the caller's transaction."""
    store = queries.store(session, visit.store_id)
    mirroring.mirror_orders(session, store, orders, now=clock.now())
    mirroring.mirror_refunds(session, store, refunds, now=clock.now())


def refunds_of(visit: Visit, orders: Sequence[Order]) -> list[Refund]:
    """Ask the shop for the lines of those refunds of the orders that are not mirrored yet."""
    with visit.database.reading() as session:
        wanted = mirroring.refunds_wanted(session, visit.store_id, orders)
    currencies = {order.remote_id: order.currency for order in orders}
    found = []
    for remote_id in wanted:
        try:
            bodies = visit.client.get(f"orders/{remote_id}/refunds", per_page=passes.PER_PAGE).data
        except GoneInStore:
            continue  # The order was deleted between two questions; the sweep notes that.
        found += [
            payloads.refund(body, order_remote_id=remote_id, currency=currencies[remote_id])
            for body in bodies
        ]
    return found


def _refunds(visit: Visit) -> bool:
    """The first pass over all refunds; later ones come with their orders, whose change date a refund moves."""
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, "refunds")
        store = queries.store(session, visit.store_id)
    if state.complete:
        return True
    # The list has no order by change; ids only grow, and the pass is repeated by page until it ends.
    for step in passes.by_id(visit.client, "refunds", page=state.page):
        with visit.database.writing() as session:
            refunds = _with_currency(session, store, step.bodies)
            mirroring.mirror_refunds(session, store, refunds, now=clock.now())
            syncing.advance(
                session,
                visit.store_id,
                "refunds",
                now=clock.now(),
                page=step.page,
                seen=len(step.bodies),
                expected=step.remaining,
                complete=True if step.last else None,
            )
        if visit.over and not step.last:
            return False
    return True


def _with_currency(session: Any, store: Store, bodies: list[dict[str, Any]]) -> list[Refund]:
    parents = [int(body.get("parent_id") or 0) for body in bodies]
    currencies = queries.currencies_of(session, int(store.id or 0), parents)
    return [
        payloads.refund(body, order_remote_id=parent, currency=currencies[parent])
        for body, parent in zip(bodies, parents, strict=True)
        if parent in currencies
    ]


# -- people and goods --------------------------------------------------------------------------------------------


def _customers(visit: Visit) -> bool:
    """Customers have no list by change: all of them by id the first time, then whoever is new.

    Changed profiles come by webhook and by the nightly sweep.
    """
    if not _due(visit, "customers"):
        return True
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, "customers")
        newest = queries.newest_customer(session, visit.store_id)
    if state.complete:
        _new_customers(visit, newest)
        return True
    for step in passes.by_id(visit.client, "customers", page=state.page, role="all"):
        with visit.database.writing() as session:
            mirror_people(session, visit, step.bodies)
            syncing.advance(
                session,
                visit.store_id,
                "customers",
                now=clock.now(),
                page=step.page,
                seen=len(step.bodies),
                expected=step.remaining,
                complete=True if step.last else None,
            )
        if visit.over and not step.last:
            return False
    return True


def _new_customers(visit: Visit, newest: int) -> None:
    page, bodies = 1, []
    while True:
        found = visit.client.get(
            "customers", per_page=passes.PER_PAGE, page=page, orderby="id", order="desc", role="all"
        ).data
        bodies += [body for body in found if int(body["id"]) > newest]
        if len(found) < passes.PER_PAGE or int(found[-1]["id"]) <= newest:
            break
        page += 1
    with visit.database.writing() as session:
        mirror_people(session, visit, bodies)
        syncing.advance(session, visit.store_id, "customers", now=clock.now(), complete=True)


def mirror_people(session: Any, visit: Visit, bodies: Sequence[dict[str, Any]]) -> None:
    """Write customers; staff is left out, and whoever became staff is removed."""
    store = queries.store(session, visit.store_id)
    people = [payloads.customer(body) for body in bodies]
    actions.mirror_customers(session, store, [one for one in people if one.role not in payloads.STAFF_ROLES])
    staff = [one.remote_id for one in people if one.role in payloads.STAFF_ROLES]
    actions.remove_customers(session, store, staff, now=clock.now())


def _products(visit: Visit) -> bool:
    if not _due(visit, "products"):
        return True
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, "products")
    steps = passes.by_change(
        visit.client,
        "products",
        cursor_at=state.cursor_at,
        page=1 if state.complete else state.page,
        overlap_seconds=OVERLAP_SECONDS if state.complete else 1,
        status="any",
    )
    for step in steps:
        variations = variations_of(visit, step.bodies)
        with visit.database.writing() as session:
            mirror_goods(session, visit, step.bodies, variations)
            syncing.advance(
                session,
                visit.store_id,
                "products",
                now=clock.now(),
                cursor_at=step.cursor_at,
                page=step.page,
                seen=len(step.bodies) if not state.complete else 0,
                expected=max(state.expected, step.remaining),
                complete=True if step.last else None,
            )
        if visit.over and not step.last:
            return False
    return True


Variations = list[tuple[dict[str, Any], list[dict[str, Any]]]]


def variations_of(visit: Visit, bodies: Sequence[dict[str, Any]]) -> Variations:
    """Ask the shop for the variations of the variable products among those."""
    found: Variations = []
    for body in bodies:
        if body.get("type") in VARIABLE:
            steps = passes.by_id(visit.client, f"products/{body['id']}/variations", status="any")
            found.append((body, [one for step in steps for one in step.bodies]))
    return found


def mirror_goods(
    session: Any, visit: Visit, bodies: Sequence[dict[str, Any]], variations: Variations
) -> None:
    """Write products with their variations; a variation that is no longer listed is removed."""
    store = queries.store(session, visit.store_id)
    now: datetime = clock.now()
    actions.mirror_products(session, store, [payloads.product(body) for body in bodies], now=now)
    for parent, children in variations:
        actions.mirror_products(
            session, store, [payloads.product(one, parent=parent) for one in children], now=now
        )
        left = queries.variations_known(session, visit.store_id, int(parent["id"])) - {
            int(one["id"]) for one in children
        }
        actions.remove_products(session, store, sorted(left), now=now)
