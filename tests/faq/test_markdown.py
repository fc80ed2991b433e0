"""Claims about Markdown on its way to readers: what it becomes, and what never comes out of it."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import languages
from faq import markdown
from faq.errors import BadArticle
from faq.guarded import guarded
from faq.markdown import Heading, Passage

DIGEST = "a" * 64
PICTURE = f"/help/images/{DIGEST}.webp"

# Written here anew, so that a slip in the product's own list is seen.
MAY_STAND = {
    "p": {"class"},
    "br": set(),
    "hr": set(),
    "strong": set(),
    "em": set(),
    "s": set(),
    "blockquote": set(),
    "ul": set(),
    "ol": {"start"},
    "li": set(),
    "code": set(),
    "pre": set(),
    "a": {"href", "rel"},
    "img": {"src", "alt", "width", "height", "loading"},
    "table": set(),
    "thead": set(),
    "tbody": set(),
    "tr": set(),
    "th": {"scope", "class"},
    "td": {"class"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "span": {"class"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
CLASSES = {"table-scroll", "link-card", "link-card-site", "align-left", "align-center", "align-right"}
LEADS = re.compile(r"(https?://[^\s@\\]+|(mailto|tel):[^\s\\]+|/(?![/\\])[^\s\\]*|#[^\s\\]*)")


class Reader(HTMLParser):
    """Fails at whatever may not stand in an article, and checks that all tags close in order."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open = []
        self.links = []
        self.text = ""

    def handle_starttag(self, tag, attrs):
        assert tag in MAY_STAND, tag
        for name, value in attrs:
            assert name in MAY_STAND[tag], (tag, name)
            if name == "href":
                assert LEADS.fullmatch(value, re.IGNORECASE) or LEADS.fullmatch(value), value
                self.links.append(value)
            if name == "src":
                assert re.fullmatch(r"/help/images/[0-9a-f]{64}\.(webp|png|jpg)", value)
            if name == "class":
                assert value in CLASSES
            if name == "id":
                assert value.startswith("s-")
        if tag not in ("br", "hr", "img"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, text):
        self.text += text

    def handle_comment(self, text):
        raise AssertionError(f"a comment: {text}")

    def handle_decl(self, text):
        raise AssertionError(f"a declaration: {text}")

    def handle_pi(self, text):
        raise AssertionError(f"an instruction: {text}")


def read(body, **given):
    """The HTML after it was held against the list."""
    html = str(markdown.html(body, **given))
    reader = Reader()
    reader.feed(html)
    reader.close()
    assert reader.open == []
    return html, reader


# -- what it becomes ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "html"),
    [
        (
            "**bold** *slanted* ~~gone~~ `code`",
            "<strong>bold</strong> <em>slanted</em> <s>gone</s> <code>code</code>",
        ),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("```php\n<?php echo 1;\n```", "<pre><code>&lt;?php echo 1;\n</code></pre>"),
        ("a\\\nb", "a<br>\nb"),
        ("- [ ] task", "<li>[ ] task</li>"),
    ],
)
def test_usual_markdown_becomes_usual_html(body, html):
    assert html in read(body)[0]


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ('**"무료 배송"**은 됩니다', '<strong>"무료 배송"</strong>은'),
        ("**반품(교환)**은", "<strong>반품(교환)</strong>은"),
        ("상품은**'새것'**만", "<strong>'새것'</strong>만"),
        ("~~3,000원!~~에서", "<s>3,000원!</s>에서"),
    ],
)
def test_emphasis_holds_before_a_korean_particle(body, marked):
    assert marked in read(body)[0]


def test_headings_begin_below_the_title_and_leave_no_gap():
    found = markdown.rendered("# A\n\n### B\n\n# C").headings
    assert [(one.text, one.level) for one in found] == [("A", 2), ("B", 3), ("C", 2)]
    assert [one.level for one in markdown.rendered("## A\n\n### B").headings] == [2, 3]


def test_anchors_are_unique_keep_hangul_and_agree_between_page_and_index():
    body = "## 반품 주소\n\na\n\n## 반품 주소\n\nb\n\n## 반품 주소-2\n\nc\n\n## 🎉\n\nd\n\n# *Search*\n\ne"
    html, _ = read(body)
    anchors = re.findall(r'id="([^"]+)"', html)
    assert anchors[:2] == ["s-반품-주소", "s-반품-주소-2"]
    assert len(set(anchors)) == 5
    assert [one.anchor for one in markdown.passages(body)] == anchors
    assert [one.anchor for one in markdown.rendered(body).headings] == anchors


