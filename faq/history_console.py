"""The pages of an article's versions: who saved what, what changed, and bringing one back."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from core.database import Reading, Writing
from core.languages import Text
from core.languages import gettext as _
from core.web import Agent, AnyStaff, ProvenForm, page, see_other
from faq import comparing, editing, queries
from faq.comparing import Piece
from faq.errors import ArticleNotFound
from faq.opening import opened, written
from faq.saying import named, said_of
from faq.tables import ArticleVersion

router = APIRouter(include_in_schema=False)


@router.get("/articles/{article_id}/{locale}/history")
def history(
    request: Request,
    session: Reading,
    who: AnyStaff,
    *,
    article_id: int,
    locale: str,
    old: int = 0,
    new: int = 0,
    said: str = "",
) -> Response:
    """All versions, and what changed between two of them: by default the newest and the one before."""
    found = opened(session, article_id, locale)
    if found.text is None:
        raise ArticleNotFound(Text("This article is not written in this language yet."))
    versions = queries.versions_of(session, int(found.text.id or 0))
    later = new or versions[0].version
    earlier = old or max((one.version for one in versions if one.version < later), default=later)
    return page(
        request,
        "faq/history.html",
        opened=found,
        versions=versions,
        old=earlier,
        new=later,
        changes=_changes(
            queries.version(session, int(found.text.id or 0), earlier),
            queries.version(session, int(found.text.id or 0), later),
        ),
        note_of=_note_of,
        named=named,
        said=said_of(said),
    )


def _changes(old: ArticleVersion, new: ArticleVersion) -> Sequence[tuple[str, Sequence[Piece]]]:
    """Each part of the text that differs, with what changed in it."""
    parts = (
        (_("Title"), old.title, new.title),
        (_("Text"), old.body, new.body),
        (_("Sample questions"), "\n".join(old.samples), "\n".join(new.samples)),
    )
    return [(name, comparing.compare(before, after)) for name, before, after in parts if before != after]


def _note_of(version: ArticleVersion) -> str:
    """Why the version was made, in words; an unknown note is shown as it was written."""
    what, _colon, number = version.note.partition(":")
    if what == "restored":
        return _("Version %(number)s brought back") % {"number": number}
    return _("A question was added") if what == "sample" else version.note


@router.post("/articles/{article_id}/{locale}/restore", dependencies=[ProvenForm])
def restore(
    session: Writing, who: Agent, article_id: int, locale: str, version: Annotated[int, Form()]
) -> Response:
    """Make that version the newest one; readers see it when it is published."""
    _article, text = written(session, article_id, locale)
    editing.restore(session, text, version, by=who.name)
    return see_other(f"/articles/{article_id}/{locale}/history?said=restored")
