"""The shop's pages for staff: the list of orders, one order, and the shops' parts of Today, Health and Settings."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from connector import actions, listing, people, queries, syncing
from connector.listing import Shown, Wanted
from connector.tables import ShopOrder, Store
from core import jobs, languages
from core.database import Reading, Writing
from core.web import Agent, AnyStaff, Owner, ProvenForm, page, see_other

router = APIRouter(include_in_schema=False)

# What people know a shop by, in the order in which it is mirrored; "trash" and "facts" are means to these.
RESOURCES = ("orders", "refunds", "customers", "products")


# -- orders ------------------------------------------------------------------------------------------------------


@router.get("/orders")
def orders(
    request: Request,
    session: Reading,
    who: AnyStaff,
    *,
    store: int = 0,
    state: Shown = "",
    q: str = "",
    at: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    wanted = Wanted(store_id=store, shown=state, words=q, page=at)
    found = listing.orders(session, wanted)
    return page(
        request,
        "connector/orders.html",
        orders=found.orders,
        wanted=wanted,
        stores={shop.id: shop for shop in queries.stores(session)},
        chips=_chips(session, wanted),
        newer=_address(wanted, page=at - 1) if at > 1 else "",
        older=_address(wanted, page=at + 1) if found.more else "",
    )


def _address(wanted: Wanted, **changes: Any) -> str:
    asked = {"store": wanted.store_id, "state": wanted.shown, "q": wanted.words, "page": 1} | changes
    kept = {name: value for name, value in asked.items() if value and (name, value) != ("page", 1)}
    return "/orders" + (f"?{urlencode(kept)}" if kept else "")


def _chips(session: Session, wanted: Wanted) -> list[tuple[str, str, bool] | None]:
    _ = languages.gettext
    names = {
        "": _("All"),
        "paid": _("Paid"),
        "unpaid": _("Unpaid"),
        "refunded": _("Refunded"),
        "deleted": _("Deleted"),
    }
    chips: list[tuple[str, str, bool] | None] = [
        (names[shown], _address(wanted, state=shown), shown == wanted.shown) for shown in listing.SHOWN
    ]
    shops = queries.stores(session)
    if len(shops) > 1:
        chips.append(None)
        chips.append((_("All shops"), _address(wanted, store=0), wanted.store_id == 0))
        chips += [(shop.name, _address(wanted, store=shop.id), shop.id == wanted.store_id) for shop in shops]
    return chips


@router.get("/orders/{order_id}")
def order(request: Request, session: Reading, who: AnyStaff, order_id: int) -> Response:
    """One order, with what other rooms say of it loaded beside."""
    found = queries.order(session, order_id)
    shop = queries.store(session, found.store_id)
    refunds = queries.refunds_of(session, order_id)
    refunded = sum(refund.amount_minor for refund in refunds)
    return page(
        request,
        "connector/order.html",
        order=found,
        store=shop,
        lines=queries.lines_of(session, order_id),
        taxes=queries.taxes_of(session, order_id),
        refunds=refunds,
        refunded=refunded,
        money_state=_money_state(found, refunded),
        person=people.full_name(found.billing["first_name"], found.billing["last_name"]),
        billed=people.address_lines(found.billing, languages.current()),
        shipped=people.address_lines(found.shipping, languages.current()),
        admin=listing.admin_address(shop, found),
        panels_here=[address.format(order_id=order_id) for address in request.app.state.panels["order"]],
    )


def _money_state(order: ShopOrder, refunded: int) -> str:
    return listing.money_state(
        status=order.status,
        paid=order.paid,
        total_minor=order.total_minor,
        refunded_minor=refunded,
        deleted=order.deleted_at is not None,
    )


# -- parts of Today, Health and Settings -------------------------------------------------------------------------


@router.get("/console/connector/today")
def today(request: Request, session: Reading, who: AnyStaff) -> Response:
    """The shops that cannot be read now; empty when all can."""
    troubles = [
        (shop, trouble)
        for shop in queries.stores(session)
        if (trouble := syncing.problem_since(session, int(shop.id or 0))) is not None
    ]
    return page(request, "connector/today.html", troubles=troubles, shown=syncing.shown)


@router.get("/console/connector/health")
def health(request: Request, session: Reading, who: AnyStaff) -> Response:
    shops = [_shop_health(session, shop) for shop in queries.stores(session)]
    return page(
        request,
        "connector/health.html",
        shops=shops,
        shown=syncing.shown,
        moving=any(shop["first_sync"] for shop in shops),
    )


def _shop_health(session: Session, shop: Store) -> dict[str, Any]:
    store_id = int(shop.id or 0)
    states = {state.resource: state for state in queries.sync_states(session, store_id)}
    return {
        "store": shop,
        "counts": queries.counts(session, store_id),
        "states": [(name, states[name]) for name in RESOURCES if name in states],
        "trouble": syncing.problem_since(session, store_id),
        "orders": states.get("orders"),
        "first_sync": any(name not in states or not states[name].complete for name in RESOURCES),
    }


@router.post("/console/connector/stores/{store_id}/sync", dependencies=[ProvenForm])
def sync_now(session: Writing, who: Agent, store_id: int) -> Response:
    """Visit the shop at once instead of at the next turn."""
    shop = queries.store(session, store_id)
    jobs.request(session, "woo.sync", str(shop.id), store_id=store_id)
    return see_other("/health")


@router.get("/console/connector/settings")
def settings(request: Request, session: Reading, who: AnyStaff) -> Response:
    shops = [
        (shop, syncing.state(session, int(shop.id or 0), "webhooks"), _gateways(shop))
        for shop in queries.stores(session)
    ]
    return page(
        request,
        "connector/settings.html",
        shops=shops,
        poll_seconds=request.app.state.settings.poll_seconds,
    )


def _gateways(shop: Store) -> list[tuple[str, str, bool]]:
    """Every way to pay that the shop has or that was chosen before: its id, its name, whether it pays later."""
    names = {**{chosen: chosen for chosen in shop.pays_later}, **shop.gateways}
    return [(gateway, name or gateway, gateway in shop.pays_later) for gateway, name in sorted(names.items())]


@router.post("/console/connector/stores/{store_id}/pays-later", dependencies=[ProvenForm])
def set_pays_later(
    session: Writing, who: Owner, store_id: int, gateway: Annotated[list[str] | None, Form()] = None
) -> Response:
    """Choose the ways to pay whose orders count as paid only with a payment date."""
    shop = queries.store(session, store_id)
    known = {name for name, _, _ in _gateways(shop)}
    actions.set_pays_later(session, shop, [name for name in gateway or () if name in known])
    return see_other("/settings")
