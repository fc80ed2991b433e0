"""A shop's page with the widget, as tests use it: the routes of the chat and what the shop itself says of its customer."""

from datetime import timedelta
from functools import partial
from typing import Any

import jwt
from fastapi import APIRouter, FastAPI
from sqlmodel import Session
from starlette.testclient import TestClient

from connector import paired_keys
from connector.tables import ShopCustomer, Store
from core import clock, web
from core.database import Database
from core.files import Files
from core.security import Keys, RateLimits, derived
from core.settings import Settings
from invoices import overview

ROOT = bytes(range(32))
SERVICE = "https://help.service.example"


def app_of(database: Database, settings: Settings, keys: Keys, files: Files, *routers: APIRouter) -> FastAPI:
    """Those routes as the front door mounts them."""
    settings.public_url = SERVICE
    built = FastAPI()
    web.install(built)
    for router in routers:
        built.include_router(router)
    given = {
        "database": database,
        "settings": settings,
        "keys": keys,
        "files": files,
        "limits": RateLimits(),
        "order_links": partial(overview.order_links, keys=keys, settings=settings),
    }
    for name, value in given.items():
        setattr(built.state, name, value)
    return built


class Browser:
    """A browser on a page of the shop; it keeps the token that it is given."""

    def __init__(self, app: FastAPI, shop: Store, *, language: str = "ko") -> None:
        self.client = TestClient(app, base_url=SERVICE, headers={"accept-language": language})
        self.shop = shop
        self.token = ""

    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"} if self.token else {}

    def open(self, identity: str = "", **more: Any) -> Any:
        """Open the chat; returns what was answered."""
        answer = self.client.post(
            f"/api/chat/{self.shop.public_id}/session",
            json={"identity": identity, "language": "ko", **more},
            headers=self.headers(),
        )
        said = answer.json()
        assert answer.status_code == 200, said
        self.token = said["token"] or self.token
        return said

    def ask(self, method: str, path: str, **given: Any) -> Any:
        """Any other address below /api that takes the token."""
        address = path.format(shop=self.shop.public_id)
        return self.client.request(method, address, headers=self.headers(), **given)


def pair(session: Session, keys: Keys, shop: Store, *, kid: str = "k1", root: bytes = ROOT) -> None:
    """Let the shop's plugin and us know a secret."""
    paired_keys.keep(session, keys, int(shop.id or 0), kid, root)


def word_of(
    shop: Store,
    customer: int,
    *,
    root: bytes = ROOT,
    kid: str = "k1",
    minutes: float = 5,
    algorithm: str = "HS256",
    **changes: Any,
) -> str:
    """The shop's word for its customer, as the plugin writes it."""
    claims = {
        "iss": shop.home_address,
        "aud": "aftercart",
        "sub": f"wc:{customer}",
        "exp": int((clock.now() + timedelta(minutes=minutes)).timestamp()),
        "jti": "one",
        **changes,
    }
    kept = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(kept, derived(root, "shopper"), algorithm=algorithm, headers={"kid": kid})


def customer(session: Session, shop: Store, number: int, **changes: Any) -> ShopCustomer:
    """A registered customer in the mirror."""
    facts: dict[str, Any] = {
        "store_id": shop.id,
        "remote_id": number,
        "email": f"customer-{number}@example.com",
        "person": f"고객 {number}",
        "role": "customer",
        "billing": {},
        "shipping": {},
        "created_at": clock.now(),
        "raw": {},
    }
    made = ShopCustomer(**facts | changes)
    session.add(made)
    session.flush()
    return made
