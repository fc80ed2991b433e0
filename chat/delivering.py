"""Giving what was found, or what is at hand, to those who follow a conversation; all of it in the event loop."""

from collections.abc import Callable, Mapping, Sequence

from chat.listeners import Listener, Room
from chat.looking import Brought, Seen


def bring(rooms: Mapping[int, Room], found: Sequence[Brought]) -> None:
    """Send what is at hand to those who have all before it; for all others a look follows with the note."""
    for one in found:
        room = rooms.get(one.number)
        if room is None or room.seq != one.told.seq - 1 or room.outline != one.outline:
            continue
        if not room.followers or room.contact_id != one.contact_id:
            continue
        room.seq = one.told.seq
        for listener in room.followers:
            if listener.cursors[room.number] < one.told.seq:
                listener.cursors[room.number] = one.told.seq
                listener.outlet.push(one.told.frame)


def deliver(room: Room, found: Mapping[int, Seen], drop: Callable[[Listener, int], None]) -> None:
    """Send what a look found, and `drop` whoever it is not for any more."""
    seen = found.get(room.number)
    if seen is None:
        for listener in list(room.followers):
            drop(listener, room.number)
        return
    room.seq = max(room.seq, seen.upto)
    room.outline = seen.outline
    for listener in list(room.followers):
        if seen.contact_id != listener.shopper.contact_id:
            drop(listener, room.number)
            continue
        listener.blocked = seen.blocked
        _send(listener, room.number, seen)


def _send(listener: Listener, number: int, seen: Seen) -> None:
    cursor = listener.cursors.get(number, 0)
    for told in seen.events:
        if told.seq > cursor:
            listener.outlet.push(told.frame)
    listener.cursors[number] = max(cursor, seen.upto)
    if seen.conversation:
        listener.outlet.push(seen.conversation)
