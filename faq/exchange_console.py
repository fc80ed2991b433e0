"""Pages to bring articles in and out: files, the shop's website, and what became of each article."""

from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, Request, UploadFile
from sqlmodel import Session
from starlette.responses import Response

from connector import queries as shops
from connector.tables import Store
from connector.websites import Websites
from core.database import Reading, Writing
from core.errors import AftercartError, BadInput, NotFound
from core.files import Files
from core.languages import Text
from core.web import Agent, Owner, ProvenForm, page, see_other
from faq import formats, runs
from faq.giving_out import give_out

router = APIRouter(include_in_schema=False)

LARGEST_UPLOAD_MB = 4  # What one request may carry (aftercart/app.py).
MEDIA_TYPES = {"zip": "application/zip", "csv": "text/csv; charset=utf-8", "json": "application/json"}
RUNNING = ("trying", "taking")


def _chosen(session: Session, number: int) -> tuple[list[Store], Store]:
    """All shops, and the one that was asked for or the first. Raises NotFound."""
    found = list(shops.stores(session))
    chosen = next((one for one in found if one.id == number or not number), None)
    if chosen is None:
        raise NotFound(Text("No shop is connected yet. Connect one first; its articles belong to it."))
    return found, chosen


def _websites(request: Request) -> Websites:
    found: Websites = request.app.state.websites
    return found


# -- in ----------------------------------------------------------------------------------------------------------


@router.get("/articles/import")
def import_page(request: Request, session: Reading, who: Agent, shop: int = 0) -> Response:
    stores, chosen = _chosen(session, shop)
    store_id = int(chosen.id or 0)
    return page(
        request,
        "faq/import.html",
        stores=stores,
        shop=chosen,
        site=_websites(request).connected(session, store_id),
        latest=runs.latest(session, store_id),
        largest=LARGEST_UPLOAD_MB,
    )


@router.post("/articles/import/files", dependencies=[ProvenForm])
def upload(
    request: Request,
    session: Writing,
    who: Agent,
    shop: Annotated[int, Form()],
    uploads: Annotated[list[UploadFile], File(alias="files")],
) -> Response:
    """Keep the files and try them; nothing is taken in before a person has seen what would happen."""
    _stores, chosen = _chosen(session, shop)
    given = [(one.filename or "", one.file.read()) for one in uploads if one.filename]
    if not given:
        raise BadInput(Text("Please choose a file."))
    files: Files = request.app.state.files
    name, digest = runs.stored_upload(files, given)
    run = runs.begin(
        session, store_id=int(chosen.id or 0), kind="files", name=name, by=who.name, digest=digest
    )
    return see_other(f"/articles/import/{run.id}")


@router.post("/articles/import/site", dependencies=[ProvenForm])
def from_site(
    request: Request,
    session: Writing,
    who: Agent,
    *,
    shop: Annotated[int, Form()],
    kinds: Annotated[Literal["both", "posts", "pages"], Form()] = "both",
    drafts: Annotated[bool, Form()] = False,
) -> Response:
    """Ask the website and try what it has."""
    _stores, chosen = _chosen(session, shop)
    site = _websites(request).connected(session, int(chosen.id or 0))
    if site is None or site.state != "ready":
        raise BadInput(Text("Connect the website first."))
    run = runs.begin(
        session,
        store_id=int(chosen.id or 0),
        kind="site",
        name=site.address,
        by=who.name,
        kinds=kinds,
        drafts=drafts,
    )
    return see_other(f"/articles/import/{run.id}")


@router.post("/articles/import/site/connect", dependencies=[ProvenForm])
def connect(
    request: Request,
    session: Writing,
    who: Owner,
    *,
    shop: Annotated[int, Form()],
    address: Annotated[str, Form(max_length=500)],
    user: Annotated[str, Form(max_length=200)],
    password: Annotated[str, Form(max_length=200)],
) -> Response:
    _stores, chosen = _chosen(session, shop)
    store_id = int(chosen.id or 0)
    _websites(request).keep(session, store_id=store_id, address=address, user=user, password=password)
    return see_other(f"/articles/import?shop={store_id}")


