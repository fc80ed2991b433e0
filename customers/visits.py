"""A call from a shop's widget: which shop, which browser, who is behind it, and how often."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from sqlmodel import Session
from starlette.responses import Response

from connector import queries as shops
from connector.errors import StoreNotFound
from connector.tables import Store
from core import origins
from core.database import Reading
from core.security import RateLimits
from core.web import client_address
from customers import queries as people
from customers.schemas import Shopper


@dataclass(frozen=True)
class Call:
    """One request from a shop's widget; nobody is known yet."""

    request: Request
    session: Session
    store: Store

    @property
    def token(self) -> str:
        """The token that came with the request; "" for none."""
        return bearer(self.request)

    def limit(self, often: str, what: str, *who: str) -> None:
        """Count one try of this network address (or of `who`). Raises TooMany."""
        limits: RateLimits = self.request.app.state.limits
        limits.take(often, f"widget-{what}", *(who or (client_address(self.request),)))

    def shopper(self) -> Shopper:
        """Who asks. Raises NoSuchDevice."""
        return people.shopper_of(self.session, int(self.store.id or 0), self.token)


def call_of(request: Request, session: Reading, shop: str) -> Call:
    """The call; its answer and its errors can be read by the shop's own pages. Raises StoreNotFound."""
    store = shops.store_by_public_id(session, shop)
    headers = origins.allowed(request.headers.get("origin", ""), store.home_address)
    request.state.error_headers = headers | {"Vary": "Origin"}
    return Call(request, session, store)


def preflight(request: Request, session: Session, shop: str, *, methods: str) -> Response:
    """Let the shop's own pages ask with their token. Raises NotAllowed for every other site."""
    try:
        home = shops.store_by_public_id(session, shop).home_address
    except StoreNotFound:
        home = ""
    headers = origins.preflight(
        request.headers.get("origin", ""),
        home,
        methods=methods,
        headers="Authorization, Content-Type, Accept-Language",
    )
    return Response(status_code=204, headers=headers)


def bearer(request: Request) -> str:
    """The token of the Authorization header; "" for none."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def _known(call: Annotated[Call, Depends(call_of, scope="function")]) -> Shopper:
    return call.shopper()


AnyCall = Annotated[Call, Depends(call_of, scope="function")]
Known = Annotated[Shopper, Depends(_known, scope="function")]
