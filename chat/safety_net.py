"""The life of the hub, and what it does by the clock: find what a lost note would have told, and let go whoever may listen no longer."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

from chat.announcing import Reached
from chat.hub import Hub
from chat.listeners import JOINED, UNKNOWN, Listener
from chat.looking import changed_since, contacts_of
from core import clock
from core.logs import log

LOOK_SECONDS = 1.5
# A transaction may be committed some time after the moment that it writes down.
OVERLAP = timedelta(seconds=10)
CARE_SECONDS = 20.0


class SafetyNet:
    """Looks every second or two for conversations that changed, whatever the fan-out did or did not say.

    With it a note that is lost (Redis restarts, a job runs in a process that has no fan-out) delays, but loses nothing.
    """

    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    async def watch(self) -> None:
        """Look until cancelled."""
        care_at = 0.0
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                if self._hub.rooms or self._hub.contacts or self._hub.signals.desks:
                    await self._look()
                if loop.time() >= care_at:
                    care_at = loop.time() + CARE_SECONDS
                    await self._care()
            except Exception as problem:  # A database that is away for a moment must not end this.
                log("chat").warning("safety_net_failed", problem=type(problem).__name__)

    async def _look(self) -> None:
        since = clock.now() - OVERLAP
        changed = await self._hub.read(lambda session: changed_since(session, since))
        noted = self._hub.noted
        self._hub.noted = {one.number: noted.get(one.number, 0) for one in changed}
        for one in changed:
            if noted.get(one.number, 0) < one.last_seq:
                self._hub.reached(Reached(one.store_id, one.contact_id, one.number, one.name, one.last_seq))

    async def _care(self) -> None:
        """Let go browsers that were forgotten, or that speak for another contact now; say again who looks at what."""
        self._hub.signals.renew()
        listeners = [one for here in self._hub.contacts.values() for one in here]
        devices = list({one.shopper.device_id for one in listeners})
        moment = clock.now()
        valid = await self._hub.read(lambda session: contacts_of(session, devices, moment))
        for listener in listeners:
            self._judge(listener, valid.get(listener.shopper.device_id, 0))

    @staticmethod
    def _judge(listener: Listener, contact_id: int) -> None:
        if contact_id != listener.shopper.contact_id:
            listener.end(JOINED if contact_id else UNKNOWN)


@contextlib.asynccontextmanager
async def running(hub: Hub) -> AsyncIterator[None]:
    """Let the hub live inside the block."""
    stop = hub.begin()
    loop = asyncio.get_running_loop()
    tasks = [loop.create_task(one) for one in (hub.look_for_all(), SafetyNet(hub).watch())]
    try:
        yield
    finally:
        stop()
        hub.ending.set()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(hub.close)
