"""Registered customers of a shop on their way into the mirror. Their lists know no change dates (FACTS §2)."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from connector import actions, queries, syncing
from connector.schemas import Customer
from connector.woo import passes, payloads
from connector.woo.client import PER_PAGE
from connector.woo.orders import note_page
from connector.woo.passes import Place
from connector.woo.visits import Body, Visit
from core import clock

# Without it the list leaves out whoever has another role; staff is then left out here (FACTS §5).
EVERYBODY: dict[str, Any] = {"role": "all"}


def bring_customers(visit: Visit) -> bool:
    """All customers by id the first time, then whoever is new; changed profiles come by webhook and nightly sweep."""
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, "customers")
        newest = queries.newest_customer(session, visit.store_id)
    if state.complete:
        _bring_new(visit, newest)
        return True
    done = False
    for step in passes.by_id(
        visit.client, "customers", Place(None, state.page), over=visit.is_over, **EVERYBODY
    ):
        people = read(visit, step.rows)
        with visit.database.writing() as session:
            write(session, visit, people)
            note_page(session, visit, state, step)
        done = step.last
    return done


def _bring_new(visit: Visit, newest: int) -> None:
    page, bodies = 1, []
    while True:
        found = visit.client.get(
            "customers", per_page=PER_PAGE, page=page, orderby="id", order="desc", **EVERYBODY
        ).rows
        news = [body for body in found if int(body.get("id") or 0) > newest]
        bodies += news
        if len(news) < PER_PAGE:
            break
        page += 1
    people = read(visit, bodies)
    with visit.database.writing() as session:
        write(session, visit, people)
        syncing.advance(session, visit.store_id, "customers", now=clock.now(), complete=True)


def read(visit: Visit, bodies: Sequence[Body]) -> list[Customer]:
    """The customers among those bodies, each once."""
    return list({one.remote_id: one for one in visit.readable(bodies, payloads.customer)}.values())


def write(session: Session, visit: Visit, people: Sequence[Customer]) -> None:
    """Write customers; staff is left out, and whoever became staff is removed."""
    store = visit.shop(session)
    customers = [one for one in people if one.role not in payloads.STAFF_ROLES]
    actions.mirror_customers(session, store, customers)
    staff = [one.remote_id for one in people if one.role in payloads.STAFF_ROLES]
    actions.remove_customers(session, store, staff, now=clock.now())
