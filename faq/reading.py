"""An article as somebody reads it: found for that reader, filled with what the shop says now, and made harmless."""

from dataclasses import dataclass

from markupsafe import Markup
from sqlmodel import Session

from connector import queries as connector_queries
from connector.tables import Store
from core import languages
from faq import images, markdown, queries, targets, variables
from faq.schemas import Reader
from faq.sections import Heading
from faq.tables import Article, ArticleText


@dataclass(frozen=True)
class ReadArticle:
    """What a page, an answer or a preview shows. A preview has neither article nor text, and version 0.

    `unfilled` are the variables that show a dash; `summary` is plain text for descriptions.
    """

    title: str
    html: Markup
    headings: tuple[Heading, ...]
    summary: str
    unfilled: tuple[str, ...] = ()
    article: Article | None = None
    text: ArticleText | None = None
    version: int = 0


def read(session: Session, reader: Reader, locale: str, slug: str) -> ReadArticle:
    """What that reader sees at that address. Raises ArticleNotFound, the same for "not there" and "not for you"."""
    article, text, version = queries.published_text(session, reader, locale, slug)
    store = connector_queries.store(session, reader.store_id)
    return _read(
        session,
        store,
        locale,
        version.title,
        version.body,
        article=article,
        text=text,
        version=version.version,
    )


def preview(session: Session, store_id: int, locale: str, title: str, body: str) -> ReadArticle:
    """What readers would see of a text that is still being written. Raises BadArticle."""
    return _read(session, connector_queries.store(session, store_id), locale, title, body)


def _read(
    session: Session,
    store: Store,
    locale: str,
    title: str,
    body: str,
    *,
    article: Article | None = None,
    text: ArticleText | None = None,
    version: int = 0,
) -> ReadArticle:
    found = variables.filled(session, store, body, locale)
    # The few words that a page adds to an article are in the article's language, not in the page's.
    with languages.speaking(languages.language_of(locale) or languages.DEFAULT_LANGUAGE):
        shown = markdown.rendered(
            found.text,
            sizes=images.sizes(session, int(store.id or 0), targets.image_digests(body)),
            own_hosts={targets.host_of(store.address), targets.host_of(store.home_address)},
        )
    return ReadArticle(
        title=title,
        html=shown.html,
        headings=shown.headings,
        summary=shown.summary,
        unfilled=found.unfilled,
        article=article,
        text=text,
        version=version,
    )
