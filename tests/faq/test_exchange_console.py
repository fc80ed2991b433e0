"""Claims about the pages that bring articles in and out."""

import re

import pytest

from aftercart.app import LARGEST_BODY_BYTES
from aftercart.service import build
from core.web import SESSION_COOKIE
from faq.exchange_console import LARGEST_UPLOAD_MB
from tests import factories
from tests.connector.wordpress.blog import PASSWORD, USER, running_blog
from tests.faq import factories as articles
from tests.security.conftest import browser, mailer, services  # noqa: F401 - fixtures

pytestmark = pytest.mark.database
ARTICLE = b"---\ntitle: Returns <b>\nstate: published\n---\nSend it back."


@pytest.fixture
def service(database, settings):
    built = build(settings)
    yield built
    built.close()


@pytest.fixture
def app(service):
    from aftercart.app import make_app

    return make_app(service, run_jobs=False)


@pytest.fixture
def shop(database):
    with database.writing() as session:
        return int(factories.store(session).id)


def run_of(answer):
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_the_page_says_what_one_upload_may_weigh(browser, shop):  # noqa: F811
    assert LARGEST_UPLOAD_MB * 1024**2 == LARGEST_BODY_BYTES
    assert "at most 4 MB" in browser("agent").get("/articles/import").text


def test_files_are_tried_shown_and_then_taken(browser, shop, run_jobs, database):  # noqa: F811
    client = browser("agent")
    sent = [("files", ("returns.en.md", ARTICLE)), ("files", ("bad.en.md", b"---\nkind: poem\n---\n"))]
    place = run_of(client.post("/articles/import/files", data={"shop": shop}, files=sent))
    assert "hx-trigger" in client.get(place).text
    run_jobs()
    assert client.get(f"{place}/progress").headers["hx-refresh"] == "true"
    shown = client.get(place).text
    assert "Returns &lt;b&gt;" in shown
    assert "bad.en.md, line" in shown
    assert "Nothing has been written yet" in shown
    assert run_of(client.post(f"{place}/take", data={"publish": "true"})) == place
    run_jobs()
    assert re.search(r'href="/articles/\d+"', client.get(place).text)
    assert client.post(f"{place}/take").status_code == 409


@pytest.mark.parametrize("kind", ["folder", "csv", "json"])
def test_an_export_is_a_file_to_download(browser, database, shop, kind):  # noqa: F811
    with database.writing() as session:
        articles.article(session, session.get(articles.Store, shop))
    answer = browser("agent").get(f"/articles/export/file?shop={shop}&format={kind}")
    assert answer.headers["content-disposition"].startswith('attachment; filename="articles.')
    assert answer.headers["cache-control"] == "private, no-store"
    assert len(answer.content) > 100


def test_an_owner_connects_wordpress_and_an_agent_takes_its_posts(browser, shop, run_jobs):  # noqa: F811
    owner, agent = browser("owner"), browser("agent")
    with running_blog() as blog:
        given = {"shop": shop, "address": blog.address, "user": USER, "password": PASSWORD}
        assert agent.post("/articles/import/site/connect", data=given).status_code == 403
        run_of(owner.post("/articles/import/site/connect", data=given))
        assert "hx-refresh" not in owner.get(f"/articles/import/site/state?shop={shop}").headers
        run_jobs()
        page = agent.get("/articles/import").text
        assert blog.address in page
        assert PASSWORD not in page
        place = run_of(agent.post("/articles/import/site", data={"shop": shop, "kinds": "posts"}))
        run_jobs()
        assert "질문 2 &amp; Question 2" in agent.get(place).text
        assert agent.post("/articles/export/site", data={"shop": shop}).status_code == 403
        place = run_of(owner.post("/articles/export/site", data={"shop": shop, "as": "page"}))
        run_jobs()
        assert "There was no article" in owner.get(place).text
        run_of(owner.post("/articles/import/site/forget", data={"shop": shop}))
        assert agent.post("/articles/import/site", data={"shop": shop}).status_code == 400


def test_a_refused_address_and_an_empty_upload_are_said(browser, shop):  # noqa: F811
    owner = browser("owner")
    given = {"shop": shop, "address": "http://shop.example", "user": USER, "password": PASSWORD}
    answer = owner.post("/articles/import/site/connect", data=given)
    assert (answer.status_code, "https://" in answer.text, PASSWORD in answer.text) == (400, True, False)
    empty = owner.post("/articles/import/files", data={"shop": shop}, files=[("files", ("", b""))])
    assert empty.status_code == 400


def test_a_form_without_proof_and_a_reader_are_refused(browser, shop):  # noqa: F811
    client = browser("owner")
    client.headers.pop("x-csrf")
    assert (
        client.post(
            "/articles/import/files", data={"shop": shop}, files=[("files", ("a.md", b"x"))]
        ).status_code
        == 403
    )
    assert browser("reader").get("/articles/import").status_code == 403
    assert browser().get("/articles/import").status_code == 303
    assert SESSION_COOKIE


def test_the_pages_speak_korean_and_name_every_shop(browser, database, shop):  # noqa: F811
    with database.writing() as session:
        other = factories.store(session, name="두 번째 상점").id
    client = browser("agent")
    for path in ("/articles/import", "/articles/export"):
        page = client.get(f"{path}?lang=ko&shop={other}").text
        assert "두 번째 상점" in page
        assert 'lang="ko"' in page
    assert client.get("/articles/import?shop=99").status_code == 404
    assert client.get("/articles/import/99").status_code == 404
