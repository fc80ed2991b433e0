"""Bringing the mirror of one shop up to date: each resource by its own way, in short steps that survive a crash.

A step reads a page, then writes its rows and its place in one transaction; the next page is fetched meanwhile.
"""

from collections.abc import Callable
from datetime import timedelta

from connector import actions, syncing
from connector.errors import StoreRefused, StoreUnavailable
from connector.woo.goods import bring_products
from connector.woo.orders import bring_orders, bring_refunds, bring_trash
from connector.woo.people import bring_customers
from connector.woo.shops import read_facts
from connector.woo.visits import Visit
from core import clock

Bring = Callable[[Visit], bool]

# How often what changes rarely, or is told by webhooks, is asked for.
QUIET = timedelta(minutes=5)
ALWAYS = timedelta()


def bring_facts(visit: Visit) -> bool:
    """What the shop says of itself. When it shows amounts with other decimals, all of them are read again."""
    found, _ = read_facts(visit.client)
    with visit.database.writing() as session:
        store = visit.shop(session)
        if found.decimals != store.decimals:
            for resource in ("orders", "trash", "refunds"):
                syncing.start_over(session, visit.store_id, resource)
        actions.keep_facts(session, store, found)
        syncing.advance(session, visit.store_id, "facts", now=clock.now(), complete=True)
    visit.store = store
    return True


RESOURCES: tuple[tuple[str, Bring, timedelta], ...] = (
    ("facts", bring_facts, QUIET),
    ("orders", bring_orders, ALWAYS),
    ("refunds", bring_refunds, ALWAYS),
    ("trash", bring_trash, ALWAYS),
    ("customers", bring_customers, QUIET),
    ("products", bring_products, QUIET),
)


def bring_up_to_date(visit: Visit) -> bool:
    """Mirror whatever is due. Returns whether all that can be reached was; False asks for another visit at once.

    What the shop refuses for one resource is noted there and does not hold up the others; when the shop is away,
    the rest of the visit is left to the next.
    """
    for resource, bring, pause in RESOURCES:
        if not _due(visit, resource, pause):
            continue
        try:
            if not bring(visit):
                return False
        except (StoreRefused, StoreUnavailable) as problem:
            visit.note_failure(resource, problem)
            if not problem.permanent:
                return True
    return True


def _due(visit: Visit, resource: str, pause: timedelta) -> bool:
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, resource)
    return not state.complete or state.last_ok_at is None or clock.now() - state.last_ok_at >= pause
