"""How the bot hands over: at once when a person is asked for, and honestly when nobody is there."""

from sqlmodel import Session

from chat.bot_turns import Asked, Turn
from core.languages import gettext as _


def to_person(session: Session, asked: Asked, reason: str) -> Turn:
    """Give the conversation to people."""
    return Turn(
        "person",
        _("I am passing you to a person. They will answer here."),
        reason,
        buttons=() if asked.contact.email else ("email",),
        hand_over=reason,
    )