@router.post("/articles/import/site/forget", dependencies=[ProvenForm])
def forget(request: Request, session: Writing, who: Owner, shop: Annotated[int, Form()]) -> Response:
    _stores, chosen = _chosen(session, shop)
    _websites(request).forget(session, int(chosen.id or 0))
    return see_other(f"/articles/import?shop={chosen.id}")


@router.get("/articles/import/site/state")
def site_state(request: Request, session: Reading, who: Agent, shop: int) -> Response:
    """Loads the page anew once the website has answered."""
    site = _websites(request).connected(session, shop)
    asking = site is not None and site.state == "asking"
    return Response(status_code=204, headers={} if asking else {"HX-Refresh": "true"})


@router.get("/articles/import/{run_id}")
def run_page(request: Request, session: Reading, who: Agent, run_id: int) -> Response:
    run = runs.run(session, run_id)
    return page(
        request,
        "faq/import_run.html",
        run=run,
        running=run.state in RUNNING,
        shop=shops.store(session, run.store_id),
    )


@router.get("/articles/import/{run_id}/progress")
def progress(request: Request, session: Reading, who: Agent, run_id: int) -> Response:
    """How far the run has come; the page is loaded anew when it has ended."""
    run = runs.run(session, run_id)
    answer = page(request, "faq/import_progress.html", run=run)
    if run.state not in RUNNING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@router.post("/articles/import/{run_id}/take", dependencies=[ProvenForm])
def take(
    session: Writing,
    who: Agent,
    run_id: int,
    publish: Annotated[bool, Form()] = False,
    overwrite: Annotated[bool, Form()] = False,
) -> Response:
    """Take in what was tried."""
    runs.take(session, runs.run(session, run_id), publish=publish, overwrite=overwrite)
    return see_other(f"/articles/import/{run_id}")


# -- out ---------------------------------------------------------------------------------------------------------


@router.get("/articles/export")
def export_page(request: Request, session: Reading, who: Agent, shop: int = 0) -> Response:
    stores, chosen = _chosen(session, shop)
    site = _websites(request).connected(session, int(chosen.id or 0))
    return page(request, "faq/export.html", stores=stores, shop=chosen, site=site)


@router.get("/articles/export/file")
def export_file(
    request: Request,
    session: Reading,
    who: Agent,
    shop: int = 0,
    format: Literal["folder", "csv", "json"] = "folder",  # noqa: A002 - the field's name
) -> Response:
    _stores, chosen = _chosen(session, shop)
    files: Files = request.app.state.files

    def picture(digest: str) -> bytes | None:
        try:
            return files.read(digest)
        except AftercartError:
            return None  # Lost; the article goes out without it.

    articles = give_out(session, store_id=int(chosen.id or 0))
    ending, content = formats.written(articles, format, picture=picture)
    return Response(
        content,
        media_type=MEDIA_TYPES[ending],
        headers={
            "Content-Disposition": f'attachment; filename="articles.{ending}"',
            "Cache-Control": "private, no-store",
        },
    )


@router.post("/articles/export/site", dependencies=[ProvenForm])
def to_site(
    request: Request,
    session: Writing,
    who: Owner,
    shop: Annotated[int, Form()],
    entry: Annotated[Literal["post", "page"], Form(alias="as")] = "page",
) -> Response:
    """Publish all public articles on the shop's website."""
    _stores, chosen = _chosen(session, shop)
    site = _websites(request).connected(session, int(chosen.id or 0))
    if site is None or site.state != "ready" or not site.may_publish:
        raise BadInput(Text("Connect the website first, with a user who may publish posts and pages there."))
    run = runs.begin(
        session,
        store_id=int(chosen.id or 0),
        kind="publish",
        name=site.address,
        by=who.name,
        **{"as": entry},
    )
    return see_other(f"/articles/import/{run.id}")
