"""What may be lost: who types, who looks, who is there, how far somebody has read; and the desk, which hears of all.

Every process keeps who looks at what for itself, from what the others say of theirs every few seconds.
"""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any

from chat.announcing import Reached, signal
from chat.listeners import Desk, Listener, Room
from core.fanout import Fanout

GATHERED_SECONDS = 0.05  # A desk is told of many conversations in one frame.
TYPING_SECONDS = 6  # How long "is typing" is shown; whoever goes on says so again.
TYPED_EVERY_SECONDS = 2.0
LOOKING_SECONDS = 45.0  # Who said nothing for so long looks no longer; renewed every 20.


class Signals:
    """The lossy half of the hub. All methods run in the event loop, except `typing_of` and `present`, which only publish."""

    def __init__(
        self, fanout: Fanout, names: Mapping[str, Room], contacts: Mapping[int, set[Listener]]
    ) -> None:
        self._names = names
        self._contacts = contacts
        self._fanout = fanout
        self.desks: set[Desk] = set()
        self._watching: dict[str, set[Desk]] = {}
        self._looking: dict[str, dict[int, tuple[str, float]]] = {}
        self._reached: dict[str, dict[str, Any]] = {}

    @staticmethod
    def text(frame: Mapping[str, Any]) -> str:
        """The frame as it is sent."""
        return json.dumps(frame, ensure_ascii=False, separators=(",", ":"))

    # -- the desk --------------------------------------------------------------------------------------------------

    def reached(self, note: Reached) -> None:
        """Tell the desks, gathered, that something happened in a conversation."""
        if not self.desks:
            return
        if not self._reached:
            asyncio.get_running_loop().call_later(GATHERED_SECONDS, self._tell_desks)
        self._reached[note.public_id] = {
            "conversation": note.public_id,
            "number": note.conversation_id,
            "store": note.store_id,
            "seq": note.seq,
        }

    def _tell_desks(self) -> None:
        text = self.text({"type": "reached", "conversations": list(self._reached.values())})
        self._reached = {}
        for desk in self.desks:
            desk.outlet.push(text)

    def watch(self, desk: Desk, name: str, contact_id: int) -> None:
        """Let a page of the desk look at that conversation; "" for none."""
        if desk.watched:
            here = self._watching.get(desk.watched, set())
            here.discard(desk)
            if not here:
                self._watching.pop(desk.watched, None)
            if desk.staff_id not in {one.staff_id for one in here}:
                self._say(type="left", conversation=desk.watched, staff_id=desk.staff_id)
        desk.watched, desk.contact_id = name, contact_id
        if name:
            self._watching.setdefault(name, set()).add(desk)
            self._say_looking(desk, ask=True)
            self._say(type="who", contact=contact_id)

    def renew(self) -> None:
        """Say again who looks at what here, and forget who is gone elsewhere."""
        for desk in self.desks:
            if desk.watched:
                self._say_looking(desk, ask=False)
        now = time.monotonic()
        for name, people in list(self._looking.items()):
            for staff_id in [one for one, (_, until) in people.items() if until < now]:
                self._left(name, staff_id)

    def _say_looking(self, desk: Desk, *, ask: bool) -> None:
        self._say(type="looking", conversation=desk.watched, staff_id=desk.staff_id, name=desk.name, ask=ask)

    # -- what this process says ------------------------------------------------------------------------------------

    def _say(self, **what: Any) -> None:
        signal(self._fanout, **what)

    def present(self, contact_id: int, *, here: bool) -> None:
        """The shopper has the chat open, or no longer."""
        self._say(type="present", contact=contact_id, present=here)

    def typing(self, who: Listener | Desk, name: str) -> None:
        """Somebody types in that conversation."""
        now = time.monotonic()
        if now - who.typed_at < TYPED_EVERY_SECONDS:
            return
        who.typed_at = now
        if isinstance(who, Desk):
            self.typing_of("agent", name, who.name, who.staff_id)
        else:
            self.typing_of("shopper", name)

    def typing_of(self, author: str, name: str, person: str = "", staff_id: int = 0) -> None:
        """The same for whoever has no connection here."""
        self._say(
            type="typing",
            conversation=name,
            author=author,
            name=person,
            seconds=TYPING_SECONDS,
            staff_id=staff_id,
        )

    # -- what it hears ---------------------------------------------------------------------------------------------

    def heard(self, note: str) -> None:
        """A signal of some process, this one included."""
        said = json.loads(note)
        name = str(said.get("conversation", ""))
        match said.get("type"):
            case "typing" | "read" as kind:
                frame = {"type": kind, **{key: said[key] for key in said if key not in ("type", "staff_id")}}
                if said.get("author") != "shopper":
                    self._tell_shoppers(name, frame)
                self._tell(
                    name, frame, but=said.get("staff_id", 0)
                )  # Nobody is told what they do themselves.
            case "looking":
                self._looks(name, said)
            case "left":
                self._left(name, int(said["staff_id"]))
            case "present":
                self._is_present(int(said["contact"]), here=bool(said["present"]))
            case "who":
                if int(said["contact"]) in self._contacts:
                    self.present(int(said["contact"]), here=True)

    def _tell_shoppers(self, name: str, frame: Mapping[str, Any]) -> None:
        room = self._names.get(name)
        if room is not None:
            text = self.text(frame)
            for listener in room.followers:
                listener.outlet.push(text)

    def _tell(self, name: str, frame: Mapping[str, Any], *, but: int) -> None:
        desks = self._watching.get(name)
        if desks:
            text = self.text(frame)
            for desk in desks:
                if desk.staff_id != but:
                    desk.outlet.push(text)

    def _looks(self, name: str, said: Mapping[str, Any]) -> None:
        people = self._looking.setdefault(name, {})
        new = said["staff_id"] not in people
        people[int(said["staff_id"])] = (str(said["name"]), time.monotonic() + LOOKING_SECONDS)
        if new or said.get("ask"):
            self._tell_who_looks(name)
        if said.get("ask"):
            for desk in self._watching.get(name, ()):
                self._say_looking(desk, ask=False)

    def _left(self, name: str, staff_id: int) -> None:
        people = self._looking.get(name, {})
        if people.pop(staff_id, None) is not None:
            self._tell_who_looks(name)
        if not people:
            self._looking.pop(name, None)

    def _tell_who_looks(self, name: str) -> None:
        people = self._looking.get(name, {})
        for desk in self._watching.get(name, ()):
            others = [
                {"staff_id": one, "name": known} for one, (known, _) in people.items() if one != desk.staff_id
            ]
            desk.outlet.push(self.text({"type": "looking", "conversation": name, "people": others}))

    def _is_present(self, contact_id: int, *, here: bool) -> None:
        if not here and contact_id in self._contacts:
            self.present(contact_id, here=True)  # Another browser of theirs is open with us.
            return
        for desk in self.desks:
            if desk.watched and desk.contact_id == contact_id:
                frame = {"type": "present", "conversation": desk.watched, "present": here}
                desk.outlet.push(self.text(frame))
