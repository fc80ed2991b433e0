"""The knowledge base's work outside the request."""

from sqlmodel import col, select

from core.database import Database
from faq import calibration, embedding, rebuilding
from faq.meaning import Meaning
from faq.tables import HelpCentre


def embed(database: Database, *, meaning: Meaning | None, text_id: int, version: int) -> None:
    """Make the vectors of a text that was indexed; without the extra `semantic` there are none."""
    if meaning:
        embedding.embed_missing(database, meaning, text_id=text_id)


def rebuild_index(database: Database, *, meaning: Meaning | None) -> None:
    """Bring the index to this release's form; usually there is nothing to do."""
    done = sum(rebuilding.rebuild(database))
    if done:
        with database.writing() as session:
            rebuilding.tidy(session)
    if meaning:
        embedding.embed_missing(database, meaning)


def refit_thresholds(database: Database, *, meaning: Meaning | None) -> None:
    """Fit from where on search answers to what each shop's readers voted."""
    with database.writing() as session:
        for store_id in session.exec(select(HelpCentre.store_id).order_by(col(HelpCentre.store_id))).all():
            calibration.refit(session, store_id, meaning)
