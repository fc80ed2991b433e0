"""The shopper's socket: one for all conversations of a contact. It carries what the addresses carry, both ways."""

import asyncio
import contextlib
import json
from typing import Any

from fastapi import APIRouter
from sqlmodel import Session
from starlette.websockets import WebSocket, WebSocketDisconnect

from chat import entry, frames
from chat.actions import Posted
from chat.connection import Connection
from chat.errors import Blocked
from chat.hub import Hub
from chat.listeners import NO_FRAME, TOO_MANY, UNKNOWN, Listener
from chat.looking import numbers_of
from chat.saying import Mark, Outcome, Said
from core import languages
from core.errors import AftercartError, TooMany
from customers import queries as people
from customers.errors import NoSuchDevice

router = APIRouter()

HELLO_SECONDS = 10.0
MOST_CONVERSATIONS = 50


@router.websocket_route("/api/chat/{shop}/socket")
async def shopper_socket(websocket: WebSocket) -> None:
    """Let a shop's own page in, hear who is there, then carry frames until one side ends it."""
    hub: Hub = websocket.app.state.hub
    address = entry.address_of(websocket)
    refusal, store_id = await entry.judged(hub, websocket, address)
    if refusal is not None:
        await websocket.send_denial_response(refusal)
        return
    hub.places[address] += 1
    try:
        await websocket.accept()
        await _Conversing(hub, websocket, store_id).run()
    except (WebSocketDisconnect, RuntimeError):
        pass  # The other side is gone.
    finally:
        entry.left(hub, address)


Numbers = dict[str, tuple[int, int]]


def ready_of(session: Session, hub: Hub, listener: Listener) -> tuple[str, Numbers]:
    """The frame `ready`, and the number and last event's number of each conversation by its name."""
    shopper = listener.shopper
    listener.blocked = people.contact(session, shopper.contact_id).blocked_at is not None
    numbers = numbers_of(session, shopper.contact_id, shopper.store_id, most=MOST_CONVERSATIONS)
    told = hub.telling.conversations_of(session, shopper, most=MOST_CONVERSATIONS)
    shown = ",".join(one.model_dump_json() for one in told)
    return f'{{"type":"ready","conversations":[{shown}]}}', numbers


def follow_all(hub: Hub, listener: Listener, numbers: Numbers, since: dict[str, int]) -> None:
    """Send the browser what it does not have of these conversations, and whatever comes."""
    for name, (number, last_seq) in numbers.items():
        seq = min(since.get(name, last_seq), last_seq)
        hub.follow(listener, number, name, since=seq, reached=last_seq)
    early, listener.early = listener.early or {}, None
    for number, name in early.items():
        hub.follow(listener, number, name, since=0)  # As far as it is not among them, it began just now.


class _Conversing(Connection):
    """One socket from its first frame to its last."""

    __slots__ = ("_address", "_hub", "_language", "_store_id")

    def __init__(self, hub: Hub, websocket: WebSocket, store_id: int) -> None:
        super().__init__(websocket)
        self._hub = hub
        self._store_id = store_id
        self._address = entry.address_of(websocket)
        self._language = languages.accepted_language(websocket.headers.get("accept-language", "")) or "en"

    async def run(self) -> None:
        hello = await self._hello()
        if hello is None:
            return
        try:
            listener = await self._entered(hello)
        except NoSuchDevice:
            await self._websocket.close(UNKNOWN)
            return
        except TooMany:
            await self._websocket.close(TOO_MANY)
            return
        self.runs(still=True)
        try:
            await self._begin(listener, hello.since)
            while True:
                self._take(listener, await self.frame())
        except asyncio.CancelledError:
            if self.ended is None:
                raise
        finally:
            self.runs(still=False)
            self._hub.exit(listener)
            if self.ended is not None:
                with contextlib.suppress(Exception):  # Whoever is cut off need not hear it.
                    await self.ended

    async def _hello(self) -> frames.Hello | None:
        try:
            text = await asyncio.wait_for(self._websocket.receive_text(), HELLO_SECONDS)
            return frames.hello(text)
        except (TimeoutError, ValueError, KeyError):
            await self._websocket.close(NO_FRAME)
            return None

    async def _entered(self, hello: frames.Hello) -> Listener:
        shopper = await self._hub.read(
            lambda session: people.shopper_of(session, self._store_id, hello.token)
        )
        if len(self._hub.contacts.get(shopper.contact_id, ())) >= entry.MOST_OF_CONTACT:
            raise TooMany("")
        listener = Listener(self.outlet, shopper, self.end)
        self._hub.enter(listener)
        return listener

    async def _begin(self, listener: Listener, since: dict[str, int]) -> None:
        """Say what there is, then send what the browser does not have."""
        ready, numbers = await self._hub.read(lambda session: ready_of(session, self._hub, listener))
        listener.outlet.push(ready)
        follow_all(self._hub, listener, numbers, since)

    # -- what the browser says -------------------------------------------------------------------------------------

    def _take(self, listener: Listener, frame: dict[str, Any]) -> None:
        match frame.get("type"):
            case "send":
                self._send(listener, frame)
            case "read":
                self._read(listener, frame)
            case "typing":
                self._type(listener, frame)
            case "ping":
                listener.outlet.push('{"type":"pong"}')

    def _send(self, listener: Listener, frame: dict[str, Any]) -> None:
        client_id = str(frame.get("client_id", ""))[:100]
        try:
            entry.limit_message(self._hub, self._address, listener.shopper.contact_id)
            said = frames.said(frame, listener.shopper)
            self._hub.committer.add(
                said, lambda outcome: self._hub.in_loop(lambda: self._answer(listener, said, outcome))
            )
        except AftercartError as refusal:
            self._refuse(listener, client_id, refusal)

    def _answer(self, listener: Listener, said: Said, outcome: Outcome) -> None:
        client_id = said.new.client_id or ""
        if isinstance(outcome, Posted):
            # Both names are checked: a client_id by its form, a conversation since it was found.
            named = f'"client_id":"{client_id}","conversation":"{said.conversation}"'
            listener.outlet.push(f'{{"type":"sent",{named},"seq":{outcome.event.seq}}}')
            return
        self._refuse(listener, client_id, outcome)
        listener.blocked = listener.blocked or isinstance(outcome, Blocked)
        if isinstance(outcome, NoSuchDevice):
            self.end(UNKNOWN)

    def _refuse(self, listener: Listener, client_id: str, refusal: AftercartError) -> None:
        with languages.speaking(self._language):
            error = {"code": refusal.code, "message": str(refusal.sentence), "details": refusal.details}
        listener.outlet.push(
            json.dumps({"type": "refused", "client_id": client_id, "error": error}, ensure_ascii=False)
        )

    def _read(self, listener: Listener, frame: dict[str, Any]) -> None:
        room = self._hub.names.get(str(frame.get("conversation")))
        seq = frame.get("seq")
        if room is not None and room.number in listener.cursors and isinstance(seq, int) and seq > 0:
            self._hub.committer.mark(Mark(room.number, room.name, "shopper", min(seq, 2**31 - 1)))

    def _type(self, listener: Listener, frame: dict[str, Any]) -> None:
        room = self._hub.names.get(str(frame.get("conversation")))
        if room is not None and room.number in listener.cursors and not listener.blocked:
            self._hub.signals.typing(listener, room.name)
