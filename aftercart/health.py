"""For machines that watch: is the process alive, and can it do its work."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

import migrations

router = APIRouter(prefix="/health", include_in_schema=False)

# Below this, documents and the database would soon fail to be written.
LEAST_FREE_BYTES = 200 * 1024 * 1024


@router.get("/live")
def live() -> dict[str, str]:
    """Alive: the process answers."""
    return {"state": "alive"}


@router.get("/ready")
def ready(request: Request) -> JSONResponse:
    """Ready: database reachable and current, disk not full. 503 names what is missing."""
    state = request.app.state
    checks: dict[str, Any] = {"database": False, "migrated": False, "disk": False}
    try:
        with state.database.reading() as session:
            session.execute(text("SELECT 1"))
        checks["database"] = True
        checks["migrated"] = not migrations.behind(state.database)
    except SQLAlchemyError:
        pass  # Said by the check's own word.
    checks["disk"] = state.files.free_bytes() >= LEAST_FREE_BYTES
    return JSONResponse(
        {"ready": all(checks.values()), **checks}, status_code=200 if all(checks.values()) else 503
    )
