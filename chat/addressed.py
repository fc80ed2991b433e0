"""What the shopper's addresses share: how often one may ask, and how an answer looks."""

from typing import Any

from fastapi import Request
from pydantic import BaseModel
from starlette.responses import JSONResponse

from chat import answers
from customers.schemas import Shopper
from customers.visits import Call

# What one network address, and what one contact may do. Behind one address may be an office or a whole carrier.
STARTS = ("60/hour", "12/hour")
MESSAGES = ("300/10 seconds", "30/10 seconds")
READS = ("1200/minute", "240/minute")
FEW = ("300/minute", "30/minute")


def telling(call: Call) -> answers.Telling:
    """What makes answers for this service."""
    state = call.request.app.state
    return answers.Telling(state.keys, state.settings.address)


def answered(request: Request, said: dict[str, Any], *, status: int = 200) -> JSONResponse:
    """The answer, which the shop's own pages can read and no cache keeps."""
    headers = {**request.state.error_headers, "Cache-Control": "private, no-store"}
    return JSONResponse(
        {name: _plain(value) for name, value in said.items()}, status_code=status, headers=headers
    )


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    return [_plain(one) for one in value] if isinstance(value, list) else value


def limit(call: Call, shopper: Shopper, what: str, often: tuple[str, str]) -> None:
    """Count this try for its network address and for its contact. Raises TooMany."""
    call.limit(often[0], what)
    call.limit(often[1], f"{what}-contact", str(shopper.contact_id))
