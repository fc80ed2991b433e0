"""The forms in which an owner sets up a shop's chat: as they were filled in, what is wrong with them, and what they mean."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import BaseModel

from chat import look
from chat.hours import Holiday, Hours, Span
from chat.public_holidays import COUNTRIES
from chat.settings import ASSIGNMENTS, Assignment, Model, Setting, Targets, clock_time, minute_of
from core.colours import is_colour
from core.languages import Text
from core.security import Keys

LONGEST_TARGET = 10_000  # Open minutes: a week and more.
LONGEST_ADDRESS = 300
LONGEST_NAME = 100
MOST_HOLIDAYS = 200
MOST_MONTHS = 120


class ChatForm(BaseModel):
    """What a chat does. Lists belong together by place; `key` is typed only to change it."""

    on: bool = False
    bot: bool = False
    rating: bool = False
    assignment: str = "off"
    minutes_chat: str = ""
    minutes_other: str = ""
    warn_at: str = ""
    keep_months: str = ""
    model_on: bool = False
    model_address: str = ""
    model_name: str = ""
    model_key: str = ""
    forget_key: bool = False
    model_tokens: str = ""

    def problems(self) -> dict[str, Text]:
        """The mistakes by field."""
        found: dict[str, Text] = {}
        for name, least, most in (
            ("minutes_chat", 1, LONGEST_TARGET),
            ("minutes_other", 1, LONGEST_TARGET),
            ("warn_at", 10, 100),
            ("keep_months", 0, MOST_MONTHS),
            ("model_tokens", 0, 1_000_000_000),
        ):
            if not _is_number(getattr(self, name), least, most):
                found[name] = Text(
                    "Please write a whole number from %(least)s to %(most)s.", least=least, most=most
                )
        if self.assignment not in ASSIGNMENTS:
            found["assignment"] = Text("Please choose one of these.")
        return found | self._model_problems()

    def _model_problems(self) -> dict[str, Text]:
        found: dict[str, Text] = {}
        if (self.model_address.strip() or self.model_on) and not _is_address(self.model_address):
            found["model_address"] = Text(
                "Please write the whole address, such as https://models.example/v1."
            )
        if self.model_on and not 0 < len(self.model_name.strip()) <= LONGEST_NAME:
            found["model_name"] = Text("Please write which model answers.")
        if self.model_on and self.model_tokens.strip() == "0":
            found["model_tokens"] = Text("Without a budget nothing is sent.")
        return found

    def taken_over(self, setting: Setting, keys: Keys) -> Setting:
        """The setting with what a form without problems says."""
        hidden = "" if self.forget_key else setting.model.key_hidden
        if self.model_key.strip():
            hidden = keys.hide(self.model_key.strip())
        assignment: Assignment = next(one for one in ASSIGNMENTS if one == self.assignment)
        return replace(
            setting,
            on=self.on,
            bot=self.bot,
            rating=self.rating,
            assignment=assignment,
            keep_months=int(self.keep_months),
            targets=Targets(
                {"chat": int(self.minutes_chat), "other": int(self.minutes_other)},
                warn_at=int(self.warn_at),
                measured=setting.targets.measured,
            ),
            model=Model(
                on=self.model_on,
                address=self.model_address.strip(),
                name=self.model_name.strip(),
                key_hidden=hidden,
                monthly_tokens=int(self.model_tokens),
            ),
        )


def chat_form(setting: Setting) -> ChatForm:
    """The form that shows the setting as it stands; a key is never shown."""
    return ChatForm(
        on=setting.on,
        bot=setting.bot,
        rating=setting.rating,
        assignment=setting.assignment,
        minutes_chat=str(setting.targets.of("chat")),
        minutes_other=str(setting.targets.of("other")),
        warn_at=str(setting.targets.warn_at),
        keep_months=str(setting.keep_months),
        model_on=setting.model.on,
        model_address=setting.model.address,
        model_name=setting.model.name,
        model_tokens=str(setting.model.monthly_tokens),
    )


class LookForm(BaseModel):
    """How the widget looks and what it asks."""

    colour: str = ""
    corner: str = "right"
    language: list[str] = []
    greeting: list[str] = []
    launcher: list[str] = []
    consent: list[str] = []
    people: str = ""
    asks_name: str = "no"
    asks_email: str = "no"
    asks_order_number: str = "no"

    def problems(self) -> dict[str, Text]:
        """The mistakes by field."""
        found: dict[str, Text] = {}
        if not is_colour(self.colour.strip()):
            found["colour"] = Text("Please write the colour like this: #2f6f5e.")
        for name, longest in (
            ("greeting", look.LONGEST_GREETING),
            ("launcher", look.LONGEST_LAUNCHER),
            ("consent", look.LONGEST_CONSENT),
        ):
            if any(len(text) > longest for text in getattr(self, name)):
                found[name] = Text("At most %(most)s characters.", most=longest)
        return found

    def look(self) -> look.Look:
        """The look that a form without problems means; whatever makes no sense is the default."""
        return look.look_of(
            {
                "colour": self.colour.strip().lower(),
                "corner": self.corner,
                "greetings": self.by_language(self.greeting),
                "launcher": self.by_language(self.launcher),
                "consent": self.by_language(self.consent),
                "people": [name.strip() for name in self.people.split(",")],
                "asks": {name: getattr(self, f"asks_{name}") for name in look.ASKED},
            }
        )

    def by_language(self, texts: Sequence[str]) -> dict[str, str]:
        """The texts of one field by their language."""
        return dict(zip(self.language, texts, strict=False))


def look_form(setting: Setting, languages: Sequence[str]) -> LookForm:
    """The form that shows the look as it stands, with a field for each of those languages."""
    found = look.look_of(setting.look)
    return LookForm(
        colour=found.colour,
        corner=found.corner,
        language=list(languages),
        greeting=[found.greetings.get(one, "") for one in languages],
        launcher=[found.launcher.get(one, "") for one in languages],
        consent=[found.consent.get(one, "") for one in languages],
        people=", ".join(found.people),
        **{f"asks_{name}": found.asks.get(name, "no") for name in look.ASKED},
    )


class HoursForm(BaseModel):
    """Opening times: one row for each span, and for each holiday. Rows with nothing in them are nothing."""

    zone: str = ""
    country: str = ""
    day: list[str] = []
    opens: list[str] = []
    closes: list[str] = []
    holiday: list[str] = []
    first: list[str] = []
    last: list[str] = []
    yearly: list[str] = []

    def problems(self) -> dict[str, Text]:
        """The mistakes by field; "span-3" and "holiday-3" are of those rows."""
        found: dict[str, Text] = {}
        if self.zone not in available_timezones():
            found["zone"] = Text("There is no such time zone; “Asia/Seoul” would be one.")
        if self.country and self.country not in COUNTRIES:
            found["country"] = Text("Please choose one of these.")
        if len(self.first) > MOST_HOLIDAYS:
            found["holiday"] = Text("There are at most %(most)s holidays.", most=MOST_HOLIDAYS)
        for place, row in enumerate(self.span_rows()):
            if (row[1] or row[2]) and _span(row[1], row[2]) is None:
                found[f"span-{place}"] = Text("It closes after it opens, at a time such as 18:00.")
        for place, holiday in enumerate(self.holiday_rows()):
            if any(holiday[:3]) and _holiday(*holiday) is None:
                found[f"holiday-{place}"] = Text(
                    "Please give the first day, and a last day that is not before it."
                )
        return found

    def span_rows(self) -> list[tuple[str, str, str]]:
        """Day, opening and closing of each row."""
        return list(zip(self.day, self.opens, self.closes, strict=False))

    def holiday_rows(self) -> list[tuple[str, str, str, str]]:
        """Name, first and last day of each row, and whether it comes every year."""
        return list(zip(self.holiday, self.first, self.last, self.yearly, strict=False))

    def hours(self) -> Hours:
        """The opening times that a form without problems means."""
        week: list[list[Span]] = [[] for _ in range(7)]
        for day, opens, closes in self.span_rows():
            span = _span(opens, closes)
            if span is not None and day in set("0123456"):
                week[int(day)].append(span)
        holidays = (_holiday(*row) for row in self.holiday_rows())
        return Hours(
            self.zone,
            tuple(tuple(sorted(day)) for day in week),
            tuple(sorted((one for one in holidays if one), key=lambda one: (one.first, one.name))),
            self.country,
        )


def hours_form(hours: Hours) -> HoursForm:
    """The form that shows the opening times as they stand, with an empty row for each day and for two holidays."""
    rows = [
        (str(number), clock_time(span.opens), _closing(span.closes))
        for number, day in enumerate(hours.week)
        for span in day
    ]
    rows = sorted(
        [*rows, *((str(number), "", "") for number in range(7))], key=lambda row: (row[0], row[1] or "~")
    )
    return HoursForm(
        zone=hours.zone,
        country=hours.country,
        day=[row[0] for row in rows],
        opens=[row[1] for row in rows],
        closes=[row[2] for row in rows],
        holiday=[*(one.name for one in hours.holidays), "", ""],
        first=[*(one.first.isoformat() for one in hours.holidays), "", ""],
        last=[*("" if one.first == one.last else one.last.isoformat() for one in hours.holidays), "", ""],
        yearly=[*("yes" if one.yearly else "no" for one in hours.holidays), "no", "no"],
    )


def _closing(minute: int) -> str:
    # A field for a time of day knows no 24:00; closing at 00:00 can mean nothing else.
    return "00:00" if minute == 24 * 60 else clock_time(minute)


def _span(opens: str, closes: str) -> Span | None:
    try:
        span = Span(minute_of(opens), minute_of(closes) or 24 * 60)
    except ValueError:
        return None
    return span if span.opens < span.closes else None


def _holiday(name: str, first: str, last: str, yearly: str) -> Holiday | None:
    try:
        began = date.fromisoformat(first)
        ended = date.fromisoformat(last) if last else began
    except ValueError:
        return None
    return Holiday(name.strip()[:LONGEST_NAME], began, ended, yearly == "yes") if began <= ended else None


def _is_number(text: str, least: int, most: int) -> bool:
    return text.strip().isascii() and text.strip().isdecimal() and least <= int(text) <= most


def _is_address(text: str) -> bool:
    parts = urlsplit(text.strip())
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and not parts.username
        and len(text) <= LONGEST_ADDRESS
    )


def paired(languages: Sequence[str], texts: Sequence[str]) -> Mapping[str, str]:
    """Texts by language."""
    return dict(zip(languages, texts, strict=False))
