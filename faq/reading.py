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
class Shown:
    """What a page or a preview shows of a text.

    `unfilled` are the variables that show a dash; `summary` is plain text for descriptions.
    """

    title: str
    html: Markup
    headings: tuple[Heading, ...]
    summary: str
    unfilled: tuple[str, ...]


@dataclass(frozen=True)
class ReadArticle:
    """A published article as a reader sees it."""

    article: Article
    text: ArticleText
    version: int
    shown: Shown


def read(session: Session, reader: Reader, locale: str, slug: str) -> ReadArticle:
    """What that reader sees at that address. Raises ArticleNotFound, the same for "not there" and "not for you"."""
    article, text, version = queries.published_text(session, reader, locale, slug)
    store = connector_queries.store(session, reader.store_id)
    shown = _shown(session, store, locale, version.title, version.body)
    return ReadArticle(article, text, version.version, shown)


def preview(session: Session, store_id: int, locale: str, title: str, body: str) -> Shown:
    """What readers would see of a text that is still being written. Raises BadArticle."""
    return _shown(session, connector_queries.store(session, store_id), locale, title, body)


def _shown(session: Session, store: Store, locale: str, title: str, body: str) -> Shown:
    found = variables.filled(session, store, body, locale)
    # The few words that a page adds to an article are in the article's language, not in the page's.
    with languages.speaking(languages.language_of(locale) or languages.DEFAULT_LANGUAGE):
        shown = markdown.rendered(
            found.text,
            sizes=images.sizes(session, int(store.id or 0), targets.image_digests(body)),
            own_hosts={targets.host_of(store.address), targets.host_of(store.home_address)},
        )
    return Shown(title, shown.html, shown.headings, shown.summary, found.unfilled)
