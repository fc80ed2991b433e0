"""How well units answer, as pure arithmetic."""

from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from faq.candidates import slips_between
from faq.ranking import MOST_BITS, MOST_WORDS, Asked, Known, Piece, ask, rank, rarity_of, tokens_of

INDEX: Mapping[str, int] = {"gift": 3, "wrap": 2, "deliveri": 10, "~ㅋㅜㅍㅗ": 1}


def asked(question: str, mended: Mapping[str, str] | None = None) -> Asked:
    known = {token: Known(number, units) for number, (token, units) in enumerate(INDEX.items(), 1)}
    return ask(question, "en", known, 20, mended or {})


def bits(question: Asked, *tokens: str) -> int:
    numbers = {token: number for number, token in enumerate(INDEX, 1)}
    return sum(question.terms[numbers[token]][1] for token in tokens)


def head(text_id: int, content: str, mask: int, kind: str = "title") -> Piece:
    return Piece(text_id * 10, text_id, kind, 0, "", content, mask)


def test_a_rarer_word_tells_more():
    assert 1 >= rarity_of(0, 100) > rarity_of(1, 100) > rarity_of(50, 100) > rarity_of(100, 100) > 0


def test_a_text_that_says_the_rarer_word_comes_first():
    question = asked("gift delivery")
    pieces = [head(1, "Delivery", bits(question, "deliveri")), head(2, "Gift", bits(question, "gift"))]
    assert [one.text_id for one in rank(question, pieces)] == [2, 1]


def test_a_title_counts_more_than_a_passage_and_a_short_title_more_than_a_long_one():
    question = asked("gift wrap")
    both = bits(question, "gift", "wrap")
    passage = Piece(30, 3, "passage", 1, "", "", both)
    pieces = [head(1, "Gift wrap", both), head(2, "Gift wrap for our most loyal readers", both), passage]
    assert [one.text_id for one in rank(question, pieces)] == [1, 2, 3]


def test_a_heading_is_answered_by_the_passage_below_it():
    question = asked("gift wrap")
    mask = bits(question, "gift", "wrap")
    pieces = [
        head(1, "Questions", 0),
        Piece(11, 1, "passage", 1, "other", "", bits(question, "gift")),
        Piece(12, 1, "heading", 2, "wrapping", "Gift wrap", mask),
        Piece(13, 1, "passage", 3, "wrapping", "", 0),
    ]
    [found] = rank(question, pieces)
    assert found.passage is not None
    assert found.passage.unit_id == 13


def test_equal_texts_stand_in_the_order_of_their_numbers():
    question = asked("gift")
    mask = bits(question, "gift")
    assert [one.text_id for one in rank(question, [head(2, "Gift", mask), head(1, "Gift", mask)])] == [1, 2]


def test_mistyped_words_count_less_than_right_ones():
    right, wrong = asked("gift"), asked("gfit", {"gfit": "gift"})
    [good] = rank(right, [head(1, "Gift", bits(right, "gift"))])
    [less] = rank(wrong, [head(1, "Gift", bits(wrong, "gift"))])
    assert 0 < less.score < good.score


def test_a_pair_that_sounds_alike_is_used_only_when_the_pair_itself_is_unknown():
    question = asked("쿠퐁")
    assert list(question.terms) == [4]


def test_the_unknown_share_tells_what_the_index_has_no_word_for():
    assert asked("gift").unknown == 0
    assert asked("zebra").unknown == 1
    assert 0 < asked("gift zebra").unknown < 1


@given(st.text(max_size=2000))
def test_a_question_of_any_length_has_few_tokens(question: str):
    assert len(tokens_of(question, "en")) < 200 * MOST_WORDS
    known = {token: Known(number, 1) for number, token in enumerate(tokens_of(question, "en"))}
    made = ask(question, "en", known, 10, {})
    assert len(made.words) <= MOST_WORDS
    assert len(made.terms) <= MOST_BITS
    assert sum(bit for _, bit, _ in made.terms.values()) < 2**63


def test_slips_are_wrong_missing_superfluous_and_swapped_letters():
    pairs = [
        ("refund", "refund", 0),
        ("refund", "refud", 1),
        ("refund", "refunnd", 1),
        ("refund", "refnud", 1),
    ]
    assert [slips_between(one, other, 2) for one, other, _ in pairs] == [slips for _, _, slips in pairs]
    assert slips_between("newsletter", "nmewslettre", 2) == 2
    assert slips_between("refund", "delivery", 2) > 2


TITLES = st.sampled_from(
    ["Gift", "Gift wrap", "Delivery", "Gift wrap for our most loyal readers", "Wrap a delivery", "?"]
)


@given(
    st.lists(st.tuples(TITLES, st.integers(0, 7), st.floats(0, 1)), min_size=1, max_size=30),
    st.integers(1, 8),
    st.sampled_from([0.0, 0.4]),
)
def test_leaving_out_what_cannot_be_among_the_best_changes_nothing(given_texts, most, share):
    question = asked("gift wrap delivery")
    pieces = [
        Piece(number * 10, number, "title", 0, "", title, mask, close)
        for number, (title, mask, close) in enumerate(given_texts, 1)
    ]
    everything = rank(question, pieces, meaning_share=share, most=len(pieces))
    assert rank(question, pieces, meaning_share=share, most=most) == everything[:most]
