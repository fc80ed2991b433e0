"""Connecting a shop and keeping its facts, customers and products."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from connector import mirroring, rows
from connector.errors import StoreExists
from connector.events import SiteAddressChanged, StoreConnected
from connector.people import full_name
from connector.schemas import Address, Customer, Product, StoreFacts
from connector.tables import ShopCustomer, ShopProduct, Store
from core import clock, events
from core.database import upsert
from core.languages import Text
from core.security import Keys

# Ways to pay whose orders reach "processing" before any money has come.
PAYS_LATER = ("bacs", "cheque", "cod")


def connect_store(
    session: Session,
    keys: Keys,
    *,
    address: str,
    key: str,
    secret: str,
    access: str,
    facts: StoreFacts,
    shop_time: datetime,
) -> Store:
    """Add a shop whose key was proven. Only what is paid from `shop_time` (its own clock) on counts as news.

    Raises StoreExists when the address is connected already.
    """
    if session.exec(select(Store).where(Store.address == address)).first() is not None:
        raise StoreExists(Text("%(address)s is connected already.", address=address))
    store = Store(
        public_id=secrets.token_urlsafe(12),
        name=facts.name,
        address=address,
        home_address=facts.home_address,
        key_hidden=keys.hide(key),
        secret_hidden=keys.hide(secret),
        access=access,
        webhook_secret_hidden=keys.hide(secrets.token_urlsafe(32)),
        currency=facts.currency,
        decimals=facts.decimals,
        zone=facts.zone,
        seller=rows.address(facts.seller),
        statuses=facts.statuses,
        gateways=facts.gateways,
        settings=facts.settings,
        pays_later=list(PAYS_LATER),
        connected_at=shop_time,
        facts_at=clock.now(),
    )
    session.add(store)
    session.flush()
    keep_facts(session, store, facts)
    events.record(session, StoreConnected(store_id=int(store.id or 0)))
    return store


def change_key(session: Session, keys: Keys, store: Store, *, key: str, secret: str, access: str) -> None:
    """Take a new proven key for a connected shop."""
    store.key_hidden, store.secret_hidden, store.access = keys.hide(key), keys.hide(secret), access
    session.add(store)


def keep_facts(session: Session, store: Store, facts: StoreFacts) -> None:
    """Take over what the shop says of itself; a changed home address is told, since it may be a staging copy."""
    if facts.home_address and facts.home_address != store.home_address:
        noticed = clock.now().isoformat()
        change = SiteAddressChanged(int(store.id or 0), address=facts.home_address, noticed_at=noticed)
        events.record(session, change)
        store.home_address = facts.home_address
    store.name = facts.name
    store.software = facts.software
    store.currency, store.decimals = facts.currency, facts.decimals
    store.zone, store.locale = facts.zone, facts.locale
    store.prices_include_tax, store.taxes_enabled = facts.prices_include_tax, facts.taxes_enabled
    store.seller = rows.address(facts.seller)
    store.statuses, store.gateways, store.settings = facts.statuses, facts.gateways, facts.settings
    store.facts_at = clock.now()
    session.add(store)


def set_pays_later(session: Session, store: Store, gateways: Sequence[str]) -> None:
    """Choose the ways to pay whose orders are paid only when the shop notes a payment date.

    The orders mirrored so far follow at once; those that turn paid by it are told if they were placed after connecting.
    """
    chosen = sorted(set(gateways))
    if chosen == store.pays_later:
        return
    store.pays_later = chosen
    session.add(store)
    session.flush()
    mirroring.judge_payment_again(session, store, now=clock.now())


def mirror_customers(session: Session, store: Store, customers: Sequence[Customer]) -> int:
    """Take over registered customers; repeatable. Returns how many were new. Older states are left aside."""
    known = _changed_at(session, ShopCustomer, store, [customer.remote_id for customer in customers])
    table = [
        _customer_row(store, customer)
        for customer in customers
        if not _is_older(customer.modified_at, known.get(customer.remote_id))
    ]
    upsert(session, ShopCustomer, table, key=["store_id", "remote_id"])
    return sum(customer.remote_id not in known for customer in customers)


def mirror_products(session: Session, store: Store, products: Sequence[Product], *, now: datetime) -> int:
    """Take over products and variations; repeatable. Returns how many were new. A trashed one counts as gone."""
    known = _changed_at(session, ShopProduct, store, [product.remote_id for product in products])
    table = [
        _product_row(store, product, now)
        for product in products
        if not _is_older(product.modified_at, known.get(product.remote_id))
    ]
    upsert(session, ShopProduct, table, key=["store_id", "remote_id"])
    return sum(product.remote_id not in known for product in products)


def _changed_at(
    session: Session,
    model: type[ShopCustomer | ShopProduct],
    store: Store,
    remote_ids: Sequence[int],
) -> dict[int, datetime | None]:
    found = session.execute(
        select(model.remote_id, model.modified_at).where(
            col(model.store_id) == store.id, col(model.remote_id).in_(remote_ids)
        )
    )
    return dict(found.all())


def _is_older(told: datetime | None, known: datetime | None) -> bool:
    """Whether the mirror is ahead of that answer: a later one was written while it was on its way."""
    return told is not None and known is not None and told < known


def remove_customers(session: Session, store: Store, remote_ids: Sequence[int], *, now: datetime) -> None:
    """Mark customers that the shop no longer has."""
    _remove(session, ShopCustomer, store, remote_ids, now)


def remove_products(session: Session, store: Store, remote_ids: Sequence[int], *, now: datetime) -> None:
    """Mark products that the shop no longer has."""
    _remove(session, ShopProduct, store, remote_ids, now)


def _remove(
    session: Session,
    model: type[ShopCustomer | ShopProduct],
    store: Store,
    remote_ids: Sequence[int],
    now: datetime,
) -> None:
    session.execute(
        update(model)
        .where(
            col(model.store_id) == store.id,
            col(model.remote_id).in_(remote_ids),
            col(model.deleted_at).is_(None),
        )
        .values(deleted_at=now)
    )


def _customer_row(store: Store, customer: Customer) -> dict[str, Any]:
    return {
        "store_id": store.id,
        "remote_id": customer.remote_id,
        "email": customer.email.lower(),
        "person": _person(customer),
        "role": customer.role,
        "billing": rows.address(customer.billing),
        "shipping": rows.address(customer.shipping),
        "created_at": customer.created_at,
        "modified_at": customer.modified_at,
        "deleted_at": None,
        "raw": customer.raw,
    }


def _person(customer: Customer) -> str:
    names: Address | Customer = customer if customer.first_name or customer.last_name else customer.billing
    return full_name(names.first_name, names.last_name)


def _product_row(store: Store, product: Product, now: datetime) -> dict[str, Any]:
    return {
        "store_id": store.id,
        "remote_id": product.remote_id,
        "parent_remote_id": product.parent_remote_id,
        "name": product.name,
        "kind": product.kind,
        "status": product.status,
        "sku": product.sku,
        "price": product.price,
        "stock_status": product.stock_status,
        "stock_quantity": product.stock_quantity,
        "link": product.link,
        "image": product.image,
        "attributes": {name: list(options) for name, options in product.attributes.items()},
        "categories": [{"id": number, "name": name} for number, name in product.categories],
        "modified_at": product.modified_at,
        "deleted_at": now if product.status == "trash" else None,
        "raw": product.raw,
    }
