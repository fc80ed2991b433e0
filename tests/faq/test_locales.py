"""Claims about a help centre's languages."""

import pytest

from faq.locales import best_locale, chrome_of, direction_of, name_of, page_language


@pytest.mark.parametrize(
    ("header", "locales", "found"),
    [
        ("pt-BR,pt;q=0.9", ["en", "pt"], "pt"),
        ("pt-PT", ["en", "pt-BR"], "pt-BR"),
        ("zh-hant,zh-hans;q=0.9", ["zh-Hans", "zh-Hant"], "zh-Hant"),
        ("de;q=0.4, ko;q=0.6", ["de", "ko"], "ko"),
        ("*", ["ko", "en"], "ko"),
        ("q=;;,,\0", ["ko", "en"], "ko"),
        ("en", [], "en"),
    ],
)
def test_the_language_wanted_most_is_found_and_the_main_one_else(header, locales, found):
    assert best_locale(header, locales) == found


def test_a_language_is_called_as_its_readers_call_it():
    assert (name_of("ko"), name_of("pt-BR"), name_of("ko", within="en")) == (
        "한국어",
        "português (Brasil)",
        "Korean",
    )
    assert name_of("qqq") == "qqq"


def test_the_frame_speaks_english_where_we_do_not_speak_the_language():
    assert [(chrome_of(one), page_language(one)) for one in ("ko", "en-GB", "fr", "qqq")] == [
        ("ko", "ko"),
        ("en", "en-GB"),
        ("en", "en"),
        ("en", "en"),
    ]


def test_a_language_is_written_its_own_way():
    assert [direction_of(one) for one in ("ar", "he", "fa", "ko", "qqq")] == [
        "rtl",
        "rtl",
        "rtl",
        "ltr",
        "ltr",
    ]
