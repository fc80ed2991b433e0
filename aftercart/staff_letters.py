"""The letters that let staff in. Their links are made together with the letter, and once: a second run changes nothing."""

from sqlmodel import Session

from core.database import Database
from core.languages import Text
from core.settings import Settings
from outbox import actions as outbox
from outbox.own_letters import written
from outbox.queries import letter_of_cause
from outbox.schemas import NewLetter
from staff import links, queries
from staff.errors import LinkNotFound
from staff.tables import StaffLink


def send_invitation(database: Database, *, settings: Settings, invitation_id: int) -> None:
    """Ask the invited colleague to make an account."""
    with database.writing() as session:
        _hand_in(session, settings, cause=f"invitation:{invitation_id}", link_id=invitation_id)


def send_reset(database: Database, *, settings: Settings, reset_id: int) -> None:
    """Mail the way to a new password."""
    with database.writing() as session:
        _hand_in(session, settings, cause=f"password-reset:{reset_id}", link_id=reset_id)


def _hand_in(session: Session, settings: Settings, *, cause: str, link_id: int) -> None:
    if letter_of_cause(session, cause) is not None:
        return
    try:
        link = queries.link(session, link_id)
        token = links.fresh_token(session, link)
    except LinkNotFound:
        return  # Used, withdrawn or replaced meanwhile.
    outbox.hand_in(session, _letter(settings, link, token, cause))


def _letter(settings: Settings, link: StaffLink, token: str, cause: str) -> NewLetter:
    reader = (link.email, "", link.language)
    if link.kind == "reset":
        return written(
            reader,
            cause=cause,
            purpose="account",
            subject=Text("Choose a new password"),
            sentences=[
                Text("Somebody, probably you, asked for a new password for %(address)s.", address=link.email)
            ],
            button=(Text("Choose a password"), f"{settings.address}/reset/{token}"),
            small_print=Text(
                "The button works once, for two hours. If it was not you, do nothing; your password stays."
            ),
        )
    return written(
        reader,
        cause=cause,
        purpose="account",
        subject=Text("You are invited to Aftercart"),
        sentences=[Text("A colleague invites you to help looking after the shop's customers.")],
        button=(Text("Make your account"), f"{settings.address}/welcome/{token}"),
        small_print=Text("The button works once, for seven days."),
    )
