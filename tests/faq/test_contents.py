"""Claims about an article's HTML on a page: headings in order, anchors to jump to, nothing new that could do harm."""

import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from faq import markdown
from faq.contents import laid_out


def levels(html: str) -> list[int]:
    return [int(found) for found in re.findall(r"<h(\d)", html)]


@given(st.lists(st.integers(1, 6), max_size=12))
def test_headings_begin_below_the_title_and_none_is_left_out_on_the_way_down(given_levels):
    html = markdown.html("\n\n".join(f"{'#' * level} x" for level in given_levels))
    found = levels(laid_out(html).html)
    assert len(found) == len(given_levels)
    assert all(now <= before + 1 for before, now in zip([1, *found], found, strict=False))
    assert not found or min(found) == 2


def test_headings_that_say_the_same_have_anchors_of_their_own_and_given_ones_stay():
    html = laid_out(Markup('<h2>How?</h2><h2>How?</h2><h2 id="mine">How?</h2><h2>!</h2>')).html
    assert re.findall(r'id="([^"]*)"', html) == ["s-how", "s-how-2", "mine", "s-part"]


def test_two_headings_need_no_table_of_contents():
    assert laid_out(Markup("<h2>a</h2><h2>b</h2>")).headings == ()
    assert [
        one.text for one in laid_out(Markup("<h2>a</h2><h2>b <em>&amp;</em> c</h2><h2>d</h2>")).headings
    ] == [
        "a",
        "b & c",
        "d",
    ]


def test_a_wide_table_can_be_reached_and_moved_by_keys():
    html = laid_out(Markup("<table><tbody><tr><td>1</td></tr></tbody></table>")).html
    assert '<div class="table-scroll" role="group" tabindex="0" aria-label="Table"><table>' in html
    assert laid_out(html).html == html
    assert html.count("<div") == html.count("</div>") == 1


def test_the_plain_line_has_spaces_between_blocks_and_none_inside_words():
    assert laid_out(Markup("<p>a<strong>b</strong>c</p><ul><li>d &lt; e</li></ul>")).plain == "abc d < e"


HOSTILE = [
    '<h2 id="x" onclick="alert(1)">a</h2>',
    '<h2 title="</h2><script>alert(1)</script>">a</h2>',
    "<h2><script>alert(1)</script></h2>",
    '## "><script>alert(1)</script>',
    "## <img src=x onerror=alert(1)>",
    "<h1><h2>a</h1></h2>",
    "<table><h2>a",
    "<pre><table></pre>",
]


def test_laying_out_makes_nothing_of_a_hostile_text_alive():
    for body in HOSTILE:
        html = str(laid_out(markdown.html(body)).html)
        assert "<script" not in html, body
        assert not re.search(r"<[^>]*\son\w+=", html), body
