"""How every letter looks: one fact, one button, readable as text, without images and on any ground."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.colours import DEFAULT_ACCENT
from outbox.letters import framed

COLOURS = st.tuples(*[st.integers(0, 255)] * 3).map(lambda parts: "#" + bytes(parts).hex())


def letter(**changes):
    given = {
        "brand": "달빛 상점",
        "accent": "#7a1fa2",
        "title": "주문 1001의 거래명세서",
        "paragraphs": ["민지 님, 안녕하세요.", "총액은 ₩39,000이에요.\n감사합니다."],
        "button": ("거래명세서 열기", "https://service.example/i/abc?a=1&b=2"),
        "small_print": "자동 발송된 메일이에요.",
    }
    return framed(changes.pop("language", "ko"), **(given | changes))


class Seen(HTMLParser):
    """What a reader sees, and where links lead."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.tags = [], [], set()
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        if data.strip():
            self.words.append(data.strip())


def test_text_and_html_say_the_same():
    text, html = letter()
    seen = Seen(html).words
    for words in (
        "달빛 상점",
        "주문 1001의 거래명세서",
        "민지 님, 안녕하세요.",
        "총액은 ₩39,000이에요.",
        "감사합니다.",
        "거래명세서 열기",
        "자동 발송된 메일이에요.",
    ):
        assert words in seen
        assert words in text


def test_the_button_leads_to_its_address_in_both():
    text, html = letter()
    assert Seen(html).links == ["https://service.example/i/abc?a=1&b=2"]
    assert "\nhttps://service.example/i/abc?a=1&b=2\n" in text


def test_a_letter_without_button_and_small_print_has_no_empty_places():
    text, html = letter(button=None, small_print="")
    assert "a" not in Seen(html).tags
    assert "\n\n\n" not in text


def test_nothing_is_fetched_and_all_styles_stand_inline():
    _, html = letter()
    assert not Seen(html).tags & {"img", "link", "style", "script", "iframe"}
    assert "url(" not in html
    assert "max-width:600px" in html


def test_texts_are_text_in_html_and_plain_in_text():
    text, html = letter(title="<b>5 > 3</b>", paragraphs=["Tom & Jerry's"], brand='"A" & <B>')
    assert "<b>" not in html
    assert "<b>5 > 3</b>" in text
    assert "Tom & Jerry's" in text
    assert Seen(html).words.count('"A" & <B>') == 1


def test_the_ground_is_left_to_the_reader_so_that_dark_mode_works():
    _, html = letter()
    assert 'name="color-scheme" content="light dark"' in html
    grounds = set(re.findall(r"(?:background-color:|bgcolor=\")(#\w+)", html))
    assert grounds == {"#7a1fa2"}, "only the button has a ground of its own"


def test_the_language_is_named_and_korean_words_are_kept_whole():
    assert 'lang="ko"' in letter()[1]
    assert "keep-all" in letter()[1]
    assert "keep-all" not in letter(language="en")[1]


def luminance(colour):
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@given(accent=COLOURS)
def test_the_button_can_be_read_in_every_colour_of_a_shop(accent):
    _, html = letter(accent=accent)
    ground = re.search(r"background-color:(#\w{6})", html)
    ink = re.search(r"font-weight:600;color:(#\w{6})", html)
    assert ground is not None and ink is not None
    lighter, darker = sorted((luminance(ground[1]), luminance(ink[1])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize("accent", ["", "red", "#12345", "#12345g", '#fff"><script>', "javascript:x"])
def test_a_colour_that_is_none_becomes_ours(accent):
    _, html = letter(accent=accent)
    assert f"background-color:{DEFAULT_ACCENT}" in html
    assert "script" not in html
