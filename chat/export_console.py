"""The open export of conversations; for owners, since it holds all that was ever said."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from chat.exporting import Format, exported
from connector import queries as shops
from core import clock
from core.database import Reading, database_of
from core.errors import NotFound
from core.languages import Text
from core.web import Owner

router = APIRouter(include_in_schema=False)

TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


@router.get("/conversations/export")
def export(
    request: Request,
    session: Reading,
    who: Owner,
    format: Annotated[Format, Query()] = "csv",  # noqa: A002 - as in the address
    shop: Annotated[int, Query()] = 0,
) -> StreamingResponse:
    """All conversations of a shop (of the only one, if none is named)."""
    known = shops.stores(session)
    store = next((one for one in known if shop in (one.id, 0)), None)
    if store is None or (not shop and len(known) > 1):
        raise NotFound(Text("Please name the shop whose conversations you want."))
    name = f"conversations-{store.id}-{clock.now():%Y-%m-%d}.{format}"
    return StreamingResponse(
        exported(database_of(request), int(store.id or 0), format),
        media_type=TYPES[format],
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )
