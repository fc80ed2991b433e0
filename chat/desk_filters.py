"""How the desk's filters stand in an address, and what they are called."""

from collections.abc import Mapping, Sequence
from typing import Annotated
from urllib.parse import urlencode

from pydantic import BaseModel, Field

from chat import desk
from chat.desk import OrderState, View, Wanted
from core import languages
from core.languages import gettext as _
from faq.locale_names import language_name

PLACE = "/conversations"
ROWS = "/console/chat/list"
# Within reach of one press; the others stand in a menu.
FIRST: tuple[View, ...] = ("waiting", "mine", "unassigned")

Number = Annotated[int, Field(ge=0, le=2**31 - 1)]
Word = Annotated[str, Field(max_length=40)]


class Filters(BaseModel):
    """What the address asks for."""

    view: View = "waiting"
    store: Number = 0
    channel: Word = ""
    label: Number = 0
    language: Word = ""
    team: Number = 0
    order: OrderState = ""
    q: Annotated[str, Field(max_length=400)] = ""
    after: Annotated[str, Field(max_length=80)] = ""

    @property
    def words(self) -> str:
        """What is searched for, without spaces around it."""
        return " ".join(self.q.replace("\0", "").split())

    @property
    def narrowed(self) -> bool:
        """Whether anything but the view is chosen."""
        return bool(
            self.store or self.channel or self.label or self.language or self.team or self.order or self.words
        )

    def wanted(self, staff_id: int) -> Wanted:
        """The same for the list."""
        return Wanted(
            staff_id=staff_id,
            view=self.view,
            store_id=self.store,
            channel=self.channel,
            label_id=self.label,
            language=self.language,
            team_id=self.team,
            order=self.order,
            words=self.words,
            after=self.after,
        )

    def query(self, **changes: object) -> str:
        """What stands behind the question mark, with it; "" for the usual list."""
        asked = self.model_dump() | {"q": self.words} | changes
        kept = {
            name: value for name, value in asked.items() if value and (name, value) != ("view", "waiting")
        }
        return f"?{urlencode(kept)}" if kept else ""

    def address(self, place: str = PLACE, **changes: object) -> str:
        """Where those filters lead, from the top of the list."""
        return place + self.query(after="", **changes)


def view_names() -> Mapping[View, str]:
    """The views in words."""
    return {
        "waiting": _("Waiting"),
        "mine": _("Mine"),
        "unassigned": _("Unassigned"),
        "mentions": _("Mentions"),
        "open": _("All open"),
        "snoozed": _("Snoozed"),
        "resolved": _("Resolved"),
        "spam": _("Spam"),
    }


def order_names() -> Mapping[OrderState, str]:
    """States of the order that a conversation is about."""
    return {"paid": _("Paid"), "unpaid": _("Unpaid"), "none": _("No order")}


def channel_name(channel: str) -> str:
    """The way on which a conversation came, in words."""
    return {"chat": _("Chat"), "email": _("E-mail")}.get(channel, channel)


def named(locale: str) -> str:
    """The language's name in the language of the page."""
    return language_name(locale, languages.current()) if locale else ""


Choices = Sequence[tuple[str | int, str]]


def choices(
    filters: Filters,
    *,
    stores: Mapping[int, str],
    labels: Mapping[int, str],
    teams: Mapping[int, str],
    channels: Sequence[str],
    spoken: Sequence[str],
) -> Sequence[tuple[str, str, Choices, str | int]]:
    """The filters with their names, choices and what is chosen; one that has no choice to offer is left out."""
    offered: Sequence[tuple[str, str, Choices, str | int]] = (
        ("store", _("Shop"), list(stores.items()), filters.store),
        ("channel", _("Channel"), [(one, channel_name(one)) for one in channels], filters.channel),
        ("label", _("Label"), list(labels.items()), filters.label),
        ("language", _("Language"), [(one, named(one)) for one in spoken], filters.language),
        ("team", _("In which team"), list(teams.items()), filters.team),
        ("order", _("Order"), [(one, order_names()[one]) for one in desk.ORDER_STATES], filters.order),
    )
    needed = {"label": 1, "team": 1}
    return [one for one in offered if len(one[2]) >= needed.get(one[0], 2) or one[3]]
