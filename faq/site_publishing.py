"""Articles on their way to a shop's website: each published language one post or page there, found again by its mark."""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from connector.websites import EntryKind, OutgoingEntry, ShownEntry, Website
from core.database import Database
from core.errors import AftercartError, OutsideError
from faq import queries, reading
from faq.carried import Taken
from faq.schemas import Reader
from faq.site_reading import Origin
from faq.tables import Article, ArticleText, ArticleVersion
from faq.taking import Progress


@dataclass(frozen=True)
class Ready:
    """A language of an article as it is to be shown; `known` when the site shows just that already."""

    article_id: int
    locale: str
    version: int
    entry: OutgoingEntry
    known: bool


def publish_all(
    database: Database,
    store_id: int,
    website: Website,
    *,
    kind: EntryKind,
    home: str,
    progress: Progress = lambda _done: None,
) -> list[Taken]:
    """Show every public article on the website. What the site shows already is left alone; a second run changes nothing.

    `home` is our own address, where the pictures are. Raises SiteUnavailable when the site is away.
    """
    origin = Origin(website.facts().address, "")
    with database.reading() as session:
        ready = list(_ready(session, store_id, kind=kind, home=home, origin=origin))
    taken = []
    for one in ready:
        taken.append(_published(database, website, one, origin))
        progress(len(taken))
    return taken


def _published(database: Database, website: Website, ready: Ready, origin: Origin) -> Taken:
    key, title = f"{ready.article_id}.{ready.locale}", ready.entry.title
    if ready.known:
        return Taken(key, "unchanged", title, article_id=ready.article_id)
    try:
        shown = website.publish(ready.entry)
    except AftercartError as problem:
        if isinstance(problem, OutsideError) and not problem.permanent:
            raise
        return Taken(key, "refused", title, problem.sentence, article_id=ready.article_id)
    with database.writing() as session:
        _remember(session, ready, shown, origin)
    return Taken(
        key,
        "changed" if ready.entry.number else "new",
        title,
        place=shown.address,
        article_id=ready.article_id,
    )


def _remember(session: Session, ready: Ready, shown: ShownEntry, origin: Origin) -> None:
    article = queries.article(session, ready.article_id)
    article.published_to = {
        **article.published_to,
        ready.locale: {
            "site": origin.prefix,
            "kind": ready.entry.kind,
            "number": shown.number,
            "address": shown.address,
            "digest": _digest(ready.entry),
            "version": ready.version,
        },
    }
    session.add(article)


def _ready(session: Session, store_id: int, *, kind: EntryKind, home: str, origin: Origin) -> Iterator[Ready]:
    for article, text, version in _shown_to_all(session, store_id):
        told = article.published_to.get(text.locale) or {}
        here = told if told.get("site") == origin.prefix else {}
        kept: EntryKind = here.get("kind") or _source_kind(article, origin) or kind
        number = int(here.get("number") or 0) or _source_number(article, text, origin)
        entry = OutgoingEntry(
            kind=kept,
            mark=_mark(store_id, article, text),
            title=version.title,
            html=_html(session, store_id, text.locale, version, home),
            slug=text.slug,
            locale=text.locale,
            number=number,
        )
        known = here.get("digest") == _digest(entry)
        yield Ready(int(article.id or 0), text.locale, version.version, entry, known)


def _shown_to_all(session: Session, store_id: int) -> Sequence[tuple[Article, ArticleText, ArticleVersion]]:
    chosen = (
        select(Article, ArticleText, ArticleVersion)
        .join(ArticleText, col(ArticleText.article_id) == Article.id)
        .join(
            ArticleVersion,
            (col(ArticleVersion.text_id) == ArticleText.id)
            & (col(ArticleVersion.version) == ArticleText.published_version),
        )
        .where(
            Article.store_id == store_id,
            ArticleText.state == "published",
            col(Article.audience).in_(Reader(store_id).audiences),
        )
        .order_by(col(Article.id), col(ArticleText.locale))
    )
    return session.exec(chosen).all()


def _source_kind(article: Article, origin: Origin) -> EntryKind | None:
    found = re.fullmatch(re.escape(origin.prefix) + r"(post|page):\d{1,18}", article.source)
    return None if found is None else "page" if found[1] == "page" else "post"


def _source_number(article: Article, text: ArticleText, origin: Origin) -> int:
    """The post that the article was imported from: its main language goes back there."""
    ours = _source_kind(article, origin) is not None and text.locale == article.main_locale
    return int(article.source.rpartition(":")[2]) if ours else 0


def _mark(store_id: int, article: Article, text: ArticleText) -> str:
    """A word that stands in the published entry and nowhere else."""
    told = f"{store_id}/{article.id}/{article.created_at.isoformat()}/{text.locale}"
    return f"aftercart-{hashlib.sha256(told.encode()).hexdigest()[:24]}"


def _html(session: Session, store_id: int, locale: str, version: ArticleVersion, home: str) -> str:
    """The article's HTML as readers see it now, with whole addresses of our pictures."""
    shown = reading.preview(session, store_id, locale, version.title, version.body).html
    return re.sub(r'(<img[^>]*\bsrc=")(/help/images/)', rf"\g<1>{home}\g<2>", str(shown))


def _digest(entry: OutgoingEntry) -> str:
    told = f"{entry.title}\0{entry.html}\0{entry.slug}"
    return hashlib.sha256(told.encode()).hexdigest()[:32]
