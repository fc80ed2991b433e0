"""The help centre's pages: found by search first, read without scripts, the same for everybody who may read them."""

from collections.abc import Callable
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse
from starlette.responses import Response

from core.database import Reading
from core.languages import Text, speaking
from core.languages import gettext as _
from faq import asking, noting, queries, structured, theme
from faq.addresses import NO_CATEGORY, category_path, home_path, search_path
from faq.errors import ArticleNotFound
from faq.help_article import article_page
from faq.help_frame import Frame, category_name, every_language, shown, title_of
from faq.locales import chrome_of
from faq.sitemap import sitemap
from faq.visits import SEARCHES, Visit, address_word, answered, visit_of

router = APIRouter(include_in_schema=False)

READ = ["GET", "HEAD"]
FIRST_OF_SHELF = 5
MOST_READ = 5
FEWEST_FOR_MOST_READ = 12  # In a smaller help centre everything is seen at a glance.
PAGE_OF_SHELF = 60
HITS = 10
SITEMAP_SECONDS = 3600  # Search engines come by days.

Number = Annotated[int, Query(ge=1, le=10_000)]


@router.api_route("/help/{centre}", methods=READ)
@router.api_route("/help/{centre}/", methods=READ)
def best_language(request: Request, session: Reading, centre: str) -> Response:
    """To the language that the visitor wants most."""
    visit = visit_of(request, session, centre)
    headers = {"Vary": "Accept-Language", "Cache-Control": "public, max-age=60"}
    return RedirectResponse(home_path(visit.centre, visit.locale), status_code=302, headers=headers)


@router.api_route("/help/{centre}/sitemap.xml", methods=READ)
def machines_list(request: Request, session: Reading, centre: str) -> Response:
    """Every public page, for search engines."""
    visit = visit_of(request, session, centre)
    listed = sitemap(session, visit.settings, visit.centre)
    return answered(visit, listed, media_type="application/xml", seconds=SITEMAP_SECONDS)


@router.api_route("/help/{centre}/theme.css", methods=READ)
def colour(request: Request, session: Reading, centre: str, v: str = "") -> Response:
    """The shop's colour; its address changes with it."""
    visit = visit_of(request, session, centre)
    answer = answered(visit, theme.stylesheet(visit.centre.accent), media_type="text/css")
    if v == theme.version_of(visit.centre.accent):
        answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


@router.api_route("/help/{centre}/{locale}", methods=READ)
def home_without_slash(request: Request, session: Reading, centre: str, locale: str) -> Response:
    """To the home page's one address."""
    visit = visit_of(request, session, centre, locale)
    if locale not in visit.centre.locales:
        return missing(visit)
    return RedirectResponse(home_path(visit.centre, locale), status_code=301)


@router.api_route("/help/{centre}/{locale}/", methods=READ)
def home(request: Request, session: Reading, centre: str, locale: str) -> Response:
    """Search first, then what there is."""
    return _visited(request, session, centre, locale, _home)


@router.api_route("/help/{centre}/{locale}/search", methods=READ)
def results(request: Request, session: Reading, centre: str, locale: str, q: str = "") -> Response:
    """What a question hits; the address can be shared."""
    return _visited(request, session, centre, locale, partial(_results, question=asking.asked(q)))


@router.api_route("/help/{centre}/{locale}/category/{slug}", methods=READ)
def category(
    request: Request, session: Reading, *, centre: str, locale: str, slug: str, page: Number = 1
) -> Response:
    """The articles of a category."""
    return _visited(request, session, centre, locale, partial(_category, slug=slug, page=page))


@router.api_route("/help/{centre}/{locale}/{slug}", methods=READ)
def article(
    request: Request,
    session: Reading,
    *,
    centre: str,
    locale: str,
    slug: str,
    q: str = "",
    voted: str = "",
) -> Response:
    """An article; `q` is the question that led to it."""
    page = partial(article_page, slug=address_word(slug), question=asking.asked(q), voted=voted)
    return _visited(request, session, centre, locale, page)


