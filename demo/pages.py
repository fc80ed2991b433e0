"""The click pages of the demo shop: plain forms, no scripts."""

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from demo import clicks
from demo.answers import RestError
from demo.looks import Words, page
from demo.recording import Body
from demo.rendering import with_money
from demo.settings import gateways
from demo.storage import Shop

SHOWN_ORDERS = 30
HANDS: dict[str, Callable[[Shop, Body], Body]] = {
    "place": clicks.place,
    "pay": clicks.pay_order,
    "refund": clicks.refund_order,
    "edit": clicks.edit_order,
    "delete": clicks.delete_order,
}


def words_for(shop: Shop, request: Request) -> Words:
    return Words(request.query_params.get("lang") or shop.blueprint.language)


def latest_orders(shop: Shop) -> list[Body]:
    """The newest orders, trashed ones too so that they can be restored."""
    drafts = {"auto-draft", "checkout-draft"}
    orders = [order for order in shop.orders.values() if order["status"] not in drafts]
    orders.sort(key=lambda order: (order["date_created_gmt"], order["id"]), reverse=True)
    return [with_money(order, shop.decimals, shop.decimals) for order in orders[:SHOWN_ORDERS]]


def home(shop: Shop, request: Request) -> Response:
    words = words_for(shop, request)
    query = request.query_params
    notice = fault = ""
    if f"done_{query.get('done')}" in {f"done_{name}" for name in HANDS}:
        notice = words.told(f"done_{query['done']}", id=query.get("id", ""))
    if query.get("reason"):
        fault = words.told("failed", reason=query["reason"])
    with shop.lock:
        return page(
            "shop.html",
            words,
            shop=shop,
            orders=latest_orders(shop),
            products=clicks.sellable(shop),
            gateways=gateways(shop),
            notice=notice,
            fault=fault,
        )


def wish_of(action: str, form: dict[str, str]) -> Body:
    """What a form asks, in the words of `demo.clicks`."""
    if action == "place":
        wish: Body = {name: form[name] for name in ("product_id", "quantity", "email") if form.get(name)}
        return {
            **wish,
            "payment_method": form.get("payment_method", "card"),
            "set_paid": form.get("paid") == "1",
        }
    if action == "edit":
        return {
            "id": form["id"],
            "customer_note": form.get("customer_note", ""),
            "billing": {"company": "Demo & Co."},
        }
    return dict(form)


def click(shop: Shop, action: str, form: dict[str, str], language: str) -> Response:
    """Do what was clicked and go back to the list, telling how it went."""
    told = {"lang": language}
    try:
        order = HANDS[action](shop, wish_of(action, form))
        told |= {"done": action, "id": str(order.get("parent_id") or order["id"])}
    except (RestError, LookupError, ValueError) as error:
        told["reason"] = str(error)
    return RedirectResponse(f"/?{urlencode(told)}", 303)


def routes(shop: Shop) -> list[Route]:
    def show(request: Request) -> Response:
        return home(shop, request)

    async def clicked(request: Request) -> Response:
        origin = request.headers.get("origin")
        if origin and urlsplit(origin).netloc != request.headers.get("host"):
            return Response("Forms are taken from this page alone.", 403)
        form = {name: str(value) for name, value in (await request.form()).items()}
        words = words_for(shop, request)
        return await run_in_threadpool(click, shop, request.path_params["action"], form, words.language)

    return [Route("/", show), Route("/click/{action:str}", clicked, methods=["POST"])]
