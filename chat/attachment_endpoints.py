"""Files handed in for a conversation, by its shopper or at the desk, and the address that opens one for a short time."""

from urllib.parse import quote

from fastapi import APIRouter, Request, UploadFile
from starlette.responses import JSONResponse, Response

from chat import attachments, queries, visitors
from chat.addressed import answered, limit
from chat.answers import ATTACHMENT_PURPOSE, AttachmentAnswer, Telling
from chat.schemas import Author
from chat.tables import Conversation
from core.database import Reading, database_of
from core.files import Files
from core.security import Keys, RateLimits, read_token
from core.web import Agent, ProvenForm
from customers.visits import AnyCall, Known

router = APIRouter()
for_shoppers = APIRouter(prefix="/api/chat/{shop}", tags=["Chat"])

# More than a file may have, so that whoever sends a larger one reads how large it may be.
LARGEST_UPLOAD_BYTES = attachments.MOST_BYTES + 2 * 1024 * 1024
FILES = ("120/hour", "30/hour")
FILES_OF_STAFF = "240/hour"
# Nothing in it may run, wherever it is opened; a picture may be shown by the shop's pages.
SANDBOX = "default-src 'none'; sandbox"
KEPT_SECONDS = 3600


@router.get("/api/chat/attachments/{token}", tags=["Chat"])
def opened(request: Request, session: Reading, token: str) -> Response:
    """The file that the signed link names, to be saved and never to be run."""
    keys: Keys = request.app.state.keys
    claims = read_token(keys.of(ATTACHMENT_PURPOSE), token, purpose=ATTACHMENT_PURPOSE)
    file = attachments.attachment(session, str(claims.get("attachment", "")))
    content = attachments.chat_files(request.app.state.files).read(file.digest)
    kind = "text/plain; charset=utf-8" if file.content_type == "text/plain" else file.content_type
    headers = {
        "Content-Type": kind,
        "Content-Disposition": f"attachment; filename*=UTF-8''{quote(file.name)}",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Referrer-Policy": "no-referrer",
        "Cache-Control": f"private, max-age={KEPT_SECONDS}, immutable",
    }
    return Response(content, headers=headers)


@for_shoppers.post("/conversations/{public_id}/attachments", max_body_size=LARGEST_UPLOAD_BYTES)
def hand_in(call: AnyCall, shopper: Known, public_id: str, file: UploadFile) -> Response:
    """Take a file for the shopper's next message."""
    limit(call, shopper, "file", FILES)
    found = queries.conversation_seen_by(call.session, shopper, public_id)
    visitors.refuse_blocked(call.session, shopper)
    author = Author("shopper", device_id=shopper.device_id)
    return answered(call.request, {"attachment": _taken(call.request, found, author, file)}, status=201)


@router.post(
    "/conversations/{public_id}/attachments",
    include_in_schema=False,
    dependencies=[ProvenForm],
    max_body_size=LARGEST_UPLOAD_BYTES,
)
def hand_in_at_desk(
    request: Request, session: Reading, who: Agent, public_id: str, file: UploadFile
) -> Response:
    """Take a file for an answer or a note."""
    limits: RateLimits = request.app.state.limits
    limits.take(FILES_OF_STAFF, "chat-file-staff", str(who.staff_id))
    found = queries.conversation_named(session, public_id)
    taken = _taken(request, found, Author("agent", who.staff_id), file)
    return JSONResponse({"attachment": taken.model_dump()}, status_code=201)


def _taken(
    request: Request, conversation: Conversation, author: Author, file: UploadFile
) -> AttachmentAnswer:
    """The file, looked into and stored before the database is asked to write."""
    state = request.app.state
    examined = attachments.examined(file.file.read(attachments.MOST_BYTES + 1), file.filename or "")
    files: Files = attachments.chat_files(state.files)
    digest = files.keep(examined.content, renew=True)
    with database_of(request).writing() as session:
        row = attachments.keep(session, conversation, author, examined, digest)
        return Telling(state.keys, state.settings.address).attachment(row)


router.include_router(for_shoppers)
