"""Orders and refunds of a shop on their way into the mirror."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from connector import mirroring, queries, syncing
from connector.errors import GoneInStore
from connector.schemas import Order, Refund
from connector.tables import SyncState
from connector.woo import passes, payloads
from connector.woo.passes import Place, Step
from connector.woo.visits import Body, Visit
from core import clock


@dataclass
class Refunds:
    """What the shop says of refunds when asked: those it has, and the numbers of mirrored ones that are gone."""

    made: list[Refund] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


def bring_orders(visit: Visit) -> bool:
    """Mirror orders by their change dates; returns whether the end was reached."""
    return _bring(visit, "orders", status="")


def bring_trash(visit: Visit) -> bool:
    """Trashed orders leave the ordinary list without a trace; they have a list of their own (FACTS §3)."""
    return _bring(visit, "trash", status="trash")


def _bring(visit: Visit, resource: str, *, status: str) -> bool:
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, resource)
        backfilled = syncing.state(session, visit.store_id, "refunds").complete
    # During the first pass the refunds follow as a list of their own, far fewer questions than one per order.
    with_refunds = state.complete or backfilled
    done = False
    for step in passes.by_change(visit.client, "orders", start_of(state), over=visit.is_over, status=status):
        orders = visit.readable(step.rows, payloads.order)
        refunds = refunds_of(visit, orders) if with_refunds else Refunds()
        with visit.database.writing() as session:
            new = write(session, visit, orders, refunds)
            note_step(session, visit, state, step, new=new)
        done = step.last
    return done


def start_of(state: SyncState) -> Place:
    """Where the next pass by change begins: where the last one stopped, or some time before where it ended."""
    if state.page == passes.AT_REST and state.cursor_at is not None:
        return Place(state.cursor_at - passes.OVERLAP)
    return Place(state.cursor_at, max(state.page, passes.GO_ON))


def note_step(session: Session, visit: Visit, state: SyncState, step: Step, *, new: int) -> None:
    """Keep how far that pass came, in the transaction that wrote the step's rows."""
    reached = [moment for moment in (state.cursor_at, step.after.cursor_at) if moment is not None]
    first = not state.complete
    syncing.advance(
        session,
        visit.store_id,
        state.resource,
        now=clock.now(),
        # A pass that looked back some time must not leave the cursor there.
        cursor_at=max(reached, default=None) if step.last else step.after.cursor_at,
        page=step.after.page,
        seen=new if first else 0,
        expected=step.total if first and state.expected == 0 and state.cursor_at is None else None,
        complete=True if step.last else None,
    )


def write(session: Session, visit: Visit, orders: Sequence[Order], refunds: Refunds) -> int:
    """Write orders and then their refunds, within the caller's transaction; returns how many orders were new."""
    store, now = visit.shop(session), clock.now()
    mirrored = mirroring.mirror_orders(session, store, orders, now=now)
    mirroring.mirror_refunds(session, store, refunds.made, now=now)
    mirroring.remove_refunds(session, store, refunds.gone, now=now)
    return mirrored.new


def refunds_of(visit: Visit, orders: Sequence[Order]) -> Refunds:
    """Ask the shop for the refunds of those orders that tell of others than the mirror has.

    The mirror is looked into before the shop is asked: a mirrored refund that its later answer lacks is gone.
    """
    with visit.database.reading() as session:
        differing = mirroring.refunds_to_ask_for(session, visit.store_id, orders)
    currencies = {order.remote_id: order.currency for order in orders}
    found = Refunds()
    for number, untold in differing.items():
        try:
            bodies = visit.client.all(f"orders/{number}/refunds")
        except GoneInStore:
            continue  # The order was deleted between two questions; the sweep notes that.
        found.made += read_refunds(visit, bodies, currencies, of_order=number)
        found.gone += sorted(untold - {int(body["id"]) for body in bodies if "id" in body})
    return found


def read_refunds(
    visit: Visit, bodies: Sequence[Body], currencies: Mapping[int, str], *, of_order: int = 0
) -> list[Refund]:
    """The refunds of that order, or each of the order that it names, where the order's currency is known."""

    def read(body: Body) -> Refund:
        order = of_order or int(body["parent_id"])
        return payloads.refund(body, order_remote_id=order, currency=currencies[order])

    known = [body for body in bodies if of_order or body.get("parent_id") in currencies]
    return visit.readable(known, read)


def bring_refunds(visit: Visit) -> bool:
    """The first pass over all refunds; later ones come with their orders, whose change date a refund moves."""
    with visit.database.reading() as session:
        state = syncing.state(session, visit.store_id, "refunds")
    if state.complete:
        return True
    done = False
    for step in passes.by_id(visit.client, "refunds", Place(None, state.page), over=visit.is_over):
        with visit.database.reading() as session:
            parents = [int(body.get("parent_id") or 0) for body in step.rows]
            currencies = queries.currencies_of(session, visit.store_id, parents)
        refunds = read_refunds(visit, step.rows, currencies)
        with visit.database.writing() as session:
            mirroring.mirror_refunds(session, visit.shop(session), refunds, now=clock.now())
            note_page(session, visit, state, step)
        done = step.last
    return done


def note_page(session: Session, visit: Visit, state: SyncState, step: Step) -> None:
    """Keep how far a first pass by pages came."""
    syncing.advance(
        session,
        visit.store_id,
        state.resource,
        now=clock.now(),
        page=step.after.page,
        seen=len(step.rows),
        expected=step.total,
        complete=True if step.last else None,
    )
