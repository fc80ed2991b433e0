"""What the desk's templates say alike: sizes of files, moments, and texts of people with their links."""

from datetime import datetime
from typing import Any

from jinja2.utils import urlize
from markupsafe import Markup

from chat.answers import Telling, harmless
from chat.desk_filters import channel_name, named
from core import clock
from core.languages import gettext as _
from core.security import Keys

KIB = 1024


def shown_text(text: str) -> Markup:
    """The text as it was written, its addresses as links that tell nothing of this service; any markup is text."""
    linked = urlize(text, rel="noopener noreferrer nofollow", target="_blank")
    return Markup(linked)  # noqa: S704 - it escapes the text before it adds links


def size_of(size: int) -> str:
    """The size of a file, as people read it."""
    if size < KIB:
        return f"{size} B"
    return f"{size / KIB:.0f} KB" if size < KIB * KIB else f"{size / KIB / KIB:.1f} MB"


def bot_text(text: str) -> Markup:
    """What the bot said, as its readers see it."""
    html = harmless(text)
    if not html:
        return shown_text(text)
    return Markup(html)  # noqa: S704 - cleaned as articles are


def problem_of(code: str) -> str:
    """What is said above a draft that was refused, if the address asks for it."""
    return {
        "answered_meanwhile": _("Somebody else has answered meanwhile."),
        "message_refused": _("This cannot be sent as it is."),
        "reply_unfilled": _("Fill in what stands between double braces before you send."),
    }.get(code, "")


def saying(keys: Keys) -> dict[str, Any]:
    """All these by the names that templates know, and addresses of files that open for a short time."""
    telling = Telling(keys, "")
    return {**_SAYING, "file_address": lambda file: telling.attachment(file).address}


_SAYING: dict[str, Any] = {
    "channel_name": channel_name,
    "named": named,
    "shown_text": shown_text,
    "bot_text": bot_text,
    "size_of": size_of,
    "zone_of": clock.zone,
    "moment_of": datetime.fromisoformat,
}
