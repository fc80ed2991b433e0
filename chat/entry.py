"""Who is let in at the live edge, and how much of it one network address or contact may take."""

from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, Response

from chat.hub import Hub
from chat.pace import Pace
from connector import queries as shops
from connector.errors import StoreNotFound
from core.errors import AftercartError, NotAllowed, TooMany
from core.languages import Text
from core.origins import allowed, origin_of
from core.security import same

MOST_OF_PROCESS = 20_000
MOST_OF_ADDRESS = 200  # Behind one address may be an office, or a carrier's whole town.
MOST_OF_CONTACT = 20


def pace_of_frames() -> Pace:
    """How many frames one connection may send."""
    return Pace(60, 10)


def address_of(connection: HTTPConnection) -> str:
    """The caller's network address, as far as trusted proxies tell it."""
    return connection.client.host if connection.client else "unknown"


def limit_message(hub: Hub, address: str, contact_id: int) -> None:
    """Count one message. Raises TooMany."""
    if not (hub.of_address.allows(address) and hub.of_contact.allows(contact_id)):
        raise TooMany(Text("Too many tries. Please wait a little and try again."))


def check_places(hub: Hub, address: str) -> None:
    """Raise TooMany when this address, or everybody together, has enough connections open."""
    if hub.places[address] >= MOST_OF_ADDRESS or hub.places.total() >= MOST_OF_PROCESS:
        raise TooMany(Text("Too many chats are open from here. Please close one."))


def left(hub: Hub, address: str) -> None:
    """A connection from there is closed."""
    hub.places[address] -= 1
    if hub.places[address] <= 0:
        del hub.places[address]


async def judged(hub: Hub, connection: HTTPConnection, address: str) -> tuple[Response | None, int]:
    """Why a socket is not let in, or None and the shop's number."""
    shop = connection.path_params["shop"]
    try:
        check_places(hub, address)
        store = await hub.read(lambda session: shops.store_by_public_id(session, shop))
        check_origin(connection, store.home_address)
    except (TooMany, StoreNotFound, NotAllowed) as refusal:
        return refused(refusal), 0
    return None, int(store.id or 0)


def check_origin(connection: HTTPConnection, home: str) -> None:
    """Raise NotAllowed unless a page of the shop, or one of this service, is asking. Browsers always say so themselves."""
    origin = connection.headers.get("origin", "")
    if not allowed(origin, home) and not is_own(connection, origin):
        raise NotAllowed(Text("Only the shop's own pages may ask here."))


def is_own(connection: HTTPConnection, origin: str) -> bool:
    """Whether the page is one of this service itself."""
    host = urlsplit(origin_of(origin)).netloc
    return bool(host) and same(host, connection.headers.get("host", "").lower())


def refused(refusal: AftercartError) -> Response:
    """The refusal as an answer."""
    return JSONResponse(
        {"error": {"code": refusal.code, "message": str(refusal.sentence), "details": refusal.details}},
        status_code=refusal.status,
    )
