"""Claims about a WordPress asked by XML-RPC, where REST is closed."""

import pytest

from connector.websites import SiteRefused, SiteUnavailable
from connector.wordpress.connections import prove
from connector.wordpress.xmlrpc import XmlrpcClient

from .blog import PASSWORD, USER


@pytest.fixture
def client(line):
    return XmlrpcClient(line, USER, PASSWORD)


def test_where_rest_is_closed_xmlrpc_answers(blog):
    blog.rest = False
    facts = prove(blog.address, USER, PASSWORD, timeout_seconds=10)
    assert (facts.way, facts.name, facts.locale, facts.may_publish) == ("xmlrpc", "서울상점", "", True)


def test_where_both_are_closed_the_first_fault_is_said(blog):
    blog.rest = blog.xmlrpc = False
    with pytest.raises(SiteUnavailable, match="no WordPress site"):
        prove(blog.address, USER, PASSWORD, timeout_seconds=10)


def test_a_wrong_password_is_named(blog):
    blog.rest = False
    with pytest.raises(SiteRefused, match="does not take this user"):
        prove(blog.address, USER, "wrong", timeout_seconds=10)


def test_a_list_of_posts_comes_though_python_removed_the_name_it_uses(client):
    found = list(client.entries(["post"], progress=lambda _done, _of: None))
    assert len(found) == 8
    second = next(one for one in found if one.title == "질문 2 & Question 2")
    assert (second.raw, second.categories[0].slug, "<!-- wp:" in second.html) == (True, "반품", True)


BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY a "&lol;&lol;&lol;&lol;"><!ENTITY b "&a;&a;&a;&a;">]>
<methodResponse><params><param><value><string>&b;</string></value></param></params></methodResponse>"""


@pytest.mark.parametrize(
    "content",
    [
        BOMB,
        BOMB.replace(b"<?xml", b" " * 600 + b"<?xml").replace(b"DOCTYPE", b"doctype"),
        BOMB.decode().encode("utf-16"),
        b"<html>no</html>",
        b"\xff\xfe",
        b"",
        b"<methodResponse><params><param><value><string>cut",
        b"<methodResponse><params></params></methodResponse>",
        b"<methodResponse>" + b"<array>" * 50_000,
    ],
)
def test_answers_that_are_none_or_would_grow_without_end_are_refused(client, blog, content):
    blog.replies["/xmlrpc.php"] = (200, content)
    with pytest.raises(SiteUnavailable) as refused:
        client.facts()
    assert PASSWORD not in str(refused.value)
