"""A demo shop connected to a clean database, with the verbs that the tests of the mirror speak in."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import select

from aftercart import wiring
from connector import actions, queries
from connector.tables import ShopCustomer, ShopOrder, ShopProduct, ShopRefund, Store, SyncState
from connector.woo import jobs, payloads
from connector.woo.client import WooClient
from connector.woo.shops import client_of, prove
from connector.woo.visits import Visit
from core.database import Database
from core.events import Event
from core.jobs import Jobs
from core.security import Keys
from core.settings import Settings
from demo.figures import figures
from demo.storage import Key, Shop

COUNTED = ("orders", "customers", "guests", "products", "variations", "refunds")


def key_of(shop: Shop, permission: str = "read_write") -> Key:
    """The shop's key with that permission."""
    return next(key for key in shop.keys if key.permission == permission)


def client_for(shop: Shop, permission: str = "read_write", **given: Any) -> WooClient:
    """A client that asks the shop as an http address wants it, but for what is given."""
    key = key_of(shop, permission)
    chosen: dict[str, Any] = {
        "address": shop.url,
        "key": key.key,
        "secret": key.secret,
        "access": "oauth",
        "timeout_seconds": 10,
    }
    return WooClient(**chosen | given)


@dataclass
class Mirrored:
    """A shop that is connected to a database, with what a test may do and look at. Everything goes through the product."""

    database: Database
    keys: Keys
    settings: Settings
    store_id: int = 0

    def connect_to(self, address: str, key: str, secret: str) -> None:
        """Prove the key and connect the shop, as the command line does."""
        proven = prove(address, key, secret, timeout_seconds=self.settings.shop_timeout_seconds)
        with self.database.writing() as session:
            store = actions.connect_store(
                session,
                self.keys,
                key=key,
                secret=secret,
                **{name: getattr(proven, name) for name in ("address", "access", "facts", "shop_time")},
            )
            self.store_id = int(store.id or 0)

    def sync(self) -> None:
        """Visit until everything due is mirrored."""
        jobs.sync_until_done(self.database, keys=self.keys, settings=self.settings, store_id=self.store_id)

    def sync_all(self) -> None:
        """The same, with what is otherwise asked for every few minutes only."""
        with self.database.writing() as session:
            for state in queries.sync_states(session, self.store_id):
                state.last_ok_at = None
                session.add(state)
        self.sync()

    def sweep(self) -> None:
        whole: dict[str, Any] = {"day": "today", "page": 1, "whole": True}
        jobs.sweep_store(
            self.database, keys=self.keys, settings=self.settings, store_id=self.store_id, **whole
        )

    def visit(self, seconds: float = 3600) -> Visit:
        store = self.store()
        return Visit(self.database, client_of(store, self.keys, self.settings), store, seconds)

    # -- what is there -------------------------------------------------------------------------------------------

    def store(self) -> Store:
        with self.database.reading() as session:
            return queries.store(session, self.store_id)

    def counts(self) -> dict[str, Any]:
        with self.database.reading() as session:
            counted = queries.counts(session, self.store_id)
            return {**counted, "totals": queries.totals(session, self.store_id)}

    def order(self, remote_id: int) -> ShopOrder:
        with self.database.reading() as session:
            return queries.order_by_remote_id(session, self.store_id, remote_id)

    def orders(self) -> dict[int, ShopOrder]:
        return self._all(ShopOrder)

    def refunds(self) -> dict[int, ShopRefund]:
        return self._all(ShopRefund)

    def customers(self) -> dict[int, ShopCustomer]:
        return self._all(ShopCustomer)

    def products(self) -> dict[int, ShopProduct]:
        return self._all(ShopProduct)

    def _all(self, model: Any) -> Any:
        with self.database.reading() as session:
            return {row.remote_id: row for row in session.exec(select(model).order_by(model.id))}

    def state(self, resource: str) -> SyncState:
        with self.database.reading() as session:
            found = session.get(SyncState, (self.store_id, resource))
        assert found is not None, f"nothing is known of {resource}"
        return found

    def whole(self) -> dict[str, Any]:
        """Everything the mirror says of the shop, without our own moments: what must be equal whatever the way."""
        with self.database.reading() as session:
            return {
                model.__tablename__: sorted(
                    (_said(session, row) for row in session.exec(select(model))),
                    key=lambda row: row["remote_id"],
                )
                for model in (ShopOrder, ShopRefund, ShopCustomer, ShopProduct)
            }

    def told(self, fact: type[Event]) -> list[dict[str, int]]:
        """The facts of that kind that others were told so far, each as its fields."""
        book: Jobs = self.database.attached["jobs"]
        (job,) = wiring.REACTIONS[fact]
        handed_in = book.client.list_workflows(name=job, limit=1000, load_output=False)
        found = [json.loads(row.input["args"][0]) for row in handed_in]
        return sorted(found, key=lambda fields: sorted(fields.items()))


OURS = {"id", "order_id", "paid_recorded_at"}


class Mirror(Mirrored):
    """A demo shop that is connected; `shop` is the stand-in itself."""

    def __init__(self, shop: Shop, database: Database, keys: Keys, settings: Settings) -> None:
        super().__init__(database, keys, settings)
        self.shop = shop

    def connect(self, permission: str = "read_write") -> None:
        key = key_of(self.shop, permission)
        self.connect_to(self.shop.url, key.key, key.secret)

    def truth(self) -> dict[str, Any]:
        told = figures(self.shop)
        return {name: told[name] for name in (*COUNTED, "totals")}

    def differing(self) -> list[str]:
        """Every body of the shop's own lists that the mirror does not hold as it is."""
        with client_for(self.shop) as client:
            lists = {
                "orders": (client.all("orders"), self.orders()),
                "refunds": (client.all("refunds"), self.refunds()),
                "customers": (client.all("customers", role="all"), self.customers()),
                "products": (client.all("products", status="any"), self.products()),
            }
        return [
            f"{path}/{body['id']}"
            for path, (bodies, rows) in lists.items()
            for body in bodies
            if body.get("role") not in payloads.STAFF_ROLES and not holds(rows, body)
        ]


# Refunds tell their order only in the list of all, a sale moves no change date, and related goods are drawn by lot.
UNTOLD = {"parent_id", "total_sales", "related_ids"}


def holds(rows: Mapping[int, Any], body: dict[str, Any]) -> bool:
    """Whether the mirror has that body as the shop shows it."""
    row = rows.get(body["id"])
    if row is None or row.deleted_at is not None:
        return False
    return all(row.raw[name] == body.get(name) for name in row.raw if name not in UNTOLD)


def _said(session: Any, row: Any) -> dict[str, Any]:
    said = {name: value for name, value in row.model_dump().items() if name not in OURS}
    said["deleted_at"] = row.deleted_at is not None
    if isinstance(row, ShopOrder):
        parts = [*queries.lines_of(session, row.id), *queries.taxes_of(session, row.id)]
        said["parts"] = [part.model_dump(exclude={"order_id"}) for part in parts]
    return said
