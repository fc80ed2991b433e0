"""Articles made the way the product makes them."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from connector.tables import Store
from faq import editing, publishing, queries
from faq.schemas import ArticleForm, TextForm
from faq.tables import ArticleText


def article(
    session: Session,
    shop: Store,
    title: str = "How do I return an item?",
    body: str = "Send it back within 14 days.",
    *,
    locale: str = "en",
    samples: Sequence[str] = (),
    published: bool = True,
    **shared: Any,
) -> ArticleText:
    """A published article of that shop (a draft with `published=False`); further fields are those of ArticleForm."""
    form = TextForm(title=title, body=body, samples=tuple(samples))
    text = editing.create(
        session, int(shop.id or 0), locale=locale, form=ArticleForm(**shared), text=form, by="Mina"
    )
    if published:
        publishing.publish(session, text)
    return text


def translation(
    session: Session, of: ArticleText, title: str, body: str, *, locale: str = "ko", published: bool = True
) -> ArticleText:
    """That article in another language."""
    parent = queries.article(session, of.article_id)
    text = editing.save_text(session, parent, locale=locale, form=TextForm(title=title, body=body), by="Jun")
    if published:
        publishing.publish(session, text)
    return text
