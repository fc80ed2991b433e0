"""Claims about a WordPress asked by REST."""

from dataclasses import replace

import pytest

from connector.websites import OutgoingEntry, SiteRefused, SiteUnavailable, own_picture
from connector.wordpress.addresses import site_address
from connector.wordpress.asking import Line
from connector.wordpress.client import WordpressClient
from connector.wordpress.connections import prove
from core.errors import BadInput

from .blog import PASSWORD, USER, recorded, rows

ENTRY = OutgoingEntry("post", "aftercart-0123", "Title", "<p>x</p>", "title", "ko")


@pytest.fixture
def client(line):
    return WordpressClient(line)


def entries(client):
    return list(client.entries(["post", "page"], progress=lambda _done, _of: None))


def test_the_site_says_who_it_is(client):
    facts = client.facts()
    assert (facts.name, facts.locale, facts.way, facts.may_publish) == ("서울상점", "en", "rest", True)


def test_posts_come_with_their_categories_state_and_text(client):
    found = {one.number: one for one in entries(client)}
    assert len(found) == len(recorded("posts")["body"])
    second = next(one for one in found.values() if one.title == "질문 2 & Question 2")
    assert (second.categories[0].slug, second.categories[0].name) == ("반품", "반품")
    assert "<h2" in second.html
    assert {one.state for one in found.values()} == {"published", "draft"}


def test_a_user_who_may_not_list_drafts_gets_what_is_published(client, blog):
    blog.statuses = False
    assert len(entries(client)) == len(rows(blog))


@pytest.mark.parametrize(
    ("fields", "locale", "translations"),
    [
        ({"lang": "ko", "translations": {"ko": 5, "en": 9}}, "ko", {"ko": 5, "en": 9}),
        (
            {"wpml_current_locale": "pt_BR", "wpml_translations": [{"locale": "en_US", "id": 9}]},
            "pt-BR",
            {"en": 9},
        ),
        ({"lang": ["odd"], "translations": "odd", "wpml_translations": [None, {"id": "x"}]}, "", {}),
    ],
)
def test_languages_are_read_from_polylang_and_wpml(client, blog, fields, locale, translations):
    blog.extra = fields
    first = entries(client)[0]
    assert (first.locale, first.translations) == (locale, translations)


def test_a_list_longer_than_one_page_comes_whole(client, blog):
    blog.posts = {n: {"title": f"P{n}", "content": "x", "route": "/posts"} for n in range(1000, 1230)}
    assert len(entries(client)) == len(rows(blog))


def test_a_picture_is_asked_for_without_the_password(client, blog):
    assert client.picture(f"{blog.address}/wp-content/uploads/a.png").startswith(b"\x89PNG")
    assert (blog.asked[-1][1], blog.signed[-1]) == ("/wp-content/uploads/a.png", False)


@pytest.mark.parametrize(
    "address",
    ["http://169.254.169.254/x.png", "http://127.0.0.1:1/x.png", "/wp-admin/options.php", "http://[x/a.png"],
)
def test_what_is_no_picture_of_the_site_is_not_asked_for(client, blog, address):
    before = len(blog.asked)
    with pytest.raises(SiteRefused):
        client.picture(address)
    assert len(blog.asked) == before


def test_a_picture_that_leads_elsewhere_is_not_followed(client, blog):
    blog.replies["/x.png"] = (302, b"")
    with pytest.raises(SiteUnavailable, match="302"):
        client.picture(f"{blog.address}/x.png")


def test_publishing_makes_one_entry_and_then_changes_it(client, blog):
    first = client.publish(ENTRY)
    assert client.publish(ENTRY).number == first.number
    changed = client.publish(replace(ENTRY, number=first.number, title="New"))
    assert (changed.number, len(blog.posts), blog.posts[first.number]["title"]) == (first.number, 1, "New")


def test_an_entry_made_before_the_connection_broke_is_found_again(client, blog):
    blog.lost_answers = 1
    with pytest.raises(SiteUnavailable):
        client.publish(ENTRY)
    client.publish(ENTRY)
    assert len(blog.posts) == 1


def test_an_entry_that_was_deleted_there_is_made_anew(client, blog):
    shown = client.publish(replace(ENTRY, number=9999))
    assert list(blog.posts) == [shown.number]


def test_a_wrong_password_is_named_though_lists_would_answer(blog):
    with pytest.raises(SiteRefused, match="application password") as refused:
        prove(blog.address, USER, "wrong", timeout_seconds=10)
    assert "wrong" not in str(refused.value).replace("wrong address", "")


@pytest.mark.parametrize(
    ("path", "reply", "words"),
    [
        ("/wp-json/", (301, b""), "sends visitors on"),
        ("/wp-json/", (403, b'{"code": "rest_disabled"}'), "closed"),
        ("/wp-json/", (200, b'{"namespaces": ["wc/v3"]}'), "closed"),
        ("/wp-json/", (200, b"<html>shop</html>"), "no WordPress site"),
        ("/wp-json/", (503, b"busy"), "error .503"),
        ("/wp-json/wp/v2/users/me", (200, b'{"id": 1, "capabilities": {}}'), "may not read unpublished"),
        ("/wp-json/wp/v2/users/me", (403, b'{"code": "rest_forbidden"}'), "may not do that"),
        ("/wp-json/wp/v2/users/me", (200, b"<html>"), "something else than WordPress"),
        ("/wp-json/wp/v2/users/me", (400, b'{"code": "odd"}'), "did not understand"),
    ],
)
def test_every_fault_is_named(blog, path, reply, words):
    blog.xmlrpc = False
    blog.replies[path] = reply
    with pytest.raises((SiteUnavailable, SiteRefused), match=words):
        prove(blog.address, USER, PASSWORD, timeout_seconds=10)


def test_a_site_that_is_away_is_said_to_be(no_waiting):
    with pytest.raises(SiteUnavailable, match="could not be reached"):
        prove("http://127.0.0.1:1", USER, PASSWORD, timeout_seconds=5)


def test_an_answer_without_end_is_cut_off(line, blog):
    blog.replies["/big.png"] = (200, b"x" * 2_000_000)
    with pytest.raises(SiteUnavailable, match="larger than"):
        line.get(f"{blog.address}/big.png", largest=1024**2)


def test_no_error_tells_the_password(blog):
    line = Line("http://127.0.0.1:1", USER, PASSWORD, timeout_seconds=5)
    with line, pytest.raises(SiteUnavailable) as raised:
        line.once("GET", "http://127.0.0.1:1/")
    assert PASSWORD not in repr(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("given", "address"),
    [
        ("shop.example", "https://shop.example"),
        (" https://Shop.example/blog/wp-admin/ ", "https://shop.example/blog"),
        ("https://shop.example/xmlrpc.php", "https://shop.example"),
        ("http://127.0.0.1:8000/", "http://127.0.0.1:8000"),
    ],
)
def test_an_address_may_be_pasted_as_it_stands_in_the_browser(given, address):
    assert site_address(given) == address


@pytest.mark.parametrize(
    "given", ["http://shop.example", "http://10.0.0.1", "ftp://x", "https://a:b@x", "https://[x", ""]
)
def test_an_address_that_would_give_the_password_away_or_is_none_is_refused(given):
    with pytest.raises(BadInput):
        site_address(given)


def test_a_picture_is_asked_for_by_the_scheme_of_the_site():
    for given in ("http://shop.example/ä b.png", "https://shop.example/ä b.png", "/ä b.png"):
        assert own_picture("https://shop.example", given) == "https://shop.example/%C3%A4%20b.png"
