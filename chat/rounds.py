"""What is looked after every few seconds: what was put aside, targets, and conversations of who is away. All bounded."""

from collections.abc import Sequence

from sqlmodel import Session, col, or_, select

from chat import assigning, clocks, handling
from chat.tables import Conversation
from core import clock
from core.database import Database

AT_A_TIME = 200  # Conversations looked through in one round; the next one comes within half a minute.


def wake_snoozed(database: Database) -> None:
    """Open what was put aside until now. A second run finds nothing."""
    with database.reading() as session:
        chosen = (
            select(Conversation.id)
            .where(col(Conversation.snoozed_until) <= clock.now())
            .order_by(col(Conversation.snoozed_until))
            .limit(AT_A_TIME)
        )
        due = session.exec(chosen).all()
    for number in due:
        with database.writing() as session:
            handling.wake(session, int(number or 0))


def warn_of_targets(database: Database, *, address: str) -> None:
    """Tell of conversations whose target is nearly or already missed, each once."""
    with database.reading() as session:
        due = clocks.due_warnings(session, most=AT_A_TIME)
    for one in due:
        with database.writing() as session:
            clocks.warn(session, one.conversation_id, address=address)


def give_on_waiting(database: Database) -> None:
    """Give waiting conversations of who is away, and those of nobody, to who is there."""
    with database.reading() as session:
        numbers = _waiting_for_nobody(session)
    for number in numbers:
        with database.writing() as session:
            if assigning.give_by_turn(session, number) is None:
                assigning.give_on(session, number)


def _waiting_for_nobody(session: Session) -> Sequence[int]:
    there = [one.staff_id for one in assigning.available(session)]
    shops = assigning.shops_with_turns(session)
    if not there or not shops:
        return []
    chosen = (
        select(Conversation.id)
        .where(col(Conversation.respond_by).is_not(None), Conversation.state == "open")
        .where(col(Conversation.store_id).in_(shops))
        .where(or_(col(Conversation.assignee_id).is_(None), col(Conversation.assignee_id).not_in(there)))
        .order_by(col(Conversation.respond_by))
        .limit(AT_A_TIME)
    )
    return [int(number or 0) for number in session.exec(chosen).all()]