@router.api_route("/help/{centre}/{locale}/{rest:path}", methods=READ)
def elsewhere(request: Request, session: Reading, centre: str, locale: str) -> Response:
    """Whatever else is asked for below a help centre: not there, but search is."""
    return missing(visit_of(request, session, centre, locale))


# -- the pages ---------------------------------------------------------------------------------------------------


def _visited(
    request: Request, session: Reading, centre: str, locale: str, page: Callable[[Visit], Response]
) -> Response:
    visit = visit_of(request, session, centre, locale)
    if locale not in visit.centre.locales:
        return missing(visit)
    try:
        return page(visit)
    except ArticleNotFound:
        return missing(visit)


def missing(visit: Visit) -> Response:
    """Nothing at this address, or nothing for this reader: the same page, with a search."""
    with speaking(chrome_of(visit.locale)):
        frame = Frame(_("This page is not here"), partial(home_path, visit.centre))
    return shown(visit, "missing.html", frame, status=404)


def _home(visit: Visit) -> Response:
    shelves = visit.shelves.all(visit.session, each=FIRST_OF_SHELF)
    enough = sum(shelf.total for shelf in shelves) >= FEWEST_FOR_MOST_READ
    path = partial(home_path, visit.centre)
    origin = visit.settings.address
    with speaking(chrome_of(visit.locale)):
        title = title_of(visit) or _("Help centre")
        frame = Frame(
            title,
            path,
            description=_("Answers to questions about %(shop)s.") % {"shop": visit.store.name},
            canonical=path(visit.locale),
            alternates=every_language(visit, path),
            things=[
                structured.site(
                    title,
                    origin + path(visit.locale),
                    locale=visit.locale,
                    shop=visit.store.name,
                    search=f"{origin}{search_path(visit.centre, visit.locale)}?q={{question}}",
                )
            ],
        )
        named = [(shelf, category_name(visit, shelf.category)) for shelf in shelves]
    most = visit.shelves.most_read(visit.session, limit=MOST_READ) if enough else ()
    return shown(visit, "home.html", frame, shelves=named, most_read=most, own_title=title_of(visit))


def _category(visit: Visit, *, slug: str, page: int) -> Response:
    word = address_word(slug)
    found = queries.category_of(visit.session, visit.centre.store_id, word) if word else None
    if found is None and slug != NO_CATEGORY:
        raise ArticleNotFound(Text("There is no such article here."))
    shelf = visit.shelves.one(visit.session, found, skip=(page - 1) * PAGE_OF_SHELF, limit=PAGE_OF_SHELF)
    if not shelf.entries:
        raise ArticleNotFound(Text("There is no such article here."))
    path = partial(category_path, visit.centre, slug=word)
    origin = visit.settings.address
    with speaking(chrome_of(visit.locale)):
        name = category_name(visit, found)
        places = [
            (title_of(visit) or _("Help centre"), origin + home_path(visit.centre, visit.locale)),
            (name, origin + path(visit.locale)),
        ]
    turned = f"?page={page}" if page > 1 else ""
    frame = Frame(
        name,
        path,
        canonical=path(visit.locale) + turned,
        alternates=every_language(visit, path) if page == 1 else {},
        things=[structured.crumbs(places)],
    )
    more = page * PAGE_OF_SHELF < shelf.total
    return shown(visit, "category.html", frame, shelf=shelf, page=page, more=more)


def _results(visit: Visit, *, question: str) -> Response:
    with speaking(chrome_of(visit.locale)):
        title = _("“%(question)s”") % {"question": question} if question else _("Search")
    frame = Frame(title, partial(search_path, visit.centre, question=question), question=question)
    if not question:
        return shown(visit, "search.html", frame, found=None)
    visit.limit(SEARCHES, "search")
    found = asking.results(
        visit.session,
        reader=visit.reader,
        locale=visit.locale,
        locales=visit.centre.locales,
        question=question,
        limit=HITS,
        meaning=visit.meaning,
    )
    asked = noting.Asked(visit.centre.store_id, visit.locale, question, "search", found.answer)
    return shown(
        visit,
        "search.html",
        frame,
        found=found,
        excerpt=asking.excerpt,
        background=noting.note(visit.request, visit.reader, asked),
    )
