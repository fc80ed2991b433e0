"""Where notes become frames: which conversations are followed in this process, and who is sent what.

All of it runs in the event loop, one step at a time; only looks into the database happen in threads. A note says no
more than that a conversation reached a number, so whoever follows it is sent what the database holds after what they
have: nothing is lost with a note, and nothing comes twice.
"""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

from sqlmodel import Session

from chat.announcing import EVENTS, SIGNALS, Reached
from chat.answers import Telling
from chat.committing import Committer
from chat.delivering import bring, deliver
from chat.listeners import Listener, Room
from chat.looking import MOST_ROOMS, MOST_ROWS, Outline, Seen, brought, look
from chat.pace import Paces
from chat.saying import Fresh
from chat.signals import Signals
from core.database import Database
from core.fanout import Fanout
from core.logs import log

Found = TypeVar("Found")

# A page of what somebody missed; it is written out before the next one is read.
PAGE = 200


class Hub:
    """The live edge of one process."""

    def __init__(self, database: Database, fanout: Fanout, telling: Telling) -> None:
        self.database = database
        self.telling = telling
        self.committer = Committer(database, self._told)
        self.rooms: dict[int, Room] = {}
        self.names: dict[str, Room] = {}
        self.contacts: dict[int, set[Listener]] = {}
        self.signals = Signals(fanout, self.names, self.contacts)
        self.places: Counter[str] = Counter()  # Sockets, streams and polls that are open, by network address.
        self.of_address = Paces(300, 30)  # Messages.
        self.of_contact = Paces(30, 3)
        self.noted: dict[int, int] = {}  # What was heard of each conversation lately.
        self.ending = asyncio.Event()
        self._fanout = fanout
        self._dirty: set[int] = set()
        self._wake = asyncio.Event()
        self._calls: deque[Callable[[], None]] = deque()
        self._called = False
        self._loop: asyncio.AbstractEventLoop | None = None
        # One for what everybody waits for, others for those who come and catch up.
        self._readers = ThreadPoolExecutor(3, thread_name_prefix="chat-reader")

    def begin(self) -> Callable[[], None]:
        """Listen to notes from now on, in the running loop; returns what ends that."""
        self._loop = asyncio.get_running_loop()
        return self._fanout.listen(self._hear)

    def close(self) -> None:
        """Write what waits, and end the threads."""
        self.committer.close()
        self._readers.shutdown(cancel_futures=True)

    async def read(self, question: Callable[[Session], Found]) -> Found:
        """What the question finds, asked in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self._ask, question)

    async def look(
        self, since: Mapping[int, int], known: Mapping[int, Outline], *, most: int = MOST_ROWS
    ) -> dict[int, Seen]:
        """What shoppers may know of those conversations after those numbers."""
        return await self.read(lambda session: look(session, self.telling, since, known, most=most))

    def _ask(self, question: Callable[[Session], Found]) -> Found:
        with self.database.reading() as session:
            return question(session)

    # -- from other threads ----------------------------------------------------------------------------------------

    def in_loop(self, call: Callable[[], None]) -> None:
        """Have it called in the event loop, soon; from any thread. Many at once wake the loop once."""
        self._calls.append(call)
        if not self._called and self._loop is not None and not self._loop.is_closed():
            self._called = True
            with contextlib.suppress(RuntimeError):  # The loop ended just now.
                self._loop.call_soon_threadsafe(self._call)

    def _call(self) -> None:
        self._called = False
        while self._calls:
            self._calls.popleft()()

    def end_soon(self) -> None:
        """Let everything that waits here come to its end; from any thread."""
        self.in_loop(self.ending.set)

    def _told(self, fresh: Sequence[Fresh]) -> None:
        """What this process has just committed; from the thread that did."""
        found = [one for pair in fresh if (one := brought(self.telling, *pair)) is not None]
        self.in_loop(lambda: bring(self.rooms, found))

    def _hear(self, topic: str, note: str) -> None:
        if topic == EVENTS:
            reached = Reached.read(note)
            self.in_loop(lambda: self.reached(reached))
        elif topic == SIGNALS:
            self.in_loop(lambda: self.signals.heard(note))

    # -- who follows what ------------------------------------------------------------------------------------------

    def reached(self, note: Reached) -> None:
        """A conversation has events up to that number, or something about it changed."""
        self.noted[note.conversation_id] = max(self.noted.get(note.conversation_id, 0), note.seq)
        self.signals.reached(note)
        room = self.rooms.get(note.conversation_id)
        known = room.followers if room else set()
        for listener in self.contacts.get(note.contact_id, ()):
            if listener.early is not None:
                listener.early[note.conversation_id] = note.public_id
            elif listener not in known:  # A conversation that began after this browser came.
                self.follow(listener, note.conversation_id, note.public_id, since=0)
        if room is None:
            return
        again = note.seq == room.target  # Something about it changed without an event.
        room.target = max(room.target, note.seq)
        for event in room.waiting:
            event.set()
        if room.followers and (again or room.target > room.seq):
            self._look_at(room)

    def room(self, number: int, name: str, contact_id: int) -> Room:
        """The room of that conversation; made when nobody followed it."""
        found = self.rooms.get(number)
        if found is None:
            found = self.rooms[number] = self.names[name] = Room(number, name, contact_id)
        return found

    def leave(self, room: Room) -> None:
        """Forget the room when nobody follows it any more."""
        if room.is_empty and self.rooms.get(room.number) is room:
            del self.rooms[room.number], self.names[room.name]
            self._dirty.discard(room.number)

    def enter(self, listener: Listener) -> None:
        """Let a browser hear of its contact's conversations."""
        here = self.contacts.setdefault(listener.shopper.contact_id, set())
        here.add(listener)
        if len(here) == 1:
            self.signals.present(listener.shopper.contact_id, here=True)

    def exit(self, listener: Listener) -> None:
        """The browser is gone."""
        listener.outlet.close()
        contact_id = listener.shopper.contact_id
        here = self.contacts.get(contact_id, set())
        here.discard(listener)
        if not here and self.contacts.pop(contact_id, None) is not None:
            self.signals.present(contact_id, here=False)
        for number in [*listener.behind, *listener.cursors]:
            self.drop(listener, number)

    def drop(self, listener: Listener, number: int) -> None:
        """Let a browser follow that conversation no longer."""
        room = self.rooms.get(number)
        if listener.behind.pop(number, None) is not None and room is not None:
            room.expected -= 1
        listener.cursors.pop(number, None)
        if room is not None:
            room.followers.discard(listener)
            self.leave(room)

    def follow(self, listener: Listener, number: int, name: str, *, since: int, reached: int = -1) -> None:
        """Send the browser all of that conversation after `since`, and whatever comes.

        `reached` is the conversation's last number as it was read after the browser had entered: nothing before it is missed.
        """
        if number in listener.cursors or number in listener.behind:
            return
        self.room(number, name, listener.shopper.contact_id).expected += 1
        listener.behind[number] = since
        if since == reached:
            self._join(listener, self.rooms[number], since, ())
        if listener.behind and listener.catching_up is None:
            listener.catching_up = asyncio.get_running_loop().create_task(self._catch_up(listener))

    async def _catch_up(self, listener: Listener) -> None:
        try:
            while listener.behind and not listener.outlet.closed:
                since = dict(islice(listener.behind.items(), MOST_ROOMS))
                known = {number: self.rooms[number].outline for number in since if since[number]}
                found = await self.look(since, known, most=PAGE)
                for number in since:
                    await self._brought(listener, number, found.get(number))
        except Exception as problem:
            log("chat").warning("catch_up_failed", problem=type(problem).__name__)
            listener.outlet.cut()
        finally:
            listener.catching_up = None

    async def _brought(self, listener: Listener, number: int, seen: Seen | None) -> None:
        """Send what was missed of a conversation; who has it all follows it from now on."""
        if seen is None or seen.contact_id != listener.shopper.contact_id:
            self.drop(listener, number)
            return
        if seen.conversation and not listener.behind.get(number):
            await listener.outlet.put(seen.conversation)
        for told in seen.events:
            await listener.outlet.put(told.frame)
        if number not in listener.behind:
            return  # It left meanwhile.
        listener.behind[number] = seen.upto
        listener.blocked = seen.blocked
        if not seen.more:
            self._join(listener, self.rooms[number], seen.upto, seen.outline)

    def _join(self, listener: Listener, room: Room, seq: int, outline: Outline) -> None:
        """Let a browser that has everything up to `seq` follow; where the others have more already, it stays behind."""
        if room.followers and room.seq > seq:
            return
        del listener.behind[room.number]
        room.expected -= 1
        listener.cursors[room.number] = seq
        if not room.followers:
            room.seq, room.outline = seq, outline
        room.followers.add(listener)
        if room.target > room.seq:
            self._look_at(room)
        room.target = max(room.target, room.seq)

    # -- what is sent ----------------------------------------------------------------------------------------------

    def _look_at(self, room: Room) -> None:
        self._dirty.add(room.number)
        self._wake.set()

    async def look_for_all(self) -> None:
        """Look for whoever is to be looked for, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._dirty:
                numbers = list(islice(self._dirty, MOST_ROOMS))
                self._dirty.difference_update(numbers)
                try:
                    await self._look(numbers)
                except Exception as problem:  # A database that is away for a moment must not end this.
                    log("chat").warning("look_failed", problem=type(problem).__name__)
                    self._dirty.update(numbers)
                    await asyncio.sleep(1)

    async def _look(self, numbers: list[int]) -> None:
        rooms = [room for number in numbers if (room := self.rooms.get(number)) and room.followers]
        since = {room.number: room.seq for room in rooms}
        known = {room.number: room.outline for room in rooms}
        if not since:
            return
        found = await self.look(since, known)
        for room in rooms:
            deliver(room, found, self.drop)
            if room.number in found and found[room.number].more:
                self._dirty.add(room.number)
