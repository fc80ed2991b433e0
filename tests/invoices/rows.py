"""Reading what tests have caused."""

from typing import Any

from sqlmodel import Session, select


def all_of(session: Session, table: Any) -> list[Any]:
    """All rows of the table, oldest first."""
    return list(session.exec(select(table).order_by(table.id)).all())
