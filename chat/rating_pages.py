"""The page behind the link in a transcript. Programs that open every link of a mail count nothing: only a click does."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from chat import rating
from chat.rating import LONGEST_COMMENT, SCORES
from chat.tables import Conversation
from connector import queries as shops
from core import clock
from core.database import Reading, Writing
from core.security import Keys, RateLimits
from core.web import SameOrigin, client_address, page

router = APIRouter(include_in_schema=False)

# The token stands in the address: no other site may hear of it, and no machine keep what it opens.
SECRET_ADDRESS = {
    "Cache-Control": "private, no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
}


@router.get("/rate/{token}")
def ask(request: Request, session: Reading, token: str) -> Response:
    keys: Keys = request.app.state.keys
    return _page(request, session, rating.conversation_of_link(session, keys, token), token, thanks=False)


@router.post("/rate/{token}", dependencies=[SameOrigin])
def take(
    request: Request,
    session: Writing,
    token: str,
    score: Annotated[int, Form()],
    comment: Annotated[str, Form(max_length=LONGEST_COMMENT)] = "",
) -> Response:
    """Keep the answer and show it; it can be changed there."""
    limits: RateLimits = request.app.state.limits
    limits.take("30/hour", "chat-rate", client_address(request))
    keys: Keys = request.app.state.keys
    found = rating.conversation_of_link(session, keys, token)
    rating.rate(session, int(found.id or 0), score=score, comment=comment)
    return _page(request, session, found, token, thanks=True)


def _page(
    request: Request, session: Session, conversation: Conversation, token: str, *, thanks: bool
) -> Response:
    shop = shops.store(session, conversation.store_id)
    answer = page(
        request,
        "chat/rate.html",
        viewer=None,
        shop=shop,
        token=token,
        scores=SCORES,
        given=rating.given(session, int(conversation.id or 0)),
        thanks=thanks,
        since=conversation.created_at or clock.now(),
    )
    answer.headers.update(SECRET_ADDRESS)
    return answer
