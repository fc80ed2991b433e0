"""Alembic's entry: runs the revisions on the connection that migrations/upgrading.py opened."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlmodel.sql.sqltypes import AutoString

from core.database import UtcDateTime
from migrations.rooms import METADATA, is_ours


def _plainly(kind: str, item: Any, context: AutogenContext) -> str | Literal[False]:
    """Write our column types as SQLAlchemy's own, so that an old revision never depends on code that has moved."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    include_name=is_ours,
    render_item=_plainly,
    render_as_batch=True,
    transactional_ddl=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
