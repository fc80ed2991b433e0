from faq.comparing import compare, differs


def shown(pieces) -> str:
    marks = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}", "skipped": "…"}
    return "".join(marks[piece.kind].format(piece.text) for piece in pieces)


def test_equal_texts_differ_in_nothing():
    assert not differs(compare("One\ntwo", "One\ntwo"))
    assert not differs(compare("", ""))


def test_only_the_changed_words_are_marked():
    assert shown(compare("Send it within 14 days.", "Send it within 30 days.")) == (
        "Send it within [-14-]{+30+} days."
    )


def test_a_korean_word_is_marked_with_its_particle_and_the_rest_is_not():
    assert shown(compare("상자를 봉하고 보내 주세요", "상자에 넣어 보내 주세요")) == (
        "[-상자를-]{+상자에+} [-봉하고-]{+넣어+} 보내 주세요"
    )


def test_both_texts_can_be_read_from_the_comparison():
    old, new = "a b c\nd e\n\nf", "a c\nd x e\nf\ng"
    pieces = compare(old, new)
    assert "".join(piece.text for piece in pieces if piece.kind != "new") == old
    assert "".join(piece.text for piece in pieces if piece.kind != "gone") == new


def test_a_long_unchanged_stretch_is_named_by_its_length():
    lines = "".join(f"line {number}\n" for number in range(20))
    pieces = compare(lines + "end", lines + "the end")
    assert [piece.lines for piece in pieces if piece.kind == "skipped"] == [18]
    assert shown(pieces).startswith("…line 18\nline 19\n")


def test_texts_too_long_to_compare_word_by_word_are_shown_as_replaced():
    old = " ".join(f"a{number}" for number in range(40_000))
    pieces = compare(old, old.replace("a", "b"))
    assert [piece.kind for piece in pieces] == ["gone", "new"]
