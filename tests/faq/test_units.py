"""The pieces of a text."""

from datetime import UTC, datetime

from faq.tables import ArticleVersion
from faq.units import LONGEST_PASSAGE, unit, units_of


def version(body: str, *, title: str = "Returns", samples: tuple[str, ...] = ()) -> ArticleVersion:
    return ArticleVersion(
        text_id=1, version=1, title=title, body=body, samples=list(samples), saved_at=datetime.now(UTC)
    )


def test_title_samples_headings_and_passages_are_units_with_their_anchors():
    found = units_of(version("Intro.\n\n## How long\n\nFourteen days.", samples=("send it back",)), "en")
    assert [(one.kind, one.content) for one in found] == [
        ("title", "Returns"),
        ("sample", "send it back"),
        ("passage", "Intro."),
        ("heading", "How long"),
        ("passage", "Fourteen days."),
    ]
    assert [one.anchor for one in found][-2:] == ["s-how-long", "s-how-long"]


def test_a_long_passage_is_divided_and_nothing_of_it_is_lost():
    words = [f"word{number}" for number in range(2000)]
    found = [one.content for one in units_of(version(" ".join(words)), "en") if one.kind == "passage"]
    assert all(len(one) <= LONGEST_PASSAGE for one in found)
    assert " ".join(found).split() == words


def test_a_passage_without_spaces_is_divided_too():
    found = [one.content for one in units_of(version("가" * 5000), "ko") if one.kind == "passage"]
    assert "".join(found) == "가" * 5000


def test_a_word_weighs_more_in_a_title_than_in_a_passage_and_more_said_often():
    title, passage = unit("title", "refund", "en"), unit("passage", "refund", "en")
    often = unit("passage", "refund refund refund", "en")
    assert title.weights["refund"] > often.weights["refund"] > passage.weights["refund"]


def test_variables_are_not_words():
    assert "addr" not in " ".join(unit("passage", "Send it to {{ shop.return_address }}", "en").weights)
