"""How the bot hands over: at once when a person is asked for, and honestly when nobody is there now."""

from sqlmodel import Session

from chat import hours, settings
from chat.bot_turns import Asked, Turn
from core import clock, languages
from core.languages import gettext as _


def to_person(session: Session, asked: Asked, reason: str) -> Turn:
    """Give the conversation to people, and say when they will answer."""
    setting = settings.of(session, asked.store)
    moment = clock.now()
    said = [
        _("I am passing you to a person. They will answer here.")
        if hours.is_open(setting.hours, moment)
        else _closed(asked, setting)
    ]
    if not asked.contact.email:
        said.append(_("Leave your e-mail address, so that the answer reaches you also when you have left."))
    return Turn(
        "person",
        "\n\n".join(said),
        reason,
        buttons=() if asked.contact.email else ("email",),
        hand_over=reason,
    )


def _closed(asked: Asked, setting: settings.Setting) -> str:
    expected = settings.reply_by(setting, clock.now(), channel=asked.conversation.channel)
    if expected is None:
        return _("Nobody is here now. Your message is kept, and a person will answer it.")
    shown = languages.moment(expected, asked.language, setting.hours.zone)
    return _("Nobody is here now. A person will answer by %(moment)s.") % {"moment": shown}
