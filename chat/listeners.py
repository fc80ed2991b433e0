"""Who listens to a process: browsers of shoppers, pages of the desk, and the rooms in which they meet."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from chat.looking import Outline
from chat.outlet import Outlet
from customers.schemas import Shopper

# Why a connection is ended; docs/chat.md says what the other side does then.
RESTARTS = 1012
UNKNOWN = 4001
NO_FRAME = 4002
JOINED = 4003
TOO_SLOW = 4008
TOO_MANY = 4029


@dataclass(slots=True, eq=False)
class Listener:
    """A shopper's connection; `end` closes it for one of the reasons above. `cursors`: up to which number it was sent each conversation that it follows.

    `behind` are conversations that it follows once it has caught up from that number; `early` are those of which
    something was heard before it was known what this browser has already, and None after that.
    """

    outlet: Outlet
    shopper: Shopper
    end: Callable[[int], None]
    cursors: dict[int, int] = field(default_factory=dict)
    behind: dict[int, int] = field(default_factory=dict)
    early: dict[int, str] | None = field(default_factory=dict)
    catching_up: asyncio.Task[None] | None = None
    blocked: bool = False
    typed_at: float = 0.0


@dataclass(slots=True, eq=False)
class Desk:
    """A page of the console. `watched` is the conversation that it looks at, by name, and its contact."""

    outlet: Outlet
    staff_id: int
    name: str
    may_write: bool
    watched: str = ""
    contact_id: int = 0
    typed_at: float = 0.0


@dataclass(slots=True, eq=False)
class Room:
    """A conversation that somebody follows here.

    `seq`: all its followers were given everything up to there. `target`: the number that it is said to have reached.
    """

    number: int
    name: str
    contact_id: int
    seq: int = -1
    target: int = 0
    outline: Outline = ()
    followers: set[Listener] = field(default_factory=set)
    waiting: set[asyncio.Event] = field(default_factory=set)
    expected: int = 0  # Listeners that are catching up with it.

    @property
    def is_empty(self) -> bool:
        return not (self.followers or self.waiting or self.expected)
