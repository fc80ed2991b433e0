"""Turns of requested jobs: a request after a run has begun leads to another run, requests before it are one."""

from sqlalchemy import event, update
from sqlmodel import Field, Session, SQLModel, col, select

from core.database import upsert


class JobTurn(SQLModel, table=True):
    """How often a requested job has begun, so that a request after its beginning leads to another run."""

    __tablename__ = "job_turn"

    name: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    turn: int = 0


class KnownTurns:
    """Turns whose runs this process has handed in, as far as that was committed: asking for them again costs nothing."""

    def __init__(self, at_most: int = 1000) -> None:
        self._at_most = at_most
        self._turns: dict[tuple[str, str], int] = {}

    def holds(self, name: str, key: str, turn: int) -> bool:
        """Whether the run of that turn was handed in."""
        return self._turns.get((name, key)) == turn

    def note(self, session: Session, name: str, key: str, turn: int) -> None:
        """Remember that turn once the session's transaction is committed."""

        def committed(ended: Session) -> None:
            if ended.in_nested_transaction():
                return  # A savepoint was left; the transaction around it may still be undone.
            if len(self._turns) >= self._at_most:
                self._turns.clear()
            self._turns[name, key] = turn

        event.listen(session, "after_commit", committed, once=True)


def take(session: Session, name: str, key: str) -> int:
    """The turn that has not begun yet, in the caller's transaction."""
    # The lock holds off a beginning run until we commit; otherwise it could begin unseen and miss our fact.
    chosen = select(JobTurn.turn).where(JobTurn.name == name, JobTurn.key == key).with_for_update(read=True)
    turn = session.exec(chosen).first()
    if turn is None:
        upsert(session, JobTurn, [{"name": name, "key": key, "turn": 0}], key=["name", "key"], update=[])
        turn = session.exec(chosen).one()
    return turn


def begin(session: Session, name: str, key: str, turn: int) -> None:
    """Say that this turn has begun; saying it again, after a crash or in a later attempt, changes nothing."""
    session.execute(
        update(JobTurn)
        .where(col(JobTurn.name) == name, col(JobTurn.key) == key, col(JobTurn.turn) == turn)
        .values(turn=turn + 1)
    )
