"""Taking up texts whose units are of an older form."""

import pytest
from sqlmodel import Session, select

from core.database import Database
from core.jobs import Jobs, request
from faq import rebuilding, units
from faq.index_tables import SearchTerm, SearchUnit, SearchVector
from faq.schemas import Reader
from faq.search import search
from tests import factories
from tests.faq.factories import article
from tests.faq.test_indexing import counts_are_right
from tests.standins import HandWorker

pytestmark = pytest.mark.database


def shop_with(database: Database, count: int) -> Reader:
    with database.writing() as session:
        shop = factories.store(session)
        for number in range(count):
            article(session, shop, f"Gift number {number}")
        return Reader(int(shop.id or 0))


def found(session: Session, reader: Reader) -> int:
    return len(search(session, reader=reader, locale="en", question="gift number", limit=100).hits)


def test_a_new_form_is_taken_up_text_by_text_while_search_goes_on(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    reader = shop_with(database, 5)
    monkeypatch.setattr(rebuilding, "AT_ONCE", 2)
    monkeypatch.setattr(units, "INDEX_FORM", units.INDEX_FORM + 1)
    seen = []
    with database.reading() as session:
        assert rebuilding.progress(session) == (5, 5)
    for done in rebuilding.rebuild(database):
        with database.reading() as session:
            seen.append((done, found(session, reader), rebuilding.progress(session)[1]))
            assert counts_are_right(session)
    assert seen == [(2, 5, 3), (2, 5, 1), (1, 5, 0)]


def test_a_rebuild_that_was_cut_off_goes_on_where_it_was(database: Database, monkeypatch: pytest.MonkeyPatch):
    reader = shop_with(database, 5)
    monkeypatch.setattr(rebuilding, "AT_ONCE", 2)
    with database.writing() as session:
        rebuilding.mark_all(session)
    cut = rebuilding.rebuild(database)
    next(cut)
    cut.close()
    with database.reading() as session:
        assert found(session, reader) == 5
        assert rebuilding.progress(session) == (5, 3)
    assert sum(rebuilding.rebuild(database)) == 3
    assert sum(rebuilding.rebuild(database)) == 0
    with database.reading() as session:
        assert counts_are_right(session)


def test_a_failure_in_a_transaction_leaves_it_undone_and_the_rest_done(
    database: Database, monkeypatch: pytest.MonkeyPatch
):
    shop_with(database, 3)
    monkeypatch.setattr(rebuilding, "AT_ONCE", 1)
    with database.writing() as session:
        rebuilding.mark_all(session)
    real = rebuilding.indexing.index_text
    calls: list[int] = []

    def failing(session: Session, parent: object, text: object) -> None:
        real(session, parent, text)  # type: ignore[arg-type]
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(rebuilding.indexing, "index_text", failing)
        list(rebuilding.rebuild(database))
    with database.reading() as session:
        assert rebuilding.progress(session) == (3, 2)
        assert counts_are_right(session)


def test_tidying_forgets_words_and_vectors_that_nothing_uses(session: Session):
    shop = factories.store(session)
    text = article(session, shop, "Gift wrapping", "Ribbons.")
    [kept] = session.exec(select(SearchUnit.content_hash).where(SearchUnit.kind == "title")).all()
    session.add(SearchVector(content_hash="0" * 64, model="m", vector=b""))
    session.add(SearchVector(content_hash=kept, model="m", vector=b""))
    session.add(SearchTerm(store_id=text.store_id, locale="en", token="gone", units=0))
    session.flush()
    rebuilding.tidy(session)
    assert [row.content_hash for row in session.exec(select(SearchVector))] == [kept]
    tokens = set(session.exec(select(SearchTerm.token)))
    assert "gone" not in tokens
    assert "ribbon" in tokens


def test_the_job_rebuilds_and_may_run_twice(database: Database, jobs: Jobs, run_jobs: HandWorker):
    reader = shop_with(database, 3)
    jobs.services["meaning"] = None
    with database.writing() as session:
        rebuilding.mark_all(session)
        request(session, "faq.rebuild_index", "now")
    run_jobs()
    with database.writing() as session:
        assert rebuilding.progress(session) == (3, 0)
        request(session, "faq.rebuild_index", "now")
    run_jobs()
    with database.reading() as session:
        assert found(session, reader) == 3
