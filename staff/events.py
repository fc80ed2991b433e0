"""What happened among staff, as others may react to it."""

from dataclasses import dataclass

from core.events import Event


@dataclass(frozen=True)
class InvitationMade(Event):
    """A colleague was invited; the letter's link gets its token when it is written (`actions.fresh_token`)."""

    invitation_id: int


@dataclass(frozen=True)
class ResetWanted(Event):
    """A member of staff forgot the password; likewise."""

    reset_id: int
