"""Telling the owners, once for each incident, that something needs a hand."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlmodel import Session

from core.languages import Text
from outbox import actions
from outbox.own_letters import written


@dataclass(frozen=True)
class Alert:
    """Something that needs a hand. `address` is the full address of the page where that can be given.

    `incident` names what happened and since when, such as "sync:3:20261123100000"; it is told about once.
    """

    incident: str
    subject: Text
    sentence: Text
    address: str


def alert_owners(session: Session, alert: Alert, owners: Iterable[tuple[str, str, str]]) -> list[int]:
    """Hand in one letter for each owner (address, name, language); returns the letters' numbers."""
    return [
        actions.hand_in(
            session,
            written(
                owner,
                cause=f"alert:{alert.incident}:{owner[0].lower()}",
                purpose="alert",
                subject=alert.subject,
                sentences=(alert.sentence,),
                button=(Text("Have a look"), alert.address),
                small_print=Text("Automatic message of your Aftercart service, sent once for this incident."),
            ),
        )
        for owner in owners
    ]
