"""Looking up one's own orders: a code to the address on an order, and the orders that this person may see."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Request
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session
from starlette.responses import Response

from core.database import Reading, database_of
from core.languages import Text
from customers import codes, queries, visits
from customers.errors import WrongCode
from customers.order_answers import Links, OrdersAnswer, order_answer
from customers.schemas import Shopper
from customers.visits import AnyCall, Call, Known

# Of a code: what is tried at one order or address from everywhere, and from one network address at all of them.
ASKS = "5/hour"
# Each letter goes to somebody who may not have asked; and every code is five guesses among a million.
ASKS_OF_ORDER_A_DAY = "15/day"
TRIES = "60/hour"
LOOKS = "240/minute"

LARGEST_BODY_BYTES = 8 * 1024

REFUSED: dict[int | str, dict[str, Any]] = {
    400: {"description": "Something is missing or too long, or the code is wrong, used or old."},
    401: {"description": "The token is not known here, or no longer."},
    429: {"description": "Too many tries."},
}
router = APIRouter(prefix="/api/customers/{shop}", tags=["Customers"], responses=REFUSED)


class AskForm(BaseModel):
    """The order's number and the e-mail address on it, as somebody typed them."""

    model_config = ConfigDict(str_strip_whitespace=True)

    order_number: str = Field(min_length=1, max_length=64, pattern=r"^[^\x00]+$")
    email: str = Field(min_length=3, max_length=254, pattern=r"^[^@\s\x00]+@[^@\s\x00]+$")


class AskedAnswer(BaseModel):
    """What the code that was asked for is called; it says nothing about whether there is such an order."""

    code_id: str


class CodeForm(BaseModel):
    code: str = Field(min_length=1, max_length=32)


@router.post("/codes", status_code=202, response_model=AskedAnswer, max_body_size=LARGEST_BODY_BYTES)
def ask(call: AnyCall, shopper: Known, form: Annotated[AskForm, Body()]) -> Response:
    """Have a code mailed to the address on the order. The answer is the same whether there is such an order or not."""
    number, email = codes.plain_number(form.order_number), form.email.strip().lower()
    call.limit(ASKS, "code-asker")
    call.limit(ASKS, "code-address", str(shopper.store_id), email)
    call.limit(ASKS, "code-order", str(shopper.store_id), number)
    call.limit(ASKS_OF_ORDER_A_DAY, "code-order", str(shopper.store_id), number)
    with database_of(call.request).writing() as session:
        code_id = codes.ask(session, shopper, order_number=number, email=email)
    return _answered(call, AskedAnswer(code_id=code_id), status=202)


@router.post("/codes/{code_id}", response_model=OrdersAnswer, max_body_size=LARGEST_BODY_BYTES)
def prove(
    call: AnyCall,
    shopper: Known,
    code_id: Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9_-]+$")],
    form: Annotated[CodeForm, Body()],
) -> Response:
    """Enter the code; the right one opens the order in this browser for a day. Raises WrongCode."""
    call.limit(TRIES, "code-try")
    try:
        right = _proven(call, shopper, code_id, form.code)
    except IntegrityError:  # Another browser proved the same address at the same moment, and is found now.
        right = _proven(call, shopper, code_id, form.code)
    if not right:
        raise WrongCode(Text("This code is not right, or no longer. Please check it, or ask for a new one."))
    with database_of(call.request).reading() as session:
        return _orders(call, session, queries.shopper_of(session, shopper.store_id, call.token))


@router.get("/orders", response_model=OrdersAnswer)
def orders(call: AnyCall, shopper: Known) -> Response:
    """The orders of the account that the shop vouches for, and those that this browser has proven."""
    call.limit(LOOKS, "orders")
    return _orders(call, call.session, shopper)


@router.options("/{rest:path}", include_in_schema=False)
def preflight(request: Request, session: Reading, shop: str, rest: str) -> Response:
    """Let the shop's own pages ask with their token. Raises NotAllowed for every other site."""
    return visits.preflight(request, session, shop, methods="GET, POST")


def _proven(call: Call, shopper: Shopper, code_id: str, code: str) -> bool:
    with database_of(call.request).writing() as session:
        return codes.prove(session, call.request.app.state.keys, shopper, public_id=code_id, code=code)


def _orders(call: Call, session: Session, shopper: Shopper) -> Response:
    found = queries.orders_seen_by(session, shopper)
    links: Links = call.request.app.state.order_links
    told = [order_answer(session, call.store, order, links) for order in found]
    return _answered(call, OrdersAnswer(orders=told))


def _answered(call: Call, said: BaseModel, *, status: int = 200) -> Response:
    """The answer, which the shop's own pages can read and no cache keeps."""
    headers = {"Cache-Control": "private, no-store", **call.request.state.error_headers}
    return Response(
        said.model_dump_json(), status_code=status, media_type="application/json", headers=headers
    )
