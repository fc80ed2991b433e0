"""The page on which an article is translated: the main language beside the other one."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from sqlmodel import Session
from starlette.responses import Response

from core.database import Reading, Writing
from core.errors import AftercartError
from core.languages import Text
from core.web import Agent, AnyStaff, ProvenForm, page, see_other
from faq import comparing, drafting, queries
from faq.centre_settings import FACTS
from faq.comparing import Piece
from faq.drafting import WrittenText
from faq.errors import ArticleNotFound, BadArticle, ChangedMeanwhile, NotReady
from faq.opening import Opened, opened, written
from faq.previewing import preview
from faq.saying import named, problems_of, said_of

router = APIRouter(include_in_schema=False)


@router.get("/articles/{article_id}/{locale}/translate")
def translate(
    request: Request, session: Reading, who: AnyStaff, *, article_id: int, locale: str, said: str = ""
) -> Response:
    found = opened(session, article_id, locale)
    if locale == found.article.main_locale:
        return see_other(found.address)
    form = drafting.written(found.article, found.text) if found.text else WrittenText()
    return _page(request, session, found, form, said=said)


def _page(
    request: Request,
    session: Session,
    found: Opened,
    form: WrittenText,
    *,
    problem: AftercartError | None = None,
    said: str = "",
) -> Response:
    main = found.main
    if main is None:
        raise ArticleNotFound(Text("This article has no main language to translate from."))
    shown = queries.version(session, int(main.id or 0), main.published_version or main.version)
    outdated = found.text is not None and queries.is_outdated(main, found.text)
    return page(
        request,
        "faq/translate.html",
        status=problem.status if problem else 200,
        opened=found,
        source=shown,
        source_html=preview(
            session,
            store_id=found.article.store_id,
            locale=main.locale,
            title=shown.title,
            body=shown.body,
        ),
        outdated=outdated,
        changes=_changes(session, found, outdated=outdated),
        form=form,
        problem=problem,
        problems={**problems_of(problem), **form.text_form().problems()} if problem else {},
        clash=isinstance(problem, ChangedMeanwhile),
        named=named,
        facts=FACTS,
        said=said_of(said),
    )


def _changes(session: Session, found: Opened, *, outdated: bool) -> tuple[Piece, ...]:
    """What the main language says differently since this translation last followed it."""
    main, text = found.main, found.text
    if main is None or text is None or not outdated or not text.follows_version:
        return ()
    before = queries.version(session, int(main.id or 0), text.follows_version)
    now = queries.version(session, int(main.id or 0), main.published_version or main.version)
    return tuple(comparing.compare(f"{before.title}\n\n{before.body}", f"{now.title}\n\n{now.body}"))


@router.post("/articles/{article_id}/{locale}/translate", dependencies=[ProvenForm])
def save_translation(
    request: Request,
    session: Writing,
    who: Agent,
    *,
    article_id: int,
    locale: str,
    form: Annotated[WrittenText, Form()],
) -> Response:
    """Keep the translation; it says what the main language says now. With a mistake the form stays as filled in."""
    found = opened(session, article_id, locale)
    form.follows = True
    problems = form.text_form().problems()
    try:
        if problems:
            raise BadArticle(next(iter(problems.values())), fields=list(problems))  # noqa: TRY301 - one way out
        drafting.keep_translation(session, found.article, form, locale=locale, by=who.name)
    except (BadArticle, ChangedMeanwhile, NotReady) as problem:
        return _page(request, session, opened(session, article_id, locale), form, problem=problem)
    return see_other(f"{found.address}/translate?said={'published' if form.then == 'publish' else 'saved'}")


@router.post("/articles/{article_id}/{locale}/up-to-date", dependencies=[ProvenForm])
def mark_up_to_date(session: Writing, who: Agent, article_id: int, locale: str) -> Response:
    """The translation says what the main language says now, without a change of its own."""
    article, text = written(session, article_id, locale)
    drafting.mark_up_to_date(session, article, text, by=who.name)
    return see_other(f"/articles/{article_id}/{locale}/translate?said=up-to-date")
