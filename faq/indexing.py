"""Keeping the search index: one text's units are replaced as a whole, so that search is never without them."""

import hashlib

from sqlalchemy import delete
from sqlmodel import Session, col

from faq import queries
from faq.index_tables import SearchUnit
from faq.tables import Article, ArticleText

# Grows when tokens or units are made differently; texts indexed by an older one are then taken up anew.
INDEX_VERSION = 1


def index_text(session: Session, article: Article, text: ArticleText) -> None:
    """Bring the text's units to its published version; drafts and restricted articles have none."""
    wanted = wanted_mark(article, text)
    if text.indexed == wanted:
        return
    session.execute(delete(SearchUnit).where(col(SearchUnit.text_id) == text.id))
    if wanted:
        published = queries.version(session, int(text.id or 0), text.published_version)
        for position, (kind, content) in enumerate(
            [
                ("title", published.title),
                *(("sample", one) for one in published.samples),
                ("passage", published.body),
            ]
        ):
            session.add(
                SearchUnit(
                    store_id=text.store_id,
                    locale=text.locale,
                    text_id=int(text.id or 0),
                    kind=kind,
                    position=position,
                    content=content,
                    content_hash=hashlib.sha256(content.encode()).hexdigest(),
                    length=len(content),
                )
            )
    text.indexed = wanted
    session.add(text)
    session.flush()


def wanted_mark(article: Article, text: ArticleText) -> str:
    """What `indexed` says of a text whose units are right; "" for one that must have none."""
    seen = text.state == "published" and article.audience == "public"
    return f"{text.published_version}/{INDEX_VERSION}" if seen else ""
