"""Erasing conversations that were resolved long enough ago, where an owner wants that."""

from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from chat import settings
from chat.tables import Conversation
from connector import queries as shops
from core import clock
from core.clock import zone

AT_A_TIME = 50  # With all their events these hold the writer's place for a few hundredths of a second.


def before(session: Session, store_id: int) -> datetime | None:
    """Conversations of that shop resolved before this moment are erased; None keeps all."""
    store = shops.store(session, store_id)
    months = settings.of(session, store).keep_months
    if not months:
        return None
    local = clock.now().astimezone(zone(store.zone))
    year, month = divmod(local.year * 12 + local.month - 1 - months, 12)
    return local.replace(year=year, month=month + 1, day=1 if local.day > 28 else local.day)


def erase_some(session: Session, store_id: int, resolved_before: datetime) -> bool:
    """Erase the next ones; whether there may be more. Spam goes by the day on which it last changed."""
    old = or_(
        (col(Conversation.state) == "resolved") & (col(Conversation.resolved_at) < resolved_before),
        (col(Conversation.state) == "spam") & (col(Conversation.changed_at) < resolved_before),
    )
    chosen = (
        select(Conversation.id)
        .where(Conversation.store_id == store_id, col(Conversation.merged_into_id).is_(None), old)
        .order_by(col(Conversation.id))
        .limit(AT_A_TIME)
        .with_for_update()
    )
    numbers = session.exec(chosen).all()
    # Signposts to a conversation go with it.
    session.execute(delete(Conversation).where(col(Conversation.merged_into_id).in_(numbers)))
    session.execute(delete(Conversation).where(col(Conversation.id).in_(numbers)))
    return len(numbers) == AT_A_TIME
