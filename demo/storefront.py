"""The shop as its customers see it: a shelf, somebody signed in or nobody, and the chat by its two lines.

Which service carries the chat, under which name it knows the shop, and the secret that both share are told to
`/demo/chat`, as pairing tells a real shop. Who is signed in stands in a cookie: this shop guards invented people.
"""

import secrets
import time
from collections import Counter
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from core.security import derived
from demo import clicks
from demo.looks import Words, page
from demo.recording import Body
from demo.storage import Shop

SHELF = 8
PEOPLE = 3
COOKIE = "demo_customer"
TOKEN_SECONDS = 300


@dataclass(frozen=True)
class Chat:
    """The chat that the shop's pages carry. `root` is the shared secret, `kid` its name."""

    service: str
    public_id: str
    kid: str
    root: bytes


def chat_from(given: Body) -> Chat:
    """What `/demo/chat` was told. Raises KeyError or ValueError for less."""
    address = urlsplit(str(given["service"]))
    if address.scheme not in {"http", "https"} or not address.hostname:
        raise ValueError("service: an address with http or https")
    service = f"{address.scheme}://{address.netloc}"
    return Chat(service, quote(str(given["shop"]), safe=""), str(given["kid"]), bytes.fromhex(given["root"]))


def policy(chat: Chat | None) -> str:
    """As strict as a page with the chat can be: its scripts, its answers, its pictures, and nothing more."""
    service = chat.service if chat else ""
    scripts = service or "'none'"
    socket = service.replace("http", "ws", 1)
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src {scripts}; "
        f"connect-src 'self' {service} {socket}; img-src 'self' data: blob: {service}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def regulars(shop: Shop) -> list[Body]:
    """The customers with most orders."""
    counted = Counter(order["customer_id"] for order in shop.orders.values() if order["customer_id"])
    known = (shop.customers[number] for number, _ in counted.most_common() if number in shop.customers)
    return [person for person in known if person["billing"]["email"]][:PEOPLE]


def signed_in(shop: Shop, request: Request) -> Body | None:
    """The customer whom the cookie names."""
    given = request.cookies.get(COOKIE, "")
    return shop.customers.get(int(given)) if given.isascii() and given.isdigit() and len(given) < 10 else None


def token_for(shop: Shop, chat: Chat, customer_id: int) -> str:
    """The shop's word for five minutes that this customer is signed in, as the plugin writes it."""
    claims = {
        "iss": shop.url,
        "aud": "aftercart",
        "sub": f"wc:{customer_id}",
        "exp": int(time.time()) + TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(12),
    }
    return jwt.encode(claims, derived(chat.root, "shopper"), algorithm="HS256", headers={"kid": chat.kid})


def shelf(shop: Shop, request: Request) -> Response:
    """The page with the goods."""
    words = Words(request.query_params.get("lang") or shop.blueprint.language)
    with shop.lock:
        return page(
            "storefront.html",
            words,
            policy=policy(shop.chat),
            shop=shop,
            chat=shop.chat,
            products=clicks.sellable(shop)[1 : SHELF + 1],
            people=regulars(shop),
            customer=signed_in(shop, request),
        )


def word(shop: Shop, request: Request) -> Response:
    """`{token}` about whoever is signed in, for the shop's own page; empty for nobody."""
    customer = signed_in(shop, request)
    said = {"token": token_for(shop, shop.chat, customer["id"])} if customer and shop.chat else {}
    return JSONResponse(said, headers={"Cache-Control": "no-store"})


def entered(shop: Shop, customer: str, language: str) -> Response:
    """Sign in as that customer, or out."""
    answer = RedirectResponse(f"/shop?lang={Words(language).language}", 303)
    if customer.isascii() and customer.isdigit() and len(customer) < 10 and int(customer) in shop.customers:
        answer.set_cookie(COOKIE, customer, httponly=True, samesite="lax")
    else:
        answer.delete_cookie(COOKIE)
    return answer


def carry(shop: Shop, given: Body) -> Body:
    """Let the shop's pages carry that chat."""
    shop.chat = chat_from(given)
    return {"shop": f"{shop.url}/shop"}


def routes(shop: Shop) -> list[Route]:
    def show(request: Request) -> Response:
        return shelf(shop, request)

    def say(request: Request) -> Response:
        return word(shop, request)

    async def enter(request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin and urlsplit(origin).netloc != request.headers.get("host"):
            return Response("Forms are taken from this page alone.", 403)
        form = await request.form()
        return entered(shop, str(form.get("customer", "")), request.query_params.get("lang", ""))

    return [
        Route("/shop", show),
        Route("/shop/identity", say),
        Route("/shop/sign-in", enter, methods=["POST"]),
    ]
