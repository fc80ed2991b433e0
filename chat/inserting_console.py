"""What the composer offers to put into a reply, and the article that a good reply becomes."""

from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import JSONResponse, Response

from chat import inserting, queries, saved_replies
from core.database import Reading, Writing
from core.web import Agent, ProvenForm, page, see_other

router = APIRouter(include_in_schema=False)

Typed = Annotated[str, Query(max_length=200)]


@router.get("/conversations/{public_id}/replies")
def replies(session: Reading, who: Agent, public_id: str, q: Typed = "") -> Response:
    """Saved replies for the letters typed so far, filled for this conversation."""
    conversation = queries.conversation_named(session, public_id)
    found = [
        (one, saved_replies.filled(session, conversation, one, who))
        for one in saved_replies.offered(session, conversation.store_id, q)
    ]
    return JSONResponse(
        {
            "replies": [
                {
                    "id": one.id,
                    "shortcut": one.shortcut,
                    "title": one.title,
                    "text": filled.text,
                    "unfilled": list(filled.unfilled),
                }
                for one, filled in found
            ]
        },
        headers={"Cache-Control": "private, no-store"},
    )


@router.get("/conversations/{public_id}/articles")
def articles(request: Request, session: Reading, who: Agent, public_id: str, q: Typed = "") -> Response:
    """Articles that fit the words, or what was asked."""
    conversation = queries.conversation_named(session, public_id)
    found = inserting.articles(session, conversation, q, request.app.state.settings)
    return page(request, "chat/inserts.html", inserts=found, kind="articles")


@router.get("/conversations/{public_id}/invoices")
def invoices(request: Request, session: Reading, who: Agent, public_id: str) -> Response:
    """Links to the person's own documents."""
    conversation = queries.conversation_named(session, public_id)
    state = request.app.state
    found = inserting.invoices(session, conversation, state.keys, state.settings)
    return page(request, "chat/inserts.html", inserts=found, kind="invoices")


@router.post("/conversations/{public_id}/article", dependencies=[ProvenForm])
def article(session: Writing, who: Agent, public_id: str, seq: Annotated[int, Form()] = 0) -> Response:
    """Make a draft of that reply and show it in the editor."""
    conversation = queries.conversation_named(session, public_id)
    text = inserting.draft_article(session, conversation, seq, who)
    return see_other(f"/articles/{text.article_id}/{text.locale}")
