"""How a shop's chat is set up: typed, with defaults, and in the form in which its row keeps it.

The look of the widget is read in `chat/look.py`; here it is only kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from math import ceil
from typing import Any, Literal, cast

from sqlmodel import Session, col, select

from chat.desk_tables import ChatSetting
from chat.hours import Holiday, Hours, Span, due
from connector.tables import Store
from core import clock
from core.database import upsert

Assignment = Literal["off", "round_robin", "least_busy"]
ASSIGNMENTS: Sequence[Assignment] = ("off", "round_robin", "least_busy")
OFFICE = (Span(9 * 60, 18 * 60),)
OFFICE_WEEK = (*(OFFICE,) * 5, (), ())
USUAL_MINUTES = {"chat": 5, "other": 240}
WARN_AT_PERCENT = 75


@dataclass(frozen=True)
class Targets:
    """Within how many open minutes a person answers first, by channel ("other": all that have none of their own).

    `warn_at`: the share of that time, in percent, after which people are warned. `measured`: what the last weeks'
    median really was, 0 while there are too few answers to say.
    """

    minutes: Mapping[str, int] = field(default_factory=lambda: dict(USUAL_MINUTES))
    warn_at: int = WARN_AT_PERCENT
    measured: float = 0.0

    def of(self, channel: str) -> int:
        """The target of that channel."""
        return self.minutes.get(channel) or self.minutes.get("other") or USUAL_MINUTES["other"]


@dataclass(frozen=True)
class Model:
    """A language model behind an OpenAI-compatible address. `key_hidden` is the key as `Keys.hide` keeps it.

    `monthly_tokens` is the budget of a month; with 0 nothing is sent.
    """

    on: bool = False
    address: str = ""
    name: str = ""
    key_hidden: str = ""
    monthly_tokens: int = 0


@dataclass(frozen=True)
class Setting:
    """A shop's chat as it is set up. `keep_months`: resolved conversations are erased after them, 0 keeps them."""

    store_id: int
    hours: Hours
    on: bool = True
    bot: bool = True
    rating: bool = True
    assignment: Assignment = "off"
    targets: Targets = field(default_factory=Targets)
    model: Model = field(default_factory=Model)
    look: Mapping[str, Any] = field(default_factory=dict)
    keep_months: int = 0


def of(session: Session, store: Store) -> Setting:
    """How that shop's chat is set up now."""
    return _read(store, session.get(ChatSetting, store.id))


def of_store(session: Session, store_id: int) -> Setting:
    """The same by the shop's number."""
    chosen = (
        select(Store, ChatSetting)
        .outerjoin(ChatSetting, col(ChatSetting.store_id) == Store.id)
        .where(Store.id == store_id)
    )
    store, row = session.exec(chosen).one()
    return _read(store, row)


def save(session: Session, setting: Setting) -> None:
    """Keep it as a whole."""
    shop = session.get(Store, setting.store_id)
    row = {
        "store_id": setting.store_id,
        "on": setting.on,
        "bot": setting.bot,
        "rating": setting.rating,
        "assignment": setting.assignment,
        "look": dict(setting.look),
        "hours": kept_hours(setting.hours, own_zone="" if shop is None else shop.zone),
        "targets": {
            "minutes": dict(setting.targets.minutes),
            "warn_at": setting.targets.warn_at,
            "measured": setting.targets.measured,
        },
        "model": {
            "on": setting.model.on,
            "address": setting.model.address,
            "name": setting.model.name,
            "key_hidden": setting.model.key_hidden,
            "monthly_tokens": setting.model.monthly_tokens,
        },
        "keep_months": setting.keep_months,
        "changed_at": clock.now(),
    }
    upsert(session, ChatSetting, [row], key=["store_id"])
    session.get(ChatSetting, setting.store_id, populate_existing=True)


def held(session: Session, store: Store) -> Setting:
    """The same for a change of it; others who change it at the same time wait."""
    chosen = select(ChatSetting).where(ChatSetting.store_id == store.id).with_for_update()
    return _read(store, session.exec(chosen.execution_options(populate_existing=True)).first())


