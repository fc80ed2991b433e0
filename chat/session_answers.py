"""What the widget learns when it is opened: who the person is, what was said before, and how the shop's chat is set up."""

from datetime import datetime
from math import ceil
from typing import Any

from pydantic import BaseModel
from sqlmodel import Session

from chat import settings as chat_settings
from chat.answers import ConversationAnswer
from chat.hours import is_open
from chat.look import look_of
from connector.tables import Store
from core import clock
from core.languages import DEFAULT_LANGUAGE, LANGUAGES, language_of
from core.settings import Settings
from customers.schemas import Shopper
from customers.tables import Contact
from faq import queries as articles
from faq.addresses import api_path


class ShopperAnswer(BaseModel):
    """The person as the shop knows them; `proven`: whether orders may be shown."""

    name: str
    email: str
    proven: bool


class HelpAnswer(BaseModel):
    """The full address of the help centre's JSON, and its languages, the main one first."""

    address: str
    locales: list[str]


class SettingsAnswer(BaseModel):
    """How the shop's chat is set up now. `reply_by`: when a person answers who is asked now, None when nobody can say."""

    open: bool
    reply_by: datetime | None
    reply_minutes: int | None
    rating: bool
    look: dict[str, Any]
    languages: list[str]
    help: HelpAnswer | None


class SessionAnswer(BaseModel):
    """The opened chat; `token` only when the browser is to keep a new one."""

    token: str | None
    expires_at: datetime
    shopper: ShopperAnswer
    conversations: list[ConversationAnswer]
    settings: SettingsAnswer


def shopper_answer(shopper: Shopper, contact: Contact) -> ShopperAnswer:
    """What the person is told of themselves."""
    return ShopperAnswer(name=contact.name, email=contact.email, proven=shopper.has_proven)


def settings_answer(session: Session, settings: Settings, store: Store) -> SettingsAnswer:
    """How this shop's chat is set up now, and when a person answers who is asked at this moment."""
    setting, moment = chat_settings.of(session, store), clock.now()
    due = chat_settings.reply_by(setting, moment)
    main = language_of(store.locale) or DEFAULT_LANGUAGE
    return SettingsAnswer(
        open=is_open(setting.hours, moment),
        reply_by=due,
        reply_minutes=ceil((due - moment).total_seconds() / 60) if due else None,
        rating=setting.rating,
        look=look_of(setting.look).after_opening(),
        languages=[main, *(other for other in LANGUAGES if other != main)],
        help=_help(session, settings, store),
    )


def _help(session: Session, settings: Settings, store: Store) -> HelpAnswer | None:
    centre = articles.help_centre(session, int(store.id or 0))
    if centre is None or not centre.open:
        return None
    address = settings.address + api_path(centre, "").rstrip("/")
    return HelpAnswer(address=address, locales=list(centre.locales))
