"""The desk's socket: a page of the console hears that something happened anywhere, and who else looks at what it looks at.

It carries no text of conversations. A page that hears of something asks for its fragment.
"""

import asyncio
import json
from typing import Any

from fastapi import APIRouter
from starlette.websockets import WebSocket, WebSocketDisconnect

from chat import entry, queries
from chat.connection import Connection
from chat.errors import ConversationNotFound
from chat.hub import Hub
from chat.listeners import UNKNOWN, Desk
from core.errors import AftercartError, NotAllowed, NotSignedIn
from core.languages import Text
from core.security import SignedIn
from core.web import SESSION_COOKIE, Identify

router = APIRouter()

# A session that is closed, or a member who may no longer come in, is noticed within this.
ASK_AGAIN_SECONDS = 30.0


@router.websocket_route("/console/chat/socket")
async def desk_socket(websocket: WebSocket) -> None:
    """Let a signed-in member's page in and tell it what happens until one side ends it."""
    hub: Hub = websocket.app.state.hub
    address = entry.address_of(websocket)
    try:
        entry.check_places(hub, address)
        if not entry.is_own(websocket, websocket.headers.get("origin", "")):
            raise NotAllowed(Text("Only this service's own pages may ask here."))
        who = await _signed_in(hub, websocket)
    except AftercartError as refusal:
        await websocket.send_denial_response(entry.refused(refusal))
        return
    hub.places[address] += 1
    try:
        await websocket.accept()
        await _Looking(hub, websocket, who).run()
    except (WebSocketDisconnect, RuntimeError):
        pass  # The other side is gone.
    finally:
        entry.left(hub, address)


async def _signed_in(hub: Hub, websocket: WebSocket) -> SignedIn:
    identify: Identify = websocket.app.state.identify
    cookie = websocket.cookies.get(SESSION_COOKIE, "")
    found = await hub.read(lambda session: identify(session, cookie))
    if found is None:
        raise NotSignedIn(Text("Please sign in."))
    return found


class _Looking(Connection):
    """One page of the console."""

    def __init__(self, hub: Hub, websocket: WebSocket, who: SignedIn) -> None:
        super().__init__(websocket)
        self._hub = hub
        self._desk = Desk(self.outlet, who.staff_id, who.name, who.may_change)
        self.runs(still=True)

    async def run(self) -> None:
        desk, signals = self._desk, self._hub.signals
        signals.desks.add(desk)
        desk.outlet.push(signals.text({"type": "ready", "staff_id": desk.staff_id}))
        asking = asyncio.get_running_loop().create_task(self._ask_again())
        try:
            while True:
                await self._take(await self.frame())
        except asyncio.CancelledError:
            if self.ended is None:
                raise
        finally:
            self.runs(still=False)
            asking.cancel()
            desk.outlet.close()
            signals.watch(desk, "", 0)
            signals.desks.discard(desk)

    async def _ask_again(self) -> None:
        while True:
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            try:
                await _signed_in(self._hub, self._websocket)
            except NotSignedIn:
                self.end(UNKNOWN)
                return

    async def _take(self, frame: dict[str, Any]) -> None:
        match frame.get("type"):
            case "watch":
                await self._watch(frame)
            case "typing":
                if self._desk.watched and self._desk.may_write:
                    self._hub.signals.typing(self._desk, self._desk.watched)
            case "ping":
                self._desk.outlet.push('{"type":"pong"}')

    async def _watch(self, frame: dict[str, Any]) -> None:
        name = str(frame.get("conversation", "")).replace("\0", "")
        contact_id = 0
        if name:
            try:
                found = await self._hub.read(lambda session: queries.conversation_named(session, name))
            except ConversationNotFound:
                name = ""
            else:
                contact_id = found.contact_id
        self._desk.outlet.push(json.dumps({"type": "watching", "conversation": name}))
        self._hub.signals.watch(self._desk, name, contact_id)
