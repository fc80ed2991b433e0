"""Which version of a text readers see. What is published stands in the index in the same transaction."""

from sqlmodel import Session

from core import clock, jobs
from core.languages import Text
from faq import indexing, queries, variables
from faq.errors import NotReady
from faq.tables import ArticleText

ASKED_AGAIN_AFTER_SECONDS = 60
OWNERS_NOTE = "> ✎"  # How a paragraph begins that tells the owner what to decide before a text is published.


def publish(session: Session, text: ArticleText) -> None:
    """Show the text's newest version to its readers; a second time changes nothing.

    Raises NotReady, also when a variable has no value, and BadArticle for a text that could not be shown.
    """
    if not text.body.strip():
        raise NotReady(Text("There is nothing to publish yet: the text is empty."))
    if any(line.startswith(OWNERS_NOTE) for line in text.body.splitlines()):
        raise NotReady(
            Text(
                "The text still holds a note to you (it begins with %(mark)s). Decide, then delete it.",
                mark=OWNERS_NOTE,
            )
        )
    variables.require_values(session, text)
    if text.state != "published" or text.published_version != text.version:
        text.state, text.published_version, text.published_at = "published", text.version, clock.now()
    session.add(text)
    session.flush()
    indexing.index_text(session, queries.article(session, text.article_id), text)
    # It may answer what readers asked in vain; in a moment, for often several texts follow each other.
    jobs.request(
        session,
        "faq.ask_again",
        str(text.store_id),
        delay_seconds=ASKED_AGAIN_AFTER_SECONDS,
        store_id=text.store_id,
    )


def withdraw(session: Session, text: ArticleText, *, archive: bool) -> None:
    """Take the text from its readers: back to a draft, or into the archive."""
    text.state, text.published_version = ("archived" if archive else "draft"), 0
    session.add(text)
    session.flush()
    indexing.index_text(session, queries.article(session, text.article_id), text)
