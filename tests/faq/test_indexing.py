"""The index follows what readers may see, in the same transaction."""

import threading
from collections import Counter

import pytest
from sqlmodel import Session, select

from core.database import Database
from faq import editing, indexing, publishing, queries, rebuilding
from faq.index_tables import SearchPosting, SearchTerm, SearchUnit
from faq.schemas import ArticleForm, Reader, TextForm
from faq.search import search
from faq.tables import ArticleText
from tests import factories
from tests.faq.factories import article, translation

pytestmark = pytest.mark.database


def titles(session: Session, shop: object, question: str, locale: str = "en") -> list[str]:
    reader = Reader(int(shop.id or 0))  # type: ignore[attr-defined]
    return [hit.title for hit in search(session, reader=reader, locale=locale, question=question).hits]


def counts_are_right(session: Session) -> bool:
    """Whether every term's count is the number of its postings, and the units are counted rightly."""
    held = Counter(session.exec(select(SearchPosting.term_id)).all())
    units = Counter(session.exec(select(SearchUnit.store_id, SearchUnit.locale)).all())
    terms = session.exec(select(SearchTerm).where(SearchTerm.locale != "")).all()
    return all(
        term.units == (held[term.id] if term.token else units[term.store_id, term.locale]) for term in terms
    )


def test_publishing_withdrawing_and_publishing_again_shows_and_hides(session: Session):
    shop = factories.store(session)
    text = article(session, shop, "Gift wrapping", published=False)
    assert titles(session, shop, "gift wrapping") == []
    publishing.publish(session, text)
    assert titles(session, shop, "gift wrapping") == ["Gift wrapping"]
    publishing.withdraw(session, text, archive=True)
    assert titles(session, shop, "gift wrapping") == []
    publishing.publish(session, text)
    assert titles(session, shop, "gift wrapping") == ["Gift wrapping"]
    assert counts_are_right(session)


def test_a_draft_over_a_published_version_is_not_found_before_it_is_published(session: Session):
    shop = factories.store(session)
    text = article(session, shop, "Gift wrapping")
    parent = queries.article(session, text.article_id)
    form = TextForm(title="Embroidery", body="We stitch names.")
    editing.save_text(session, parent, locale="en", form=form, by="Mina")
    assert titles(session, shop, "embroidery") == []
    assert titles(session, shop, "gift wrapping") == ["Gift wrapping"]
    publishing.publish(session, text)
    assert titles(session, shop, "embroidery") == ["Embroidery"]
    assert titles(session, shop, "gift wrapping") == []
    assert counts_are_right(session)


def test_an_article_that_is_no_longer_for_everybody_leaves_the_index_in_all_languages(session: Session):
    shop = factories.store(session)
    text = article(session, shop, "Staff discount")
    translation(session, text, "직원 할인", "직원은 할인됩니다.")
    parent = queries.article(session, text.article_id)
    editing.save_article(session, parent, ArticleForm(audience="staff"))
    assert session.exec(select(SearchUnit)).all() == []
    assert counts_are_right(session)
    editing.save_article(session, parent, ArticleForm(audience="public"))
    assert titles(session, shop, "staff discount") == ["Staff discount"]
    assert titles(session, shop, "직원 할인", "ko") == ["직원 할인"]
    assert counts_are_right(session)


def test_a_deleted_article_leaves_units_and_counts(session: Session):
    shop = factories.store(session)
    gone, kept = article(session, shop, "Gift wrapping"), article(session, shop, "Gift cards")
    editing.delete_article(session, queries.article(session, gone.article_id))
    assert titles(session, shop, "gift") == ["Gift cards"]
    assert {unit.text_id for unit in session.exec(select(SearchUnit))} == {kept.id}
    assert counts_are_right(session)


def test_indexing_twice_changes_nothing(session: Session):
    shop = factories.store(session)
    text = article(session, shop)
    before = session.exec(select(SearchUnit.id)).all()
    indexing.index_text(session, queries.article(session, text.article_id), text)
    assert session.exec(select(SearchUnit.id)).all() == before


def test_a_rolled_back_publishing_leaves_the_index_as_it_was(database: Database):
    with database.writing() as session:
        shop = factories.store(session)
        text = article(session, shop, "Gift wrapping", published=False)
    with pytest.raises(RuntimeError), database.writing() as session:
        publishing.publish(session, queries.text(session, int(text.id or 0)))
        raise RuntimeError
    with database.reading() as session:
        assert titles(session, shop, "gift wrapping") == []
        assert counts_are_right(session)


def test_many_publishing_at_once_leave_the_counts_right(database: Database):
    with database.writing() as session:
        shop = factories.store(session)
        made = [
            int(article(session, shop, f"Gift number {number}", published=False).id or 0)
            for number in range(12)
        ]
    failed: list[Exception] = []

    def publish(numbers: list[int]) -> None:
        try:
            for number in numbers:
                with database.writing() as session:
                    publishing.publish(session, queries.text(session, number))
        except Exception as problem:
            failed.append(problem)

    # Every text twice, by two of the writers at the same time.
    threads = [
        threading.Thread(target=publish, args=(part,)) for part in (made[::2], made[1::2], made, made[::-1])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    with database.reading() as session:
        assert counts_are_right(session)
        assert len(session.exec(select(SearchUnit).where(SearchUnit.kind == "title")).all()) == 12


def test_a_changed_audience_and_a_publishing_at_once_do_not_wait_for_each_other(database: Database):
    with database.writing() as session:
        shop = factories.store(session)
        text = article(session, shop, "Gift wrapping")
        other = translation(session, text, "선물 포장", "포장해 드립니다.", published=False)
    failed: list[Exception] = []

    def turn(number: int) -> None:
        try:
            with database.writing() as session:
                if number % 2:
                    publishing.publish(session, queries.text(session, int(other.id or 0)))
                    publishing.withdraw(session, queries.text(session, int(other.id or 0)), archive=False)
                else:
                    audience = "staff" if number % 4 else "public"
                    parent = queries.article(session, text.article_id)
                    editing.save_article(session, parent, ArticleForm(audience=audience))
        except Exception as problem:
            failed.append(problem)

    threads = [threading.Thread(target=turn, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    list(rebuilding.rebuild(database))
    with database.reading() as session:
        assert counts_are_right(session)
        texts = session.exec(select(ArticleText)).all()
        assert all(
            one.indexed == indexing.wanted_mark(queries.article(session, one.article_id), one)
            for one in texts
        )
