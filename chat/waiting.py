"""For browsers that get no socket: a stream of the same frames, an address that waits for the next event, and "is typing"."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chat import entry, queries, visitors
from chat.addressed import MESSAGES, READS, answered, limit, telling
from chat.errors import MessageRefused
from chat.frames import since_of
from chat.hub import Hub
from chat.listeners import Listener
from chat.live import follow_all, ready_of
from chat.outlet import Outlet
from core.database import database_of
from core.errors import TooMany
from core.languages import Text
from customers.schemas import Shopper
from customers.visits import AnyCall, Call, Known, call_of

router = APIRouter(prefix="/api/chat/{shop}", tags=["Chat"])

TYPINGS = ("600/minute", "60/minute")
LONGEST_WAIT_SECONDS = 25
BEAT_SECONDS = 20.0  # A line that says nothing keeps proxies from cutting a quiet stream.


@router.post("/conversations/{public_id}/typing", status_code=204)
def typing(call: AnyCall, shopper: Known, public_id: str) -> Response:
    """Let the others see that the shopper types."""
    limit(call, shopper, "typing", TYPINGS)
    found = queries.conversation_seen_by(call.session, shopper, public_id)
    visitors.refuse_blocked(call.session, shopper)
    hub: Hub = call.request.app.state.hub
    hub.signals.typing_of("shopper", found.public_id)
    return Response(status_code=204, headers=call.request.state.error_headers)


@router.get("/conversations/{public_id}/events")
async def events(
    request: Request,
    shop: str,
    public_id: str,
    since: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT_SECONDS)] = 0,
) -> Response:
    """What happened after `since`; when nothing did, the answer waits for it as long as `wait` says."""
    hub: Hub = request.app.state.hub

    def asked(session: Session) -> tuple[int, int]:
        call, shopper = _known(session, request, shop, "poll", READS)
        found = queries.conversation_seen_by(call.session, shopper, public_id)
        return int(found.id or 0), shopper.contact_id

    number, contact_id = await _in_thread(request, asked)
    with _place(hub, request), _expected(hub, number, public_id, contact_id) as news:
        said = await _in_thread(request, lambda session: _since(session, request, shop, number, since))
        deadline = asyncio.get_running_loop().time() + wait
        while not said["events"]:
            news.clear()
            if not await _comes(hub, news, deadline):
                break
            said = await _in_thread(request, lambda session: _since(session, request, shop, number, since))
    return answered(request, said)


@router.get("/stream")
async def stream(
    request: Request, shop: str, since: Annotated[str, Query(max_length=20_000)] = ""
) -> Response:
    """Server-sent events: the frames that a socket carries."""
    numbers = _numbers(since)
    _call, shopper = await _in_thread(
        request, lambda session: _known(session, request, shop, "stream", MESSAGES)
    )
    hub: Hub = request.app.state.hub
    entry.check_places(hub, entry.address_of(request))
    if len(hub.contacts.get(shopper.contact_id, ())) >= entry.MOST_OF_CONTACT:
        raise TooMany(Text("Too many chats are open from here. Please close one."))
    return _Stream(request, shopper, numbers)


class _Stream(Response):
    """A stream to one browser, until one side ends it."""

    def __init__(self, request: Request, shopper: Shopper, since: dict[str, int]) -> None:
        headers = {
            **request.state.error_headers,
            "Cache-Control": "private, no-store",
            "X-Accel-Buffering": "no",
        }
        super().__init__(None, media_type="text/event-stream", headers=headers)
        del self.headers["content-length"]
        self._request = request
        self._shopper = shopper
        self._since = since

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hub: Hub = self._request.app.state.hub
        over = asyncio.Event()

        async def write(text: str) -> None:
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})

        async def gone() -> None:
            while (await receive())["type"] != "http.disconnect":
                pass
            over.set()

        with _place(hub, self._request):
            await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
            outlet = Outlet(lambda frame: write(f"data: {frame}\n\n"), over.set)
            listener = Listener(outlet, self._shopper, lambda _code: over.set())
            hub.enter(listener)
            tasks = [asyncio.ensure_future(one) for one in (gone(), over.wait(), hub.ending.wait())]
            try:
                ready, numbers = await hub.read(lambda session: ready_of(session, hub, listener))
                outlet.push(ready)
                follow_all(hub, listener, numbers, self._since)
                while not (await asyncio.wait(tasks, timeout=BEAT_SECONDS, return_when="FIRST_COMPLETED"))[0]:
                    await write(":\n\n")
            finally:
                hub.exit(listener)
                for task in tasks:
                    task.cancel()
        with contextlib.suppress(Exception):  # Whoever is gone need not be told that it is over.
            await send({"type": "http.response.body", "body": b"", "more_body": False})


# -- parts -------------------------------------------------------------------------------------------------------


def _known(
    session: Session, request: Request, shop: str, what: str, often: tuple[str, str]
) -> tuple[Call, Shopper]:
    call = call_of(request, session, shop)
    shopper = call.shopper()
    limit(call, shopper, what, often)
    return call, shopper


def _since(session: Session, request: Request, shop: str, number: int, since: int) -> dict[str, Any]:
    call = call_of(request, session, shop)
    shopper = call.shopper()  # Again: a browser may be forgotten while it waits.
    found = queries.conversation(session, number)
    found = queries.conversation_seen_by(session, shopper, found.public_id)
    rows = queries.events(session, number, since=since, public_only=True)
    return {
        "events": telling(call).events(session, rows),
        "last_seq": found.last_seq,
        "more": len(rows) == queries.MOST_EVENTS,
    }


async def _in_thread(request: Request, question: Callable[[Session], Any]) -> Any:
    def ask() -> Any:
        with database_of(request).reading() as session:
            return question(session)

    return await run_in_threadpool(ask)


@contextlib.contextmanager
def _place(hub: Hub, request: Request) -> Iterator[None]:
    """A place among those who wait here. Raises TooMany."""
    address = entry.address_of(request)
    entry.check_places(hub, address)
    hub.places[address] += 1
    try:
        yield
    finally:
        entry.left(hub, address)


@contextlib.contextmanager
def _expected(hub: Hub, number: int, name: str, contact_id: int) -> Iterator[asyncio.Event]:
    """An event that is set when the conversation has something new."""
    room = hub.room(number, name, contact_id)
    news = asyncio.Event()
    room.waiting.add(news)
    try:
        yield news
    finally:
        room.waiting.discard(news)
        hub.leave(room)


async def _comes(hub: Hub, news: asyncio.Event, deadline: float) -> bool:
    """Whether something comes before the deadline, and before this service ends."""
    tasks = [asyncio.ensure_future(one) for one in (news.wait(), hub.ending.wait())]
    try:
        left = deadline - asyncio.get_running_loop().time()
        await asyncio.wait(tasks, timeout=max(0.0, left), return_when="FIRST_COMPLETED")
        return news.is_set() and not hub.ending.is_set()
    finally:
        for task in tasks:
            task.cancel()


def _numbers(given: str) -> dict[str, int]:
    try:
        pairs = [one.partition(":") for one in given.split(",") if one]
        return since_of({name: int(seq) for name, _, seq in pairs})
    except ValueError as problem:
        raise MessageRefused(Text("The numbers in “since” cannot be read.")) from problem