def test_a_heading_that_says_nothing_is_left_out():
    html, _ = read("#\n\ntext\n\n## ![](/help/images/x.png)\n\n## B")
    assert re.findall("<h.*", html) == ['<h2 id="s-b">B</h2>']
    assert markdown.rendered("#\n\n## B").headings == (Heading("s-b", "B", 2),)


def test_a_link_to_a_heading_finds_it_by_its_words():
    html, reader = read("[go](#반품-주소) [again](#s-반품-주소)\n\n## 반품 주소")
    assert reader.links == ["#s-반품-주소", "#s-%EB%B0%98%ED%92%88-%EC%A3%BC%EC%86%8C"]
    assert 'id="s-반품-주소"' in html


def test_a_table_scrolls_by_itself_and_needs_no_style():
    with languages.speaking("ko"):
        html, _ = read("|크기|값|\n|:-:|--:|\n|S|1|")
    assert '<div class="table-scroll" role="group" aria-label="표" tabindex="0">\n<table>' in html
    assert '<th class="align-center" scope="col">크기</th>' in html
    assert '<td class="align-right">1</td>' in html


def test_outside_links_lend_no_rank_and_own_ones_are_plain():
    body = "[a](https://elsewhere.example/x) [b](https://www.shop.example/y) [c](/help/shop/en/z)"
    html, _ = read(body, own_hosts=["shop.example"])
    assert '<a href="https://elsewhere.example/x" rel="noopener nofollow">a</a>' in html
    assert '<a href="https://www.shop.example/y">b</a> <a href="/help/shop/en/z">c</a>' in html


@pytest.mark.parametrize(
    ("body", "link", "rest"),
    [
        ("자세한 것은 https://shop.example/a에서 보세요", "https://shop.example/a", "에서"),
        ("see (https://shop.example/a_(b)).", "https://shop.example/a_(b)", ")."),
        ("https://shop.example/a, then", "https://shop.example/a", ", then"),
    ],
)
def test_an_address_in_the_text_is_a_link_and_the_sentence_goes_on_behind_it(body, link, rest):
    html, reader = read(body)
    assert reader.links == [link]
    assert f"</a>{rest}" in html


def test_code_holds_no_links():
    assert read("`https://shop.example/a`\n\n    https://shop.example/b")[1].links == []


def test_a_picture_of_ours_has_its_size_and_loads_late():
    html, _ = read(f'![표 *크게*]({PICTURE} "title")', sizes={DIGEST: (800, 600)})
    assert html == f'<p><img src="{PICTURE}" alt="표 크게" width="800" height="600" loading="lazy"></p>\n'


def test_a_picture_that_is_not_there_is_its_description():
    assert read(f"![크기표]({PICTURE})", sizes={})[0] == "<p>크기표</p>\n"


def test_a_picture_from_elsewhere_is_a_link_to_it():
    html, reader = read("![logo](https://elsewhere.example/x.png) ![](https://elsewhere.example/y.png)")
    assert reader.links == ["https://elsewhere.example/x.png", "https://elsewhere.example/y.png"]
    assert "<img" not in html
    html, reader = read("[![logo](https://elsewhere.example/x.png)](/help/a/en/b)")
    assert (reader.links, reader.text.strip()) == (["/help/a/en/b"], "logo")


@pytest.mark.parametrize(
    ("body", "site", "words"),
    [
        ("https://www.youtube.com/watch?v=abc", "YouTube", "동영상 보기"),
        ("<https://youtu.be/abc>", "YouTube", "동영상 보기"),
        ("[차 우리는 법](https://vimeo.com/1)", "Vimeo", "차 우리는 법"),
    ],
)
def test_a_video_on_its_own_line_is_a_card_and_loads_nothing(body, site, words):
    with languages.speaking("ko"):
        html, reader = read(f"앞\n\n{body}\n\n뒤")
    assert f'{words} <span class="link-card-site">{site}</span></a>' in html
    assert html.count('<p class="link-card">') == len(reader.links) == 1


def test_a_page_of_ours_on_its_own_line_is_a_card_and_other_links_are_none():
    assert 'class="link-card"' in read("[Returns](/help/shop/en/returns)")[0]
    assert "link-card" not in read("[Returns](https://elsewhere.example)")[0]
    assert "link-card" not in read("See https://youtu.be/abc\n\n- https://youtu.be/abc")[0]
    assert "link-card" not in read("https://youtube.com.evil.example/x")[0]


# -- plain text --------------------------------------------------------------------------------------------------


