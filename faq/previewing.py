"""An article as its readers will see it, while it is being written."""

from markupsafe import Markup
from sqlmodel import Session

from faq import markdown


def preview(session: Session, *, store_id: int, locale: str, title: str, body: str) -> Markup:
    """The harmless HTML of an article that is not kept yet."""
    return markdown.html(body)
