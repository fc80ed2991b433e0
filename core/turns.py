"""Turns of requested jobs: a request after a run has begun leads to another run, requests before it are one."""

from sqlalchemy import update
from sqlmodel import Field, Session, SQLModel, col, select

from core.database import upsert


class JobTurn(SQLModel, table=True):
    """How often a requested job has begun, so that a request after its beginning leads to another run."""

    __tablename__ = "job_turn"

    name: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    turn: int = 0


def take(session: Session, name: str, key: str) -> int:
    """The turn that has not begun yet, in the caller's transaction."""
    upsert(session, JobTurn, [{"name": name, "key": key, "turn": 0}], key=["name", "key"], update=[])
    # The lock holds off a beginning run until we commit; otherwise it could begin unseen and miss our fact.
    return session.exec(
        select(JobTurn.turn).where(JobTurn.name == name, JobTurn.key == key).with_for_update(read=True)
    ).one()


def begin(session: Session, name: str, key: str, turn: int) -> None:
    """Say that this turn has begun; saying it again, after a crash or in a later attempt, changes nothing."""
    session.execute(
        update(JobTurn)
        .where(col(JobTurn.name) == name, col(JobTurn.key) == key, col(JobTurn.turn) == turn)
        .values(turn=turn + 1)
    )
