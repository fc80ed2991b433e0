"""Claims about texts, dates and languages as readers see them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from core import languages
from core.languages import Text, speaking
from tests.standins import Clock

CATALOGUE = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

msgid "%(count)s orders of %(shop)s"
msgstr "%(shop)s의 주문 %(count)s건"

msgid "one order"
msgid_plural "%(count)s orders"
msgstr[0] "주문 %(count)s건"
"""


@pytest.fixture
def korean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A catalogue of these tests' own."""
    folder = tmp_path / "ko" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "messages.po").write_text(CATALOGUE)
    monkeypatch.setattr(languages, "LOCALES", tmp_path)
    languages.catalogue.cache_clear()
    yield
    languages.catalogue.cache_clear()


def test_a_text_is_shown_in_the_language_of_whoever_reads_it(korean: None):
    text = Text("%(count)s orders of %(shop)s", count=3, shop="Teehaus")
    assert str(text) == "3 orders of Teehaus"
    with speaking("ko"):
        assert str(text) == "Teehaus의 주문 3건"
    assert str(text) == "3 orders of Teehaus"


def test_a_kept_text_can_still_be_shown_in_any_language(korean: None):
    kept = Text("%(count)s orders of %(shop)s", count=3, shop="Teehaus").kept()
    assert languages.recalled(kept) == "3 orders of Teehaus"
    with speaking("ko"):
        assert languages.recalled(kept) == "Teehaus의 주문 3건"


@pytest.mark.parametrize(
    "kept", ["", "a plain sentence", "100 %", "[]", "null", '{"a": 1}', "[1, 2]", '["a"]', "12"]
)
def test_what_was_never_kept_as_a_text_stands_for_itself(kept: str):
    assert languages.recalled(kept) == kept


def test_a_kept_text_keeps_the_sentences_inside_of_it(korean: None):
    inner = Text("%(count)s orders of %(shop)s", count=3, shop="Teehaus")
    kept = Text("Not done: %(problem)s", problem=inner).kept()
    assert languages.recalled(kept) == "Not done: 3 orders of Teehaus"
    with speaking("ko"):
        assert languages.recalled(kept) == "Not done: Teehaus의 주문 3건"


def test_plurals_follow_the_language(korean: None):
    assert languages.ngettext("one order", "%(count)s orders", 1) == "one order"
    with speaking("ko"):
        assert languages.ngettext("one order", "%(count)s orders", 1) == "주문 %(count)s건"


def test_a_text_without_a_translation_is_shown_in_english(korean: None):
    with speaking("ko"):
        assert languages.gettext("Not in the catalogue.") == "Not in the catalogue."


def test_a_language_that_we_do_not_speak_is_english():
    with speaking("fr"):
        assert languages.current() == "en"


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("ko_KR", "ko"),
        ("ko-KR", "ko"),
        ("ko", "ko"),
        ("en_GB.UTF-8", "en"),
        ("de_DE", None),
        ("", None),
        (None, None),
    ],
)
def test_a_locale_tag_names_a_language(tag: str | None, language: str | None):
    assert languages.language_of(tag) == language


@pytest.mark.parametrize("tag", ["x", "../../etc", "1", "ko_KR_formal_extra_long", "zz-zz-zz-zz", "\0"])
def test_a_nonsense_locale_tag_is_no_language(tag: str):
    assert languages.language_of(tag) in (None, "ko")


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("ko-KR,ko;q=0.9,en;q=0.8", "ko"),
        ("de,en;q=0.5,ko;q=0.9", "ko"),
        ("fr", None),
        ("", None),
        ("*", None),
        (";;;q=,,,", None),
        ("ko;q=nonsense, en", "en"),
        ("en;q=0, ko", "ko"),
    ],
)
def test_the_browsers_languages_are_taken_in_its_order(header: str, language: str | None):
    assert languages.accepted_language(header) == language


def test_a_day_and_a_moment_are_written_in_the_readers_zone():
    late = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)
    assert languages.day(late, "ko", "Asia/Seoul") == "2026년 11월 24일"
    assert languages.day(late, "en", "UTC") == "November 23, 2026"
    assert "5:30" in languages.moment(late, "ko", "Asia/Seoul")


def test_a_zone_that_no_longer_exists_is_read_as_utc():
    assert (
        languages.day(datetime(2026, 11, 23, 23, 59, tzinfo=UTC), "en", "Mars/Olympus") == "November 23, 2026"
    )


def test_how_long_ago_is_said_in_words(clock: Clock):
    then = clock.moment
    clock.advance(minutes=3)
    assert languages.ago(then, "en") == "3 minutes ago"
    assert languages.ago(then, "ko") == "3분 전"
