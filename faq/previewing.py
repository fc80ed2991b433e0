"""An article as its readers will see it, while it is being written."""

from markupsafe import Markup
from sqlmodel import Session

from connector.errors import StoreNotFound
from faq import reading
from faq.errors import BadArticle


def preview(session: Session, *, store_id: int, locale: str, title: str, body: str) -> Markup:
    """The HTML of an article that is not kept yet; what keeps it from being shown stands in its place."""
    try:
        return reading.preview(session, store_id, locale, title, body).html
    except (BadArticle, StoreNotFound) as problem:
        # The editor must open all the same, or nobody could mend the text.
        return Markup("<p>{}</p>").format(problem.sentence)
