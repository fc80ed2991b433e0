"""The pages on which an article is written: a new one, one of its languages, the preview and what can be picked."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from sqlmodel import Session
from starlette.responses import Response

from connector import queries as connector_queries
from core.database import Reading, Writing
from core.errors import AftercartError
from core.web import Agent, AnyStaff, ProvenForm, page, see_other
from faq import drafting, listing, picking, publishing, queries
from faq.centre_settings import FACTS
from faq.drafting import WrittenArticle
from faq.errors import BadArticle, ChangedMeanwhile, NotReady
from faq.help_centres import help_centre_as_shown, help_centre_of
from faq.opening import Opened, opened, written
from faq.previewing import preview
from faq.saying import named, problems_of, said_of

router = APIRouter(include_in_schema=False)

Written = Annotated[WrittenArticle, Form()]


# -- a new one ---------------------------------------------------------------------------------------------------


@router.get("/articles/new")
def new(
    request: Request,
    session: Reading,
    who: Agent,
    *,
    store: int = 0,
    locale: str = "",
    title: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """An empty form; with several shops the shop is chosen first."""
    shops = connector_queries.stores(session)
    chosen = store or (int(shops[0].id or 0) if len(shops) == 1 else 0)
    if not chosen:
        return page(request, "faq/choose_shop.html", shops=shops)
    centre = help_centre_as_shown(session, chosen)
    main = locale if locale in centre.locales else centre.locales[0]
    return _new_page(request, session, WrittenArticle(store=chosen, locale=main, title=title))


def _new_page(
    request: Request, session: Session, form: WrittenArticle, problem: AftercartError | None = None
) -> Response:
    centre = help_centre_as_shown(session, form.store)
    return page(
        request,
        "faq/editor.html",
        status=problem.status if problem else 200,
        opened=None,
        languages=[(locale, named(locale)) for locale in centre.locales],
        said="",
        **_form_context(session, form, problem),
    )


@router.post("/articles/new", dependencies=[ProvenForm])
def create(request: Request, session: Writing, who: Agent, form: Written) -> Response:
    """Keep a new article. With a mistake nothing is kept but the form, as it was filled in."""
    help_centre_of(session, form.store)  # From its first article on a shop has a help centre.
    try:
        _refuse(form)
        text = drafting.create(session, form, by=who.name)
    except (BadArticle, NotReady) as problem:
        return _new_page(request, session, form, problem)
    said = "published" if form.then == "publish" else "created"
    return see_other(f"/articles/{text.article_id}/{text.locale}?said={said}")


def _refuse(form: WrittenArticle) -> None:
    """Raise BadArticle with every field that must change, before anything is written."""
    problems = form.text_form().problems()
    if problems:
        raise BadArticle(next(iter(problems.values())), fields=list(problems))


# -- one language of an article ----------------------------------------------------------------------------------


@router.get("/articles/{article_id}")
def article(session: Reading, who: AnyStaff, article_id: int) -> Response:
    """The article in the reader's language, else in its main one."""
    found = queries.article(session, article_id)
    shown = listing.shown_text(found, queries.texts_of(session, [article_id])[article_id])
    return see_other(f"/articles/{article_id}/{shown.locale}")


@router.get("/articles/{article_id}/{locale}")
def editor(
    request: Request, session: Reading, who: AnyStaff, *, article_id: int, locale: str, said: str = ""
) -> Response:
    """The editor; readers see the article as it would be read. A language that is missing is translated first."""
    found = opened(session, article_id, locale)
    if found.text is None:
        return see_other(f"{found.address}/translate")
    if not who.may_change:
        html = preview(
            session,
            store_id=found.article.store_id,
            locale=locale,
            title=found.text.title,
            body=found.text.body,
        )
        return page(
            request, "faq/article.html", opened=found, html=html, named=named, **_shared(session, found)
        )
    form = drafting.written_article(session, found.article, found.text)
    return _editor_page(request, session, found, form, said=said)


def _shared(session: Session, found: Opened) -> dict[str, Any]:
    form = drafting.written_article(session, found.article, found.texts[found.locale])
    return {
        "form": form,
        "category": listing.all_categories(session, found.article.store_id).get(form.category, ""),
        "related": picking.related(session, found.article.store_id, form.related_ids()),
        "products": picking.products(session, found.article.store_id, form.product_ids()),
    }


