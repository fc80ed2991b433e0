"""What comes into conversations and goes out.

| kind | author | public | `data` |
| --- | --- | --- | --- |
| message | all | yes | `attachments`: their public ids; a bot's also `article`, `choices`, `order`, `links`, `buttons` |
| note | agent | no | `mentions`: staff ids; `attachments` |
| handed_over | shopper, bot, agent | yes | `reason`; `hours`: "open" or "closed", `reply_by`: a moment or "" |
| assigned | agent, system | no | `staff_id` and `team_id`: each `[before, after]`; `because`: "hand", "took", "turn" or "away" |
| state | all | yes | `from`, `to`; `until` of a snooze |
| rating | shopper | yes | `score`: 1 to 5; `comment` |
| label | agent, system | no | `added`, `removed`: names |
| priority, order | agent, system | no | `from`, `to` |
| contact | agent | no | `blocked`: whether the shop hears this person no more |
| merged | agent | no | `into` or `from`: the other one's public id; `first` and `last`: its events' numbers here |
| clock | system | no | `warning`: "soon" or "missed"; `respond_by` |
"""

from dataclasses import dataclass
from typing import Any, Literal

AuthorKind = Literal["shopper", "agent", "bot", "system"]
State = Literal["open", "snoozed", "resolved", "spam"]
EventKind = Literal[
    "message",
    "note",
    "handed_over",
    "assigned",
    "state",
    "rating",
    "label",
    "priority",
    "order",
    "contact",
    "merged",
    "clock",
]

LONGEST_MESSAGE_BYTES = 8 * 1024
LONGEST_CLIENT_ID = 64
PUBLIC_KINDS = frozenset({"message", "handed_over", "state", "rating"})


@dataclass(frozen=True)
class Author:
    """Who does something in a conversation. Only agents have a `staff_id`.

    A shopper's `device_id` is the browser that writes (`Shopper.device_id`): the bot tells of orders only what that
    browser has proven. 0 for an unknown one, which has proven nothing.
    """

    kind: AuthorKind
    staff_id: int | None = None
    device_id: int = 0


SHOPPER = Author("shopper")
BOT = Author("bot")
SYSTEM = Author("system")


@dataclass(frozen=True)
class NewEvent:
    """Something that is to be added to a conversation.

    `client_id` makes it safe to send twice. `after`: refuse it when a person of the shop said something public after
    that number (two agents must not answer over each other).
    """

    kind: EventKind
    author: Author
    text: str = ""
    client_id: str | None = None
    after: int | None = None
    data: dict[str, Any] | None = None
