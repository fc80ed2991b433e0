"""Opening and closing the way to an order's documents: new links by letter, and links closed by hand."""

import secrets

from sqlmodel import Session

from connector import queries as connector_queries
from connector.errors import OrderNotFound, StoreNotFound
from connector.spoken import language_for
from connector.tables import ShopOrder, Store
from core import clock, jobs
from core.database import upsert
from core.security import Keys, masked, same
from core.settings import Settings
from invoices import links, queries
from invoices.due import id_of
from invoices.letters import Writing, link_letter
from invoices.schemas import RenewalWish
from invoices.selling import seller_of
from invoices.tables import DocumentAccess
from outbox import actions as outbox


def close_links(session: Session, order_id: int) -> None:
    """From now on no link signed before opens the order's documents. Raises OrderNotFound."""
    connector_queries.order(session, order_id)
    row = {"order_id": order_id, "revoked_at": clock.now()}
    upsert(session, DocumentAccess, [row], key=["order_id"])


def ask_for_new_link(session: Session, wish: RenewalWish) -> None:
    """Hand in the mailing of a new link.

    Whether the wish is a right one is found out by the job: the asker's answer, and the time it takes, tell nothing.
    """
    nonce = secrets.token_urlsafe(12)
    given = wish.model_dump(by_alias=True)
    jobs.enqueue(session, "invoices.renew_link", nonce, wish=given, nonce=nonce)


def mail_new_link(
    session: Session, wish: RenewalWish, *, nonce: str, settings: Settings, keys: Keys
) -> int | None:
    """Mail a new link to the address on the order; returns the letter's number, None when nothing was due.

    An unproven wish is served only when it names the masked address of that order: whoever wishes learns nothing,
    and the letter goes to the order's own address in any case.
    """
    found = _order_of(session, wish)
    if found is None:
        return None
    store, order = found
    if not wish.proven and not _names_address(wish, order):
        return None
    profile = queries.seller_profile(session, order.store_id)
    writing = Writing(
        store=store,
        order=order,
        seller=seller_of(session, store),
        footer=profile.footer if profile else "",
        language=language_for(order, store, profile.language if profile else ""),
        link=links.address_for(keys, settings, store, order, kind=wish.kind, cause=wish.cause),
        link_days=settings.link_days,
    )
    return outbox.hand_in(session, link_letter(writing, wish.kind, cause=f"link:{order.id}:{nonce}"))


def _names_address(wish: RenewalWish, order: ShopOrder) -> bool:
    return bool(wish.address) and same(masked(order.email), wish.address)


def _order_of(session: Session, wish: RenewalWish) -> tuple[Store, ShopOrder] | None:
    try:
        store = connector_queries.store_by_public_id(session, wish.store)
        order = connector_queries.order_by_remote_id(session, id_of(store), wish.order)
    except (StoreNotFound, OrderNotFound):
        return None
    return (store, order) if order.email.strip() and order.deleted_at is None else None
