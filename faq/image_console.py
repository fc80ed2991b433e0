"""Staff hand in pictures for articles."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from pydantic import BaseModel
from starlette.responses import JSONResponse, Response

from connector import queries as connector_queries
from core.database import database_of
from core.files import Files
from core.security import RateLimits
from core.web import Agent, ProvenForm, page
from faq import images
from faq.pictures import MOST_BYTES, drawn_anew

router = APIRouter()

# More than a picture may have, so that whoever hands in a larger one reads how large it may be.
LARGEST_UPLOAD_BYTES = 2 * MOST_BYTES


class KeptImage(BaseModel):
    """A picture that was taken: `markdown` is what to put into the text."""

    markdown: str
    address: str
    name: str
    width: int
    height: int


@router.post(
    "/articles/images",
    include_in_schema=False,
    dependencies=[ProvenForm],
    max_body_size=LARGEST_UPLOAD_BYTES,
)
def hand_in(request: Request, who: Agent, picture: UploadFile, store_id: Annotated[int, Form()]) -> Response:
    """Take a picture for the articles of that shop; htmx is given a fragment, every other program a KeptImage.

    It is drawn and stored before the database is asked to write.
    """
    limits: RateLimits = request.app.state.limits
    limits.take("120/hour", "article-image", str(who.staff_id))
    files: Files = request.app.state.files
    database = database_of(request)
    with database.reading() as session:
        connector_queries.store(session, store_id)
    drawn = drawn_anew(picture.file.read(MOST_BYTES + 1))
    digest = files.keep(drawn.content)
    with database.writing() as session:
        row = images.note(session, store_id, drawn, digest, picture.filename or "")
        kept = KeptImage(
            markdown=images.markdown_of(row),
            address=images.address_of(row),
            name=row.name,
            width=row.width,
            height=row.height,
        )
    if "hx-request" in request.headers:
        return page(request, "faq/image_kept.html", kept=kept)
    return JSONResponse(kept.model_dump())