def _editor_page(
    request: Request,
    session: Session,
    found: Opened,
    form: WrittenArticle,
    *,
    problem: AftercartError | None = None,
    said: str = "",
) -> Response:
    return page(
        request,
        "faq/editor.html",
        status=problem.status if problem else 200,
        opened=found,
        languages=(),
        said=said_of(said),
        **_form_context(session, form, problem),
    )


def _form_context(session: Session, form: WrittenArticle, problem: AftercartError | None) -> dict[str, Any]:
    related, products = form.related_ids(), form.product_ids()
    return {
        "form": form,
        "problem": problem,
        "problems": {**problems_of(problem), **form.text_form().problems()} if problem else {},
        "clash": isinstance(problem, ChangedMeanwhile),
        "named": named,
        "facts": FACTS,
        "categories": listing.all_categories(session, form.store),
        "related": picking.related(session, form.store, related),
        "products": picking.products(session, form.store, products),
        "centre_slug": help_centre_as_shown(session, form.store).slug,
        "html": preview(session, store_id=form.store, locale=form.locale, title=form.title, body=form.body),
    }


@router.post("/articles/{article_id}/{locale}", dependencies=[ProvenForm])
def save(
    request: Request, session: Writing, who: Agent, *, article_id: int, locale: str, form: Written
) -> Response:
    """Keep what was written, and publish it if asked to. With a mistake the form stays as it was filled in."""
    found = opened(session, article_id, locale)
    form.store, form.locale = found.article.store_id, locale
    try:
        _refuse(form)
        drafting.keep(session, found.article, form, locale=locale, by=who.name)
    except (BadArticle, ChangedMeanwhile, NotReady) as problem:
        return _editor_page(request, session, opened(session, article_id, locale), form, problem=problem)
    return see_other(f"{found.address}?said={'published' if form.then == 'publish' else 'saved'}")


@router.post("/articles/{article_id}/{locale}/state", dependencies=[ProvenForm])
def change_state(
    session: Writing, who: Agent, article_id: int, locale: str, state: Annotated[str, Form()] = "draft"
) -> Response:
    """Publish this language as it was last saved, take it back to a draft, or put it into the archive."""
    _article, text = written(session, article_id, locale)
    if state == "published":
        publishing.publish(session, text)
    else:
        publishing.withdraw(session, text, archive=state == "archived")
    return see_other(f"/articles/{article_id}/{locale}?said={text.state}")


# -- fragments ---------------------------------------------------------------------------------------------------


@router.post("/console/faq/preview", dependencies=[ProvenForm])
def show_preview(
    request: Request,
    session: Reading,
    who: Agent,
    *,
    store: Annotated[int, Form()] = 0,
    locale: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    body: Annotated[str, Form()] = "",
) -> Response:
    """What the text in the editor would look like; nothing is kept."""
    html = preview(session, store_id=store, locale=locale, title=title, body=body)
    return page(request, "faq/preview.html", html=html)


Numbers = Annotated[list[str] | None, Query()]


@router.get("/console/faq/related")
def related(
    request: Request,
    session: Reading,
    who: AnyStaff,
    *,
    store: int = 0,
    article: int = 0,
    related: Numbers = None,
    related_words: str = "",
) -> Response:
    """The articles that are ticked, and others whose title holds the words."""
    ticked = picking.numbers(related or ())
    return page(
        request,
        "faq/picked.html",
        name="related",
        chosen=picking.related(session, store, ticked),
        found=picking.related_holding(session, store, related_words, but_not=[*ticked, article])
        if related_words.strip()
        else (),
        words=related_words.strip(),
    )


@router.get("/console/faq/products")
def products(
    request: Request,
    session: Reading,
    who: AnyStaff,
    *,
    store: int = 0,
    product: Numbers = None,
    product_words: str = "",
) -> Response:
    """The products that are ticked, and others whose name holds the words."""
    ticked = picking.numbers(product or ())
    return page(
        request,
        "faq/picked.html",
        name="product",
        chosen=picking.products(session, store, ticked),
        found=picking.products_holding(session, store, product_words, but_not=ticked)
        if product_words.strip()
        else (),
        words=product_words.strip(),
    )
