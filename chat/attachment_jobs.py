"""Tidying up files of conversations."""

from chat import attachments
from core.database import Database
from core.files import Files


def forget_unsent(database: Database, *, files: Files) -> None:
    """Every hour: forget the files that were never sent, and the bytes that no conversation has any more."""
    with database.writing() as session:
        attachments.forget_unsent(session)
    with database.reading() as session:
        kept = attachments.kept(session)
    # What was handed in since then is younger than that.
    attachments.chat_files(files).forget_all_but(kept, older_than_seconds=3600)
