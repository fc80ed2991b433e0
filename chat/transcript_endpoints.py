"""The shopper's wish to have the conversation by mail."""

from fastapi import APIRouter
from pydantic import BaseModel, EmailStr, Field
from starlette.responses import Response

from chat import queries, transcripts, visitors
from core.database import database_of
from customers.visits import AnyCall, Known

router = APIRouter(prefix="/api/chat/{shop}", tags=["Chat"])

# Of one network address, and of one contact; the letters themselves are fewer still.
OF_ADDRESS, OF_CONTACT = "20/hour", "6/hour"


class TranscriptForm(BaseModel):
    """Where the letter is to go; it must be the contact's own address."""

    email: EmailStr = Field(max_length=254)


@router.post("/conversations/{public_id}/transcript", status_code=202)
def transcript(call: AnyCall, shopper: Known, public_id: str, form: TranscriptForm) -> Response:
    """Mail the conversation to the address that was given in the chat; without one yet, the one that is given now."""
    call.limit(OF_ADDRESS, "transcript")
    call.limit(OF_CONTACT, "transcript-contact", str(shopper.contact_id))
    found = queries.conversation_seen_by(call.session, shopper, public_id)
    with database_of(call.request).writing() as session:
        visitors.refuse_blocked(session, shopper)
        transcripts.want(session, queries.conversation(session, int(found.id or 0)), address=form.email)
    return Response(status_code=202)
