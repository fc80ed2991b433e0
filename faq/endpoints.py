"""Routes of the knowledge base for everybody: pictures of articles."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from core.database import Reading
from core.files import Files
from faq import images

router = APIRouter()

# A picture never changes under its digest. Opened by itself it may do nothing at all.
IMAGE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "cross-origin",
}


@router.get("/help/images/{digest}.{ending}", include_in_schema=False)
def image(request: Request, session: Reading, digest: str, ending: str) -> Response:
    """A picture of an article; whoever has it already is told that it is the same."""
    found = images.image(session, digest, ending)
    headers = IMAGE_HEADERS | {"ETag": f'"{found.digest}"'}
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    files: Files = request.app.state.files
    return Response(files.read(found.digest), media_type=found.media_type, headers=headers)
