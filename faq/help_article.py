"""An article's page: its text, the way to it, what is near it, and whether it helped."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from fastapi.responses import RedirectResponse
from starlette.responses import Response

from core.languages import Text, speaking
from core.languages import gettext as _
from faq import noting, queries, reading, structured
from faq.addresses import NO_CATEGORY, article_path, category_path, home_path
from faq.catalogue import Entry
from faq.errors import ArticleNotFound
from faq.help_frame import Frame, category_name, shown, title_of
from faq.locales import chrome_of
from faq.reading import ReadArticle
from faq.sections import Heading
from faq.tables import ArticleCategory
from faq.visits import Visit

RELATED = 4
# Fewer headings are seen at a glance.
FEWEST_FOR_CONTENTS = 3
AFTER_VOTE = ("helped", "not", "reason")


def opened(visit: Visit, slug: str) -> ReadArticle:
    """The article at that address word, in the visit's language or else in the best other one.

    Raises ArticleNotFound, the same for one that is not there and one that is not for this reader.
    """
    locale = visit.shelves.locale_of(visit.session, slug) if slug else None
    if locale is None:
        raise ArticleNotFound(Text("There is no such article here."))
    return reading.read(visit.session, visit.reader, locale, slug)


def article_page(visit: Visit, *, slug: str, question: str, voted: str) -> Response:
    """The page, or the way to the same article in the visit's own language."""
    found = opened(visit, slug)
    languages = visit.shelves.languages_of(visit.session, found.text.article_id)
    fallback = found.text.locale != visit.locale
    if fallback and visit.locale in languages:
        path = article_path(visit.centre, visit.locale, languages[visit.locale], question=question)
        return RedirectResponse(path, status_code=302, headers={"Cache-Control": "no-cache"})
    paths = {locale: article_path(visit.centre, locale, word) for locale, word in languages.items()}
    path_in = partial(_path_in, visit, languages, found.text.slug)
    with speaking(chrome_of(visit.locale)):
        near = _near(visit, found)
        public = found.article.audience == "public"
        frame = Frame(
            found.shown.title,
            path_in,
            description=found.shown.summary,
            canonical=paths[found.text.locale] if public else "",
            alternates=paths if public else {},
            things=_things(visit, found, near) if public else (),
            kind="article",
            question=question,
        )
    read_one = noting.Read(found.text.article_id, found.text.locale)
    return shown(
        visit,
        "article.html",
        frame,
        found=found,
        fallback=fallback,
        contents=_contents(found),
        category=near.category,
        category_title=near.category_title,
        category_path=near.category_path,
        related=near.related,
        voted=voted if voted in AFTER_VOTE else "",
        background=noting.note(visit.request, visit.reader, read_one),
    )


def _path_in(visit: Visit, languages: Mapping[str, str], slug: str, locale: str) -> str:
    """The article's path in another language of the centre; where it is not written, it is shown in this one."""
    return article_path(visit.centre, locale, languages.get(locale, slug))


@dataclass(frozen=True)
class _Near:
    category: ArticleCategory | None
    category_title: str
    category_path: str
    related: list[Entry]


def _near(visit: Visit, found: ReadArticle) -> _Near:
    categories = queries.categories(visit.session, visit.centre.store_id)
    category = next((one for one in categories if one.id == found.article.category_id), None)
    return _Near(
        category,
        category_name(visit, category),
        category_path(visit.centre, visit.locale, category.slug if category else NO_CATEGORY),
        list(visit.shelves.related(visit.session, found.article, limit=RELATED)),
    )


def _contents(found: ReadArticle) -> list[Heading]:
    """The main headings when they are worth a table of contents."""
    main = [heading for heading in found.shown.headings if heading.level == 2]
    return main if len(main) >= FEWEST_FOR_CONTENTS else []


def _things(visit: Visit, found: ReadArticle, near: _Near) -> list[structured.Thing]:
    origin = visit.settings.address
    address = origin + article_path(visit.centre, found.text.locale, found.text.slug)
    places = [
        (title_of(visit) or _("Help centre"), origin + home_path(visit.centre, visit.locale)),
        *([(near.category_title, origin + near.category_path)] if near.category else []),
        (found.shown.title, address),
    ]
    article = structured.article(
        found.shown.title,
        found.shown.html.striptags(),
        address,
        kind=found.article.kind,
        locale=found.text.locale,
        shop=visit.store.name,
        published=found.text.published_at,
    )
    return [article, structured.crumbs(places)]
