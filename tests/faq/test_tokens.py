"""Words and tokens."""

from hypothesis import given
from hypothesis import strategies as st

from faq.tokens import LONGEST_WORD, english_stem, folded, hangul_stem, sounds, tokens, words


def stems(text: str, locale: str = "en") -> list[str]:
    return [word.stem for word in words(text, locale)]


def test_full_width_case_accents_and_apostrophes_make_no_difference():
    assert folded("Ｃafé’s") == "cafes"
    assert folded("배송") == "배송"


def test_forms_of_an_english_word_have_one_stem():
    assert len({english_stem(word) for word in ("cancel", "cancels", "cancelled", "cancelling")}) == 1
    assert english_stem("deliveries") == english_stem("delivery")
    assert english_stem("sizes") == english_stem("size")


def test_short_words_and_codes_stay_whole():
    assert [english_stem(word) for word in ("is", "bus", "a4s", "3dsing")] == ["is", "bus", "a4s", "3dsing"]


def test_korean_particles_and_endings_are_cut_but_nouns_that_look_like_them_stay():
    assert hangul_stem("배송지를") == "배송지"
    assert hangul_stem("환불하고싶어요") == "환불"
    assert hangul_stem("화면") == "화면"
    assert hangul_stem("주소") == "주소"


def test_a_word_of_only_endings_counts_nothing():
    assert [word.weight for word in words("되나요", "ko")] == [0.0]


def test_spacing_of_korean_words_leaves_their_pairs():
    assert set(tokens("반품 신청", "ko")) <= set(tokens("반품신청", "ko"))


def test_a_mistyped_final_or_tense_consonant_sounds_the_same():
    assert list(sounds(("쿠폰",))) == list(sounds(("쿠퐁",)))
    assert list(sounds(("센터",))) == list(sounds(("쎈터",)))
    assert list(sounds(("센터",))) != list(sounds(("선터",)))


def test_scripts_without_spaces_become_pairs():
    assert words("返品したい", "ja")[0].tokens == ("返品", "品し", "した", "たい")


def test_other_european_words_meet_in_their_first_letters():
    assert stems("Lieferungen", "de") == stems("Lieferung", "de")


def test_a_mixed_word_is_divided_by_script():
    assert stems("pdf명세서", "ko") == ["pdf", "명세서"]


@given(st.text(max_size=300), st.sampled_from(["en", "ko", "ja", "de", ""]))
def test_no_text_breaks_the_words(text: str, locale: str):
    for word in words(text, locale):
        assert word.raw
        assert len(word.raw) <= LONGEST_WORD
        assert 0 <= word.weight <= 1
        assert word.tokens
    assert not any("\0" in token for token in tokens(text, locale))
