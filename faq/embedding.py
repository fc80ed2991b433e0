"""Making the vectors of the index's units, beside search, which serves by words meanwhile."""

from sqlmodel import Session, col, select

from core.database import Database, upsert
from faq.index_tables import SearchUnit, SearchVector
from faq.indexing import count_change
from faq.meaning import Meaning

AT_ONCE = 64  # Units of one round: about a second of work, then a short transaction.


def embed_missing(database: Database, meaning: Meaning, *, text_id: int | None = None) -> int:
    """Give every unit (of that text) the vector that it lacks; returns how many were made. May run twice."""
    made = 0
    while True:
        with database.reading() as session:
            missing = _missing(session, meaning.name, text_id)
        if not missing:
            return made
        contents = {mark: content for _, mark, content in missing}
        vectors = meaning.vectors(list(contents.values()))
        rows = [
            {"content_hash": mark, "model": meaning.name, "vector": vector}
            for mark, vector in zip(contents, vectors, strict=True)
        ]
        with database.writing() as session:
            upsert(session, SearchVector, rows, key=["content_hash", "model"], update=[])
            for store_id in sorted({store_id for store_id, _, _ in missing}):
                count_change(session, store_id)
        made += len(rows)


def _missing(session: Session, model: str, text_id: int | None) -> list[tuple[int, str, str]]:
    have = select(SearchVector.content_hash).where(
        SearchVector.content_hash == SearchUnit.content_hash, SearchVector.model == model
    )
    chosen = select(SearchUnit.store_id, SearchUnit.content_hash, SearchUnit.content).where(~have.exists())
    if text_id is not None:
        chosen = chosen.where(SearchUnit.text_id == text_id)
    return list(session.exec(chosen.order_by(col(SearchUnit.id)).limit(AT_ONCE)))