def test_passages_follow_the_headings_and_stay_readable():
    body = "First.\n\n# Sizes\n\n1. one\n2. two\n   - in\n\n|Size|Chest|\n|-|-|\n|S|88|\n\n## Empty\n\n### Code\n\n```\nx = 1\n```"
    assert markdown.passages(body) == [
        Passage("", "", "First."),
        Passage("s-sizes", "Sizes", "1. one\n2. two\n• in\nSize | Chest\nS | 88"),
        Passage("s-empty", "Empty", ""),
        Passage("s-code", "Code", "x = 1"),
    ]
    assert markdown.plain(body).splitlines()[:3] == ["First.", "Sizes", "1. one"]


def test_a_long_section_is_cut_between_paragraphs_and_a_long_paragraph_between_sentences():
    body = "# Long\n\n" + "\n\n".join(f"{number} " + "word " * 50 for number in range(5))
    found = markdown.passages(body)
    assert len(found) == 3
    assert {one.anchor for one in found} == {"s-long"}
    assert all(len(one.text) <= markdown.LONGEST_PASSAGE for one in found)
    sentences = markdown.passages("가나다 라마바. " * 300)
    assert all(len(one.text) <= markdown.LONGEST_PASSAGE for one in sentences)
    assert all(one.text.endswith(".") for one in sentences)


def test_plain_text_says_all_and_each_heading_once():
    body = "# Long\n\n" + "\n\n".join("word " * 60 for _ in range(5))
    assert markdown.plain(body).count("Long") == 1


def test_a_summary_ends_at_a_word_and_says_no_heading():
    said = markdown.summary("# Returns\n\n" + "Send it back. " * 30)
    assert said.startswith("Send it back. Send")
    assert said.endswith(("Send…", "it…", "back…"))
    assert len(said) <= 160
    assert markdown.summary("가" * 500) == "가" * 159 + "…"
    assert markdown.summary("# Returns") == "Returns"
    assert markdown.summary("") == ""


# -- what never comes out ----------------------------------------------------------------------------------------

HOSTILE_ADDRESSES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript&colon;alert(1)",
    "java&Tab;script:alert(1)",
    "java&NewLine;script:alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;&#x61;vascript:alert(1)",
    "&#1;javascript:alert(1)",
    "\u200bjavascript:alert(1)",
    "\u00a0javascript:alert(1)",
    "j\\avascript:alert(1)",
    "vbscript:msgbox(1)",
    "data:text/html;base64,PHNjcmlwdD4=",
    "data:image/svg+xml,<svg/onload=alert(1)>",
    "feed:javascript:alert(1)",
    "blob:https://x/y",
    "file:///etc/passwd",
    "//evil.example/x",
    "/\\evil.example",
    "/&Tab;/evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://shop.example@evil.example/",
    "https://[::1",
    "intent://x#Intent;end",
    "mailto:",
    "tel://1",
    "shipping.md",
    "?q=1",
]
SHAPES = [
    "[x]({})",
    "[x](<{}>)",
    '[x]({} "a\\"b onclick=alert(1)")',
    "![x]({})",
    "![x](<{}>)",
    "<{}>",
    "[x]\n\n[x]: {}",
    "[x][y]\n\n[y]: <{}> 'title'",
    "[![x]({})]({})",
    "{}",
    "|a|\n|-|\n|[x]({})|",
    "# [x]({})",
    "- > [x]({})",
]


@pytest.mark.parametrize("address", HOSTILE_ADDRESSES)
@pytest.mark.parametrize("shape", SHAPES)
def test_no_construct_leads_where_no_article_may_lead(address, shape):
    _, reader = read(shape.format(*[address] * shape.count("{}")))
    # Paths of ours that say "%09" and "%5C" stay paths of ours; browsers take only the bare signs for others.
    assert set(reader.links) <= {"/%09/evil.example", "/%5Cevil.example"}


HOSTILE_TEXTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg/onload=alert(1)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php system('x') ?>",
    "<!DOCTYPE html><body onload=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<base href=https://evil.example/>",
    "<input autofocus onfocus=alert(1)>",
    "`<img src=x onerror=alert(1)>`",
    '```"><img src=x onerror=alert(1)>\nx\n```',
    '!["><img src=x onerror=alert(1)>](/help/images/' + DIGEST + ".webp)",
    "![x](/help/images/" + DIGEST + '.webp"onerror="alert(1))',
    "![x](/help/images/../../sign-out)",
    "![x](/help/images/" + DIGEST + ".svg)",
    '# "><svg onload=alert(1)>',
    "# <a id=content>",
    "1. <script>\n2. alert(1)\n3. </script>",
    "|<script>|\n|-|\n|alert(1)</script>|",
    '["><script>alert(1)</script>]: https://x.example\n\n["><script>alert(1)</script>]',
    '[x](https://x.example/"onmouseover="alert(1))',
    'https://x.example/"onmouseover="alert(1)',
    '<https://x.example/"onmouseover=alert(1)>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "\ufffd\ud7ff\u202e<script>\x0b\x0c",
    "<scr\u0000ipt>alert(1)</scr\u0000ipt>",
    "\U000f003cscript\U000f003ealert(1)\U000f003c/script\U000f003e",
    "[x](\U000f0001javascript\U000f003aalert(1)\U000f0002)",
    "\U000f0001javascript\U000f003aalert(1)\U000f0002",
]


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
@pytest.mark.parametrize("around", ["{}", "- {}", "> {}", "**{}**", "a {} b"])
def test_markup_in_an_article_is_shown_and_never_obeyed(text, around):
    read(around.format(text))


