"""What a shop's language model may cost in a month, counted exactly however many ask at once; and what was sent to it.

Tokens are set aside before the model is asked and settled after it answered. A process that dies in between leaves them
set aside: rather too many counted than too few.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal

from sqlalchemy import delete, update
from sqlmodel import Session, col

from chat.desk_tables import ModelExchange, ModelSpending
from chat.tables import Conversation
from connector.tables import Store
from core import clock
from core.database import Database, upsert

KEPT = timedelta(days=90)  # What was sent and answered; long enough to look into a complaint about an answer.
LONGEST_KEPT = 8_000  # Characters of an answer.
Outcome = Literal["used", "refused", "late", "failed"]


@dataclass(frozen=True)
class Reserved:
    """Tokens that are set aside for one question."""

    store_id: int
    month: str
    tokens: int


def month_of(store: Store) -> str:
    """This month by the shop's calendar."""
    return f"{clock.now().astimezone(clock.zone(store.zone)):%Y-%m}"


def reserve(session: Session, store: Store, *, tokens: int, budget: int) -> Reserved | None:
    """Set tokens aside if the month's budget still has them; None if it has not."""
    store_id, month = int(store.id or 0), month_of(store)
    empty = {"store_id": store_id, "month": month, "tokens": 0}
    upsert(session, ModelSpending, [empty], key=["store_id", "month"], update=[])
    # In one statement: two questions at the same moment cannot both take what is enough for one.
    taken = session.execute(
        update(ModelSpending)
        .where(
            col(ModelSpending.store_id) == store_id,
            col(ModelSpending.month) == month,
            col(ModelSpending.tokens) + tokens <= budget,
        )
        .values(tokens=ModelSpending.tokens + tokens)
    )
    return Reserved(store_id, month, tokens) if taken.rowcount else None  # type: ignore[attr-defined]


def settle(
    session: Session,
    reserved: Reserved,
    *,
    conversation_id: int,
    sent: Mapping[str, Any],
    answer: str,
    outcome: Outcome,
    tokens: int,
) -> None:
    """Count what it cost in truth, and keep what was sent and answered."""
    session.execute(
        update(ModelSpending)
        .where(col(ModelSpending.store_id) == reserved.store_id, col(ModelSpending.month) == reserved.month)
        .values(tokens=ModelSpending.tokens + (tokens - reserved.tokens))
    )
    if session.get(Conversation, conversation_id) is None:
        return  # Erased meanwhile, and with it all that was said; what it cost is counted.
    session.add(
        ModelExchange(
            store_id=reserved.store_id,
            conversation_id=conversation_id,
            sent=dict(sent),
            answer=answer[:LONGEST_KEPT].replace("\0", ""),
            outcome=outcome,
            tokens=tokens,
            month=reserved.month,
            created_at=clock.now(),
        )
    )
    session.flush()


def spent(session: Session, store: Store) -> int:
    """The tokens of this month, with those set aside."""
    found = session.get(ModelSpending, (store.id, month_of(store)))
    return found.tokens if found else 0


def forget_exchanges(database: Database) -> None:
    """Every night: delete what was sent and answered long ago; the months' sums stay."""
    with database.writing() as session:
        session.execute(delete(ModelExchange).where(col(ModelExchange.created_at) < clock.now() - KEPT))
