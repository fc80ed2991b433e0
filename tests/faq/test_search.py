"""What a question finds, and what is suggested while it is typed."""

import time

import pytest
from sqlmodel import Session

from connector.tables import Store
from faq.help_centres import help_centre_of
from faq.schemas import Reader
from faq.search import Found, search, suggest
from tests import factories
from tests.faq.factories import article, translation

pytestmark = pytest.mark.database


@pytest.fixture
def reader(session: Session) -> Reader:
    """A reader of a shop with some articles in both languages."""
    shop = factories.store(session)
    article(
        session, shop, "How do I return an item?", "Send it back within 14 days.\n\n## Label\n\nPrint it."
    )
    article(session, shop, "Delivery times", "A parcel takes two days. Islands take longer.")
    article(session, shop, "Newsletter", "Unsubscribe at the bottom of each letter.")
    article(session, shop, "쿠폰 사용 방법", "장바구니에서 코드를 입력합니다.", locale="ko")
    article(session, shop, "배송 조회", "운송장 번호로 확인합니다.", locale="ko")
    return Reader(int(shop.id or 0))


def found(session: Session, reader: Reader, question: str, locale: str = "en") -> Found:
    return search(session, reader=reader, locale=locale, question=question)


def titles(session: Session, reader: Reader, question: str, locale: str = "en") -> list[str]:
    return [hit.title for hit in found(session, reader, question, locale).hits]


def test_the_words_of_a_question_find_the_article_in_any_form(session: Session, reader: Reader):
    assert titles(session, reader, "returning items")[0] == "How do I return an item?"
    assert titles(session, reader, "newsletters?")[0] == "Newsletter"


def test_another_word_for_the_same_matter_finds_it(session: Session, reader: Reader):
    assert titles(session, reader, "when does my package ship")[0] == "Delivery times"


def test_korean_is_found_with_particles_without_spaces_and_mistyped(session: Session, reader: Reader):
    for question in ("쿠폰을 어떻게 쓰나요", "쿠폰사용방법", "쿠퐁 사용"):
        assert titles(session, reader, question, "ko")[0] == "쿠폰 사용 방법", question
    assert titles(session, reader, "배송조회", "ko")[0] == "배송 조회"


def test_a_mistyped_english_word_finds_the_nearest(session: Session, reader: Reader):
    assert titles(session, reader, "nwesletter")[0] == "Newsletter"


def test_the_hit_names_the_passage_and_its_anchor(session: Session, reader: Reader):
    hit = found(session, reader, "print the label for a return").hits[0]
    assert (hit.passage, hit.anchor) == ("Print it.", "s-label")


def test_a_sample_question_finds_its_article(session: Session, reader: Reader):
    shop = factories.store(session)
    article(session, shop, "Sizes", "See the chart.", samples=["is it okay for a giraffe"])
    assert titles(session, Reader(int(shop.id or 0)), "giraffe") == ["Sizes"]


def test_only_the_readers_own_shop_is_searched(session: Session, reader: Reader):
    other = factories.store(session)
    assert titles(session, Reader(int(other.id or 0)), "return") == []


def test_confidence_is_higher_for_the_articles_own_words(session: Session, reader: Reader):
    sure = found(session, reader, "how do i return an item").confidence
    unsure = found(session, reader, "two friends on a day in the islands of greece").confidence
    assert 0 <= unsure < 0.5 < sure <= 1


def test_another_language_answers_only_where_the_asked_one_cannot_and_is_marked(
    session: Session, reader: Reader
):
    [first, *_] = found(session, reader, "쿠폰 사용", "en").hits
    assert (first.title, first.locale, first.fallback) == ("쿠폰 사용 방법", "ko", True)
    assert not any(hit.fallback for hit in found(session, reader, "쿠폰 사용", "ko").hits)


