"""An article's page: its text, the way to it, what is near it, and whether it helped."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from fastapi.responses import RedirectResponse
from markupsafe import Markup
from sqlmodel import Session
from starlette.responses import Response

from core.languages import Text, speaking
from core.languages import gettext as _
from faq import markdown, noting, queries, structured
from faq.addresses import NO_CATEGORY, article_path, category_path, home_path
from faq.catalogue import Entry
from faq.contents import Contents, laid_out
from faq.errors import ArticleNotFound
from faq.help_frame import Frame, category_name, shown, title_of
from faq.locales import chrome_of
from faq.schemas import Reader
from faq.tables import Article, ArticleCategory, ArticleText, ArticleVersion
from faq.visits import Visit

RELATED = 4
LONGEST_DESCRIPTION = 160
AFTER_VOTE = ("helped", "not", "reason")


@dataclass(frozen=True)
class Opened:
    """An article as one reader opened it; `fallback` when it is in another language than was asked for."""

    article: Article
    text: ArticleText
    version: ArticleVersion
    html: Markup
    fallback: bool


def read(
    session: Session, reader: Reader, locale: str, slug: str
) -> tuple[Article, ArticleText, ArticleVersion, Markup]:
    """The published article and its HTML for that reader. Raises ArticleNotFound."""
    article, text, version = queries.published_text(session, reader, locale, slug)
    return article, text, version, markdown.html(version.body)


def opened(visit: Visit, slug: str) -> Opened:
    """The article at that address word, in the visit's language or else in the best other one.

    Raises ArticleNotFound, the same for one that is not there and one that is not for this reader.
    """
    locale = visit.shelves.locale_of(visit.session, slug) if slug else None
    if locale is None:
        raise ArticleNotFound(Text("There is no such article here."))
    found = read(visit.session, visit.reader, locale, slug)
    return Opened(*found, fallback=locale != visit.locale)


def article_page(visit: Visit, *, slug: str, question: str, voted: str) -> Response:
    """The page, or the way to the same article in the visit's own language."""
    found = opened(visit, slug)
    languages = visit.shelves.languages_of(visit.session, found.text.article_id)
    if found.fallback and visit.locale in languages:
        path = article_path(visit.centre, visit.locale, languages[visit.locale], question=question)
        return RedirectResponse(path, status_code=302, headers={"Cache-Control": "no-cache"})
    paths = {locale: article_path(visit.centre, locale, word) for locale, word in languages.items()}
    path_in = partial(_path_in, visit, languages, found.text.slug)
    with speaking(chrome_of(visit.locale)):
        near = _near(visit, found)
        public = found.article.audience == "public"
        frame = Frame(
            found.version.title,
            path_in,
            description=_description(near.contents.plain),
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
        contents=near.contents,
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
    contents: Contents
    category: ArticleCategory | None
    category_title: str
    category_path: str
    related: list[Entry]


def _near(visit: Visit, found: Opened) -> _Near:
    categories = queries.categories(visit.session, visit.centre.store_id)
    category = next((one for one in categories if one.id == found.article.category_id), None)
    return _Near(
        laid_out(found.html),
        category,
        category_name(visit, category),
        category_path(visit.centre, visit.locale, category.slug if category else NO_CATEGORY),
        list(visit.shelves.related(visit.session, found.article, limit=RELATED)),
    )


def _description(plain: str) -> str:
    return plain if len(plain) <= LONGEST_DESCRIPTION else f"{plain[:LONGEST_DESCRIPTION].rstrip()}…"


def _things(visit: Visit, found: Opened, near: _Near) -> list[structured.Thing]:
    origin = visit.settings.address
    address = origin + article_path(visit.centre, found.text.locale, found.text.slug)
    places = [
        (title_of(visit) or _("Help centre"), origin + home_path(visit.centre, visit.locale)),
        *([(near.category_title, origin + near.category_path)] if near.category else []),
        (found.version.title, address),
    ]
    article = structured.article(
        found.version.title,
        near.contents.plain,
        address,
        kind=found.article.kind,
        locale=found.text.locale,
        shop=visit.store.name,
        published=found.text.published_at,
    )
    return [article, structured.crumbs(places)]
