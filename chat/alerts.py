"""Letters to people of the shop: somebody waits, and nobody has seen it. They hold nothing of what was said."""

from collections.abc import Mapping, Sequence
from typing import Literal

from sqlmodel import Session, col, select

from chat.assigning import AWAY_AFTER, members_of
from chat.desk_tables import StaffDuty
from chat.tables import Conversation
from connector import queries as shops
from core import clock
from core.languages import Text
from outbox import actions as outbox
from outbox.own_letters import written
from staff.tables import StaffMember

Reason = Literal["wanted", "soon", "missed"]

SUBJECTS: Mapping[str, Text] = {
    "wanted": Text("%(shop)s: a customer waits for a person"),
    "soon": Text("%(shop)s: a customer should be answered soon"),
    "missed": Text("%(shop)s: a customer has waited too long"),
}
SENTENCES: Mapping[str, Text] = {
    "wanted": Text("A customer wrote, and nobody of you has the inbox open."),
    "soon": Text("The time in which you want to answer is nearly over."),
    "missed": Text("The time in which you want to answer is over."),
}


def hand_in(
    session: Session, conversation: Conversation, reason: Reason, concerned: Sequence[int], *, address: str
) -> list[int]:
    """Hand in a letter to each of those people (all who answer, if there is none) who wants letters.

    Only a miss is also told to those who have a page open: they see the rest there. One letter for each time that a
    customer waits.
    """
    if conversation.waiting_since is None:
        return []
    shop = shops.store(session, conversation.store_id)
    since = conversation.waiting_since.strftime("%Y%m%d%H%M%S%f")
    return [
        outbox.hand_in(
            session,
            written(
                (reader.email, reader.name, reader.language),
                cause=f"chat-{reason}:{conversation.id}:{since}:{reader.id}",
                purpose="alert",
                subject=Text(SUBJECTS[reason].message, shop=shop.name),
                sentences=[SENTENCES[reason]],
                button=(Text("Open the conversation"), f"{address}/conversations/{conversation.public_id}"),
                small_print=Text(
                    "Automatic message of your Aftercart service. You can switch these letters off in the chat's settings."
                ),
            ),
        )
        for reader in _readers(session, concerned, also_present=reason == "missed")
    ]


def somebody_is_there(session: Session) -> bool:
    """Whether anybody who can answer has a page of the console open."""
    chosen = (
        select(StaffDuty.staff_id)
        .join(StaffMember, col(StaffMember.id) == StaffDuty.staff_id)
        .where(
            StaffDuty.seen_at > clock.now() - AWAY_AFTER,
            StaffMember.role != "reader",
            col(StaffMember.disabled_at).is_(None),
        )
    )
    return session.exec(chosen).first() is not None


def who_cares(session: Session, conversation: Conversation) -> list[int]:
    """Whom a waiting conversation concerns while nobody is there; none means all."""
    if conversation.assignee_id is not None:
        return [conversation.assignee_id]
    return members_of(session, conversation.team_id) if conversation.team_id is not None else []


def _readers(session: Session, concerned: Sequence[int], *, also_present: bool) -> Sequence[StaffMember]:
    chosen = (
        select(StaffMember, StaffDuty)
        .outerjoin(StaffDuty, col(StaffDuty.staff_id) == StaffMember.id)
        .where(col(StaffMember.disabled_at).is_(None), StaffMember.role != "reader")
        .order_by(col(StaffMember.id))
    )
    if concerned:
        chosen = chosen.where(col(StaffMember.id).in_(concerned))
    before = clock.now() - AWAY_AFTER
    return [
        member
        for member, duty in session.exec(chosen).all()
        if duty is None or (duty.letters and (also_present or duty.seen_at <= before))
    ]