def change(session: Session, store: Store, **changes: Any) -> Setting:
    """Keep those changes of it and return what it is now."""
    setting = replace(held(session, store), **changes)
    save(session, setting)
    return setting


def reply_by(setting: Setting, moment: datetime, *, channel: str = "chat") -> datetime | None:
    """When a person will have answered who is asked at that moment, as far as can honestly be said.

    It is what the last weeks' answers took, or the target while too few are known, counted in open time; None for a
    shop that never opens.
    """
    minutes = ceil(setting.targets.measured) or setting.targets.of(channel)
    return due(setting.hours, moment, minutes)


# -- as it is kept -----------------------------------------------------------------------------------------------


def _read(store: Store, row: ChatSetting | None) -> Setting:
    store_id = int(store.id or 0)
    if row is None:
        return Setting(store_id, Hours(store.zone, OFFICE_WEEK))
    return Setting(
        store_id=store_id,
        hours=read_hours(row.hours, store.zone),
        on=row.on,
        bot=row.bot,
        rating=row.rating,
        assignment=cast("Assignment", row.assignment) if row.assignment in ASSIGNMENTS else "off",
        targets=_targets(row.targets),
        model=_model(row.model),
        look=row.look,
        keep_months=row.keep_months,
    )


def _targets(kept: Mapping[str, Any]) -> Targets:
    minutes = {name: int(value) for name, value in (kept.get("minutes") or {}).items()}
    return Targets(
        minutes={**USUAL_MINUTES, **minutes},
        warn_at=int(kept.get("warn_at") or WARN_AT_PERCENT),
        measured=float(kept.get("measured") or 0),
    )


def _model(kept: Mapping[str, Any]) -> Model:
    return Model(
        on=bool(kept.get("on")),
        address=str(kept.get("address") or ""),
        name=str(kept.get("name") or ""),
        key_hidden=str(kept.get("key_hidden") or ""),
        monthly_tokens=int(kept.get("monthly_tokens") or 0),
    )


def read_hours(kept: Mapping[str, Any], zone: str) -> Hours:
    """Opening times from their kept form; `zone` is the shop's and serves where no other one was chosen."""
    days = kept.get("week")
    week = OFFICE_WEEK if days is None else tuple(tuple(_span(one) for one in day) for day in days)
    holidays = tuple(
        Holiday(
            str(one.get("name") or ""),
            date.fromisoformat(one["first"]),
            date.fromisoformat(one["last"]),
            bool(one.get("yearly")),
        )
        for one in kept.get("holidays") or ()
    )
    return Hours(str(kept.get("zone") or zone), week, holidays, str(kept.get("country") or ""))


def kept_hours(hours: Hours, *, own_zone: str) -> dict[str, Any]:
    """The form in which opening times are kept; the shop's own zone is not, since the shop may change it."""
    return {
        "zone": "" if hours.zone == own_zone else hours.zone,
        "week": [[[clock_time(span.opens), clock_time(span.closes)] for span in day] for day in hours.week],
        "holidays": [
            {
                "name": one.name,
                "first": one.first.isoformat(),
                "last": one.last.isoformat(),
                "yearly": one.yearly,
            }
            for one in hours.holidays
        ],
        "country": hours.country,
    }


def clock_time(minute: int) -> str:
    """A minute of the day as "09:30"; the day's end is "24:00"."""
    return f"{minute // 60:02}:{minute % 60:02}"


def minute_of(text: str) -> int:
    """The minute of the day that "09:30" says. Raises ValueError for anything else."""
    hour, colon, minute = text.strip().partition(":")
    found = int(hour) * 60 + int(minute)
    if not colon or len(minute) != 2 or int(minute) > 59 or not 0 <= found <= 24 * 60:
        raise ValueError(text)
    return found


def _span(kept: Sequence[str]) -> Span:
    return Span(minute_of(kept[0]), minute_of(kept[1]))


def moment_or_none(text: str) -> datetime | None:
    """A moment that an event's data keep; None for ""."""
    return datetime.fromisoformat(text) if text else None
