"""What shoppers and shops call the same thing."""

from faq.shop_words import SOURCE, matters
from faq.tokens import words


def named(text: str, locale: str = "en") -> set[str]:
    return set().union(*matters(words(text, locale)))


def test_two_words_for_one_matter_share_a_token():
    assert named("parcel") & named("package")
    assert named("refund") & named("money back")
    assert not named("refund") & named("password")


def test_both_languages_share_tokens():
    assert named("환불", "ko") & named("refund")
    assert named("비밀번호", "ko") & named("password")


def test_a_korean_word_is_found_inside_a_longer_one_and_across_a_space():
    assert named("환불신청", "ko") & named("refund")
    assert named("고객 센터", "ko") & named("customer service")


def test_a_single_syllable_names_a_matter_only_alone():
    assert named("돈", "ko") & named("money")
    assert not named("돈까스", "ko") & named("money")


def test_every_line_has_words_of_both_languages():
    lines = [line for line in SOURCE.read_text().splitlines() if line and not line.startswith("#")]
    assert [line for line in lines if not all(part.strip() for part in line.split("|"))] == []
    assert {line.count("|") for line in lines} == {1}