def test_an_article_that_the_asked_language_has_never_comes_in_another(session: Session, reader: Reader):
    shop = factories.store(session)
    text = article(session, shop, "Gift wrapping", "We wrap.")
    translation(session, text, "선물 포장", "포장해 드립니다.")
    hits = found(session, Reader(int(shop.id or 0)), "포장", "en").hits
    assert [hit for hit in hits if hit.fallback] == []


@pytest.mark.parametrize(
    "question",
    [
        "",
        "   ",
        "🎁🎁🎁",
        "\0",
        "return\0item",
        "x" * 10_000,
        "return " * 2_000,
        "환불" * 5_000,
        "' OR 1=1 --",
        '"return" AND (NEAR OR NOT item*)',
        "%_\\;DROP TABLE article",
        "=1 =2 ~ㄱㅏ",
        "\ud800",
        "ㅋㅋㅋㅋ",
        "a" * 31 + " " + "b" * 31,
    ],
)
@pytest.mark.parametrize("locale", ["en", "ko"])
def test_hostile_questions_are_answered_quickly(session: Session, reader: Reader, question: str, locale: str):
    started = time.process_time()
    answered = found(session, reader, question, locale)
    suggest(session, reader=reader, locale=locale, beginning=question)
    assert 0 <= answered.confidence <= 1
    assert time.process_time() - started < 2


@pytest.mark.parametrize("locale", ["", "\0", "en' --", "xx", "x" * 5_000])
def test_a_locale_that_is_none_finds_nothing_of_its_own(session: Session, reader: Reader, locale: str):
    assert all(hit.fallback for hit in found(session, reader, "return", locale).hits)
    assert suggest(session, reader=reader, locale=locale, beginning="ret") == ()


# -- while typing ------------------------------------------------------------------------------------------------


def begun(session: Session, reader: Reader, beginning: str, locale: str = "en") -> list[str]:
    return [one.text for one in suggest(session, reader=reader, locale=locale, beginning=beginning)]


@pytest.mark.parametrize("beginning", ["del", "deliv", "delivery", "Delivery ti", "de"])
def test_a_title_is_suggested_from_two_letters_on(session: Session, reader: Reader, beginning: str):
    assert begun(session, reader, beginning) == ["Delivery times"]


@pytest.mark.parametrize("beginning", ["배", "배소", "배송", "배송ㅈ", "배송 조"])
def test_a_korean_title_is_suggested_from_one_syllable_on(session: Session, reader: Reader, beginning: str):
    assert begun(session, reader, beginning, "ko") == ["배송 조회"]


def test_what_matches_is_marked(session: Session, reader: Reader):
    [one] = suggest(session, reader=reader, locale="en", beginning="deliv tim")
    assert [one.text[start:end] for start, end in one.marked] == ["Deliv", "tim"]
    [korean] = suggest(session, reader=reader, locale="ko", beginning="배소")
    assert [korean.text[start:end] for start, end in korean.marked] == ["배송"]


def test_an_article_is_suggested_once_with_the_line_that_says_most(session: Session):
    shop = factories.store(session)
    article(session, shop, "Returns", "Body.", samples=["return of a gift", "returns abroad"])
    assert begun(session, Reader(int(shop.id or 0)), "return gi") == ["return of a gift"]


def test_nothing_is_suggested_for_one_letter_or_another_shop(session: Session, reader: Reader):
    assert begun(session, reader, "d") == []
    assert begun(session, Reader(int(factories.store(session).id or 0)), "del") == []


def test_a_hit_says_what_the_shop_says_now(session: Session, reader: Reader):
    centre = help_centre_of(session, reader.store_id)
    centre.facts = {"return_days": "30 <b>"}
    shop = session.get_one(Store, reader.store_id)
    article(session, shop, "How long may I keep it", "You have {{ shop.return_days }} days.")
    hit = found(session, reader, "how long may I keep it, how many days").hits[0]
    assert hit.passage == "You have 30 <b> days."
    centre.facts = {"return_days": "14"}
    session.flush()
    hit = found(session, reader, "how long may I keep it, how many days").hits[0]
    assert hit.passage == "You have 14 days."