def test_raw_html_is_shown_as_it_was_written():
    assert read("<b>x</b> <script>alert(1)</script>")[1].text.strip() == "<b>x</b> <script>alert(1)</script>"


MARKS = "](|[|![|)|<|>|\"|'|`|**|_|~~|\\|&|;|:|&#|x|가|https://|javascript:| |\t|    |]: |# |> |- |1. |\n|\n\n|```\n"
GUARDS = ["|", "|-|\n", f"![a]({PICTURE})", "\U000f0001", "\U000f0002", "\U000f003c", "\U000f0022"]
pieces = st.sampled_from([*HOSTILE_TEXTS, *HOSTILE_ADDRESSES, *MARKS.split("|"), *GUARDS])


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(pieces, st.text(max_size=8)), max_size=25).map("".join))
def test_no_tag_or_attribute_outside_the_list_ever_comes_out(body):
    try:
        read(body)
        read(body, sizes={DIGEST: (1, 1)})
    except BadArticle:
        return
    said = markdown.passages(body)
    assert [one.anchor for one in markdown.rendered(body).headings] == list(
        dict.fromkeys(one.anchor for one in said if one.anchor)
    )


# -- values ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "**x** _y_",
        "<b>x</b>",
        "[x](https://evil.example)",
        "# x",
        "- x",
        "a | b",
        "`x`",
        "~~x~~",
        "1. x",
        "&amp;",
        "\\",
        "=HYPERLINK(1)",
        "---",
        "https://evil.example/x",
    ],
)
@pytest.mark.parametrize("around", ["{}", "a {} b", "# {}", "- {}", "|a|\n|-|\n|{}|", "`{}`", "    {}", "**{}**", "[{}](/x)"])  # fmt: skip
def test_a_guarded_value_is_text_wherever_it_stands(value, around):
    html, reader = read(around.format(guarded(value)))
    plain, without = read(around.format("VALUE"))
    assert html.count("<") == plain.count("<")
    assert reader.text == without.text.replace("VALUE", value)
    assert reader.links == without.links


def test_a_guarded_address_is_a_link_in_text_and_a_target_in_a_link():
    address = "https://shop.example/?a=_b_*c*&d=%20"
    html, reader = read(
        f"{guarded(address, is_address=True)}에서 [사기]({guarded(address, is_address=True)})"
    )
    assert reader.links == [address, address]
    assert "</a>에서 <a" in html
    assert read(guarded("javascript:alert(1)", is_address=True))[1].links == []


# -- bounded cost ------------------------------------------------------------------------------------------------

MOST = 200_000
BOMBS = {
    "quotes": "> " * 100_000 + "a",
    "lists": ("- " * 100 + "a\n") * 990,
    "stairs": "".join("  " * depth + "- a\n" for depth in range(440)),
    "items": "- a\n" * 50_000,
    "brackets": "[" * MOST,
    "pictures": "![" * 100_000,
    "links": "[a](" * 50_000,
    "headings": "# a\n" * 50_000,
    "rows": "|a|b|c|\n|-|-|-|\n" + "|x|y|z|\n" * 24_000,
    "columns": "|" + "a|" * 3000 + "\n|" + "-|" * 3000 + "\n" + "|x|\n" * 40_000,
    "references": "[a]: https://x.example/" + "x" * 1900 + "\n\n" + "[a]" * 15_000,
    "breaks": "a  \n" * 50_000,
    "two megabytes": "word " * 400_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_would_take_too_long_is_refused_in_words(name):
    for work in (markdown.html, markdown.passages, markdown.plain, markdown.summary, markdown.check):
        with pytest.raises(BadArticle) as refused:
            work(BOMBS[name])
        assert refused.value.details["fields"] == ["body"]


def test_an_honest_article_of_the_longest_length_is_shown():
    line = "가나다라 마바사 **아자** 차카타 [링크](https://x.example/z) `코드` 파하.\n"
    body = ("## 제목\n\n" + line * 10 + "\n- 하나\n- 둘\n\n") * 350
    assert 190_000 < len(body) < MOST
    assert len(markdown.rendered(body).headings) == 350
