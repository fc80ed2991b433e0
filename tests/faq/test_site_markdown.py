"""Claims about turning a website's HTML into Markdown."""

import time

import pytest

from connector.websites import own_picture
from faq.site_markdown import markdown

SITE = "https://shop.example"


def turned(source, **more):
    return markdown(source, site=SITE, own_picture=lambda one: own_picture(SITE, one), **more)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<!-- wp:paragraph --><p>One <strong>two</strong></p><!-- /wp:paragraph -->", "One **two**"),
        ("<h2>Head</h2><ul><li>a</li><li>b</li></ul>", "## Head\n\n- a\n- b"),
        (
            "<table><thead><tr><th>Size</th><th>cm</th></tr></thead><tbody><tr><td>S</td><td>90</td></tr></tbody></table>",
            "| Size | cm |\n| --- | --- |\n| S | 90 |",
        ),
        (
            '<figure><img src="/wp-content/a b.png" alt="A  box"><figcaption>Seen</figcaption></figure>',
            "![A box](https://shop.example/wp-content/a%20b.png)\n\nSeen",
        ),
        (
            '<img src="data:image/gif;base64,R0" data-src="/x.jpg" alt="lazy">',
            "![lazy](https://shop.example/x.jpg)",
        ),
        ('<img src="https://cdn.example/x.png" alt="Away">', "[Away](https://cdn.example/x.png)"),
        (
            '<img src="http://169.254.169.254/x.png">',
            "[http://169.254.169.254/x.png](http://169.254.169.254/x.png)",
        ),
        (
            '<iframe src="https://www.youtube.com/embed/abcdefghijk?rel=0" title="How to"></iframe>',
            "[How to](https://www.youtube.com/watch?v=abcdefghijk)",
        ),
        ('<video><source src="/v.mp4"></video>', "[https://shop.example/v.mp4](https://shop.example/v.mp4)"),
        ('[vc_row][vc_column width="1/2"]Inner[/vc_column][/vc_row]', "Inner"),
        ("Keep [this note] here.", "Keep [this note] here."),
        ('[gallery ids="1,2"]', ""),
        ("[embed]https://vimeo.com/1[/embed]", "[https://vimeo.com/1](https://vimeo.com/1)"),
    ],
)
def test_what_carries_meaning_stays_and_the_rest_goes(source, expected):
    assert turned(source) == expected


def test_the_raw_text_of_the_classic_editor_gets_its_paragraphs():
    source = (
        'One\nline\n\n[caption id="x"]<img src="/a.png" alt="A" /> Seen[/caption]\n\n<h3>Head</h3>\n\nTwo'
    )
    found = turned(source, raw=True)
    assert found.split("\n\n")[0] == "One\\\nline"
    assert found.endswith("### Head\n\nTwo")
    assert "Seen" in found


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>x",
        '<img src=x onerror="alert(1)">x',
        '<a href="javascript:alert(1)">x</a>',
        "<svg><script>alert(1)</script></svg>x",
        '<iframe src="javascript:alert(1)"></iframe>x',
        "<form action=//evil.example><input></form>x",
        '<a href="data:text/html,<script>alert(1)</script>">x</a>',
        "<style>body{}</style>x",
        '<img src="http://[bad/x.png">x',
    ],
)
def test_nothing_that_could_do_harm_comes_through(source):
    found = turned(source)
    assert "x" in found
    assert not any(word in found for word in ("alert", "javascript", "evil", "body{", "data:"))


@pytest.mark.parametrize(
    "source",
    [
        "<div>" * 20_000 + "deep",
        "[a" * 200_000,
        "[caption]" * 50_000,
        "<!--" * 100_000,
        "[embed " * 50_000,
        "<table>" * 3_000,
    ],
)
def test_hostile_html_takes_no_more_than_a_moment(source):
    begun = time.process_time()
    turned(source)
    turned(source, raw=True)
    assert time.process_time() - begun < 30


@pytest.mark.parametrize(
    "address",
    [
        "https://other.example/x.png",
        "https://shop.example@evil.example/x.png",
        "https://shop.example:8443/x.png",
        "//10.0.0.1/x.png",
        "/wp-admin/options.php",
        "file:///x.png",
        "https://[bad/x.png",
        "",
    ],
)
def test_only_pictures_of_the_site_itself_are_its_own(address):
    assert own_picture(SITE, address) == ""
