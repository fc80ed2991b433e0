"""Products and variations of a shop on their way into the mirror."""

from collections.abc import Sequence
from functools import partial

from sqlmodel import Session

from connector import actions, queries, syncing
from connector.errors import GoneInStore
from connector.schemas import Product
from connector.woo import passes, payloads
from connector.woo.orders import note_step, start_of
from connector.woo.visits import Body, Visit
from core import clock

VARIABLE = ("variable", "variable-subscription")
Variations = list[tuple[Body, list[Body]]]


def bring_products(visit: Visit) -> bool:
    """Mirror products by their change dates, each with its variations; returns whether the end was reached."""
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, "products")
    done = False
    for step in passes.by_change(visit.client, "products", start_of(state), over=visit.is_over, status="any"):
        variations = variations_of(visit, step.rows)
        products = visit.readable(step.rows, payloads.product)
        children = read_variations(visit, variations)
        with visit.database.writing() as session:
            new = write(session, visit, products, children)
            note_step(session, visit, state, step, new=new)
        done = step.last
    return done


def variations_of(visit: Visit, bodies: Sequence[Body]) -> Variations:
    """Ask the shop for the variations of the variable products among those."""
    found: Variations = []
    for body in bodies:
        if body.get("type") in VARIABLE:
            steps = passes.by_id(visit.client, f"products/{body['id']}/variations", status="any")
            try:
                found.append((body, [one for step in steps for one in step.rows]))
            except GoneInStore:
                continue  # Deleted between two questions; its webhook or the sweep notes that.
    return found


Children = list[tuple[int, list[Product]]]


def read_variations(visit: Visit, variations: Variations) -> Children:
    """The variations of each product, by the product's number."""
    found: Children = []
    for parent, bodies in variations:
        read = visit.readable(bodies, partial(payloads.product, parent=parent))
        found.append((int(parent["id"]), read))
    return found


def write(session: Session, visit: Visit, products: Sequence[Product], children: Children) -> int:
    """Write products with their variations; a variation that is no longer listed is removed. Returns the new products."""
    store, now = visit.shop(session), clock.now()
    new = actions.mirror_products(session, store, products, now=now)
    for parent, variations in children:
        actions.mirror_products(session, store, variations, now=now)
        left = queries.variations_known(session, visit.store_id, parent) - {
            one.remote_id for one in variations
        }
        actions.remove_products(session, store, sorted(left), now=now)
    return new
