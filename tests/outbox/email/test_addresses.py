"""Which texts are taken as e-mail addresses, and in which form."""

import pytest

from outbox.email.addresses import mailbox
from outbox.errors import UnusableAddress


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("minji@example.com", "minji@example.com"),
        ("  Minji.Kim+shop@Example.COM ", "Minji.Kim+shop@example.com"),
        ("o'brien@example.com", "o'brien@example.com"),
        ("two..dots.@docomo.ne.jp", "two..dots.@docomo.ne.jp"),
        ("owner@localhost", "owner@localhost"),
        ("주문@한국.kr", "주문@xn--3e0b707e.kr"),
        ("straße@münchen.de", "straße@xn--mnchen-3ya.de"),
    ],
)
def test_an_address_people_have_is_taken(given, used):
    assert str(mailbox(given)) == used


@pytest.mark.parametrize(
    "given",
    [
        "",
        "minji",
        "@example.com",
        "minji@",
        "min ji@example.com",
        "minji@example..com",
        "minji@-example.com",
        "minji@exam_ple.com",
        "minji@[127.0.0.1]",
        '"min ji"@example.com',
        "minji@example.com\r\nRCPT TO:<other@example.com>",
        "minji\r\nDATA@example.com",
        "a@b.example, c@d.example",
        "<minji@example.com>",
        "김\u2028민지@example.com",
        "x" * 65 + "@example.com",
        "minji@" + "a" * 250 + ".com",
        "minji@" + "한" * 80 + ".kr",
    ],
)
def test_a_text_that_is_no_address_is_refused_and_named(given):
    with pytest.raises(UnusableAddress) as refused:
        mailbox(given)
    assert "is not an e-mail address" in str(refused.value.sentence)
    assert "\n" not in str(refused.value.sentence)


def test_only_an_address_beyond_latin_letters_needs_utf8():
    assert mailbox("주문@example.com").needs_utf8
    assert not mailbox("order@한국.kr").needs_utf8
