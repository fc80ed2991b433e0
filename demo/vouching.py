"""What the shop's plugin does for the chat: a shared secret, and a word of five minutes for whoever is signed in.

Signing in is one click here: it is a demo, and its customers are invented.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from core.security import derived
from demo.figures import STAFF
from demo.storage import Shop

KID = "k1"
LIFETIME = timedelta(minutes=5)
COOKIE = "demo_customer"
TOKEN_PATH = "/aftercart/token"
SIGN_IN_PATH = "/aftercart/sign-in"


def root_of(shop: Shop) -> bytes:
    """The secret that the shop shares with the service; it survives a restart, as the shop's keys do."""
    return hashlib.sha256(f"aftercart demo {shop.blueprint.name} root".encode()).digest()


def paired(shop: Shop) -> dict[str, str]:
    """What the plugin hands over when it is connected."""
    return {"kid": KID, "root": root_of(shop).hex()}


def word_for(shop: Shop, customer_id: int) -> str:
    """The shop's word that somebody is signed in as that customer."""
    claims = {
        "iss": shop.url,
        "aud": "aftercart",
        "sub": f"wc:{customer_id}",
        "exp": int((shop.now() + LIFETIME).timestamp()),
        "jti": secrets.token_urlsafe(12),
    }
    return jwt.encode(claims, derived(root_of(shop), "shopper"), algorithm="HS256", headers={"kid": KID})


def customers(shop: Shop) -> list[dict[str, Any]]:
    """Who can sign in: the shop's customers, without its staff."""
    with shop.lock:
        return [row for row in shop.customers.values() if row["role"] not in STAFF]


def signed_in(shop: Shop, request: Request) -> int:
    """The customer who is signed in on that page; 0 for nobody."""
    told = request.cookies.get(COOKIE, "")
    known = {str(row["id"]): int(row["id"]) for row in customers(shop)}
    return known.get(told, 0)


def routes(shop: Shop) -> list[Route]:
    """`GET` the word as `{"token": …}` ("" for nobody); `POST` a customer's `customer_id` to sign in, none to sign out."""

    def token(request: Request) -> Response:
        number = signed_in(shop, request)
        said = {"token": word_for(shop, number) if number else ""}
        return JSONResponse(said, headers={"Cache-Control": "private, no-store"})

    async def sign_in(request: Request) -> Response:
        wished = str((await request.form()).get("customer_id") or "")
        answer = RedirectResponse("/", 303)
        if wished:
            answer.set_cookie(COOKIE, wished, httponly=True, samesite="lax")
        else:
            answer.delete_cookie(COOKIE)
        return answer

    return [Route(TOKEN_PATH, token), Route(SIGN_IN_PATH, sign_in, methods=["POST"])]
